"""The gateway's settings."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from services.gateway.edge.addresses import AddressHeader
from services.gateway.edge.settings import Networks, Origins
from services.gateway.services.page_files import ROOTS
from services.kit.public_url import path_of
from services.kit.settings import OptionalUrl, PostgresSettings, Secret, ServiceSettings


def _contracts_folder() -> Path:
    """The repository's own contracts; of an installed package, those under the working folder."""
    repository = Path(__file__).resolve().parents[2] / "contracts" / "openapi"
    return repository if repository.is_dir() else Path("contracts/openapi")


class Settings(ServiceSettings, PostgresSettings):
    key_pepper: Secret = Field(description="Keys the hashes of API keys and session tokens.")
    forget_keys: bool = Field(
        default=False,
        description="Whether a start with another pepper than before is meant: all keys, sessions, share links end.",
    )
    catalog_url: str
    classifier_url: str
    similarity_url: str
    candidate_url: OptionalUrl = Field(
        default=None, description="Base address of a second classifier, which serves the model of another space."
    )
    contracts: Path = Field(default_factory=_contracts_folder, description="Folder of the committed OpenAPI documents.")
    registration: Literal["open", "closed"] = Field(
        default="open", description="closed: only the first user may register."
    )
    cors_origins: Origins = Field(
        default=(),
        description="Origins of web pages that may call from a browser, by commas; * for all; none by default.",
    )
    trusted_proxies: Networks = Field(
        default=(), description="Addresses and networks of the reverse proxies before the gateway, by commas."
    )
    client_address_header: AddressHeader = Field(
        default="x-forwarded-for", description="Where trusted proxies say whom they serve; forwarded is RFC 7239's."
    )
    upstream_timeout_s: float = Field(default=60, gt=0, description="Longest silence of an inner service.")
    body_idle_s: float = Field(default=30, gt=0, description="Longest silence within a request's body.")
    body_total_s: float = Field(default=600, gt=0, description="Longest time for the whole of a request's body.")
    account_settle_s: float = Field(
        default=720, gt=0, description="How long an upload of an account that was disabled may still be under way."
    )
    quota_bytes: int = Field(default=0, ge=0, description="The most bytes that a user may keep; 0: no limit.")
    quota_images: int = Field(default=0, ge=0, description="The most images that a user may keep; 0: no limit.")
    audit_days: int = Field(default=365, ge=1, le=36_500, description="How long the audit log is kept.")
    linger_s: float = Field(
        default=1, ge=0, le=10, description="How long a connection outlives an answer that its unread body follows."
    )
    key_cache_s: float = Field(default=4, ge=0, le=4.5, description="How long a checked key is believed unchecked.")
    rate_per_s: float = Field(default=100, gt=0, description="Requests a user may send, sustained.")
    rate_burst: int = Field(default=400, ge=1, description="Requests a user may send at once.")
    anonymous_rate_per_s: float = Field(default=10, gt=0, description="Requests an address may send without a key.")
    anonymous_rate_burst: int = Field(default=100, ge=1)

    @model_validator(mode="after")
    def _prefix_is_free(self) -> Self:
        first = path_of(self.public_url).split("/")[1:2]
        if first and first[0] in ROOTS:
            raise ValueError(f"The path of PICTOR_PUBLIC_URL must not begin with /{first[0]}: the page has that path.")
        return self
