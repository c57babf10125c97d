"""The catalog's settings; its worker reads the same."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from services.kit.settings import OptionalUrl, PostgresSettings, ServiceSettings
from services.text.analyzer import Language


class Settings(ServiceSettings, PostgresSettings):
    classifier_url: str = Field(description="Base address of the classifier (or of the load balancer before several).")
    similarity_url: str
    candidate_url: OptionalUrl = Field(
        default=None, description="Base address of a second classifier, which serves the model of another space."
    )

    store: Literal["folder", "s3"] = "folder"
    store_folder: Path | None = Field(default=None, description="Where the bytes are, with store=folder.")
    s3_endpoint: str | None = Field(default=None, description="host:port of a MinIO or other S3 server.")
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_bucket: str = "pictor"
    s3_region: str | None = None
    s3_secure: bool = True

    search_language: Language = Field(
        default=Language("english"),
        description="Language in which words are found in their other forms; `simple`: only as they are written.",
    )
    delete_grace_s: float = Field(default=60, ge=0, description="From a delete to the end of the bytes, in seconds.")
    decoders: int = Field(default=2, ge=1, le=64, description="Images decoded at once.")
    worker_jobs: int = Field(default=8, ge=1, le=256, description="Jobs under way at once in one worker.")

    @model_validator(mode="after")
    def _store_is_complete(self) -> Self:
        if self.store == "folder" and self.store_folder is None:
            raise ValueError("PICTOR_STORE=folder wants PICTOR_STORE_FOLDER")
        if self.store == "s3" and not (self.s3_endpoint and self.s3_access_key and self.s3_secret_key):
            raise ValueError("PICTOR_STORE=s3 wants PICTOR_S3_ENDPOINT, PICTOR_S3_ACCESS_KEY and PICTOR_S3_SECRET_KEY")
        return self
