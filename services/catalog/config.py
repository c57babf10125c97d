"""The catalog's settings; its worker reads the same."""

from datetime import timedelta

from pydantic import Field

from services.catalog.storage.objects.settings import StoreSettings
from services.kit.settings import OptionalUrl, PostgresSettings, ServiceSettings
from services.protocol.decode_settings import DecodeSettings
from services.text.analyzer import Language


class Settings(ServiceSettings, PostgresSettings, StoreSettings, DecodeSettings):
    classifier_url: str = Field(description="Base address of the classifier (or of the load balancer before several).")
    similarity_url: str
    candidate_url: OptionalUrl = Field(
        default=None, description="Base address of a second classifier, which serves the model of another space."
    )

    search_language: Language = Field(
        default=Language("english"),
        description="Language in which words are found in their other forms; `simple`: only as they are written.",
    )

    delete_grace_s: float = Field(default=60, ge=0, description="From a delete to the end of the bytes, in seconds.")
    trash_days: float = Field(
        default=30, ge=0, le=3650, description="How long deleted images can be restored, in days; 0: not at all."
    )
    event_days: float = Field(default=30, gt=0, le=3650, description="How long the change feed goes back, in days.")
    decoders: int = Field(default=2, ge=1, le=64, description="Images decoded at once.")
    worker_jobs: int = Field(default=8, ge=1, le=256, description="Jobs under way at once in one worker.")

    @property
    def trash_kept(self) -> timedelta:
        return timedelta(days=self.trash_days)

    @property
    def events_kept(self) -> timedelta:
        return timedelta(days=self.event_days)
