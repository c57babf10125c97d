"""Share links."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.kit.http.strict import RequestModel
from services.kit.http.values import Moment, Timestamp


class SharedField(StrEnum):
    """What visitors may be shown of an image beside the picture."""

    TITLE = "title"
    DESCRIPTION = "description"
    TAGS = "tags"


class ShareCreate(RequestModel):
    """A share link to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "for the family", "fields": ["title"]}]})

    name: str = Field(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="What it is for; visitors do not see it.",
        examples=["for the family"],
    )
    expires_at: Moment | None = Field(default=None, description="In the future; null: it does not expire.")
    password: SecretStr | None = Field(
        default=None, min_length=4, max_length=256, description="What visitors are asked for; null: nothing."
    )
    fields: list[SharedField] = Field(
        default_factory=list, max_length=3, description="What visitors are shown beside the pictures."
    )
    allow_download: bool = Field(
        default=False, description="Whether visitors may have the originals, and with them all that is in the files."
    )


class Share(BaseModel):
    """A share link, without its secret."""

    id: UUID = Field(description="Its id.")
    name: str = Field(description="What it is for.", examples=["for the family"])
    created_at: Timestamp = Field(description="When it was made.")
    expires_at: Timestamp | None = Field(description="When it stops working; null: it does not expire.")
    has_password: bool = Field(description="Whether visitors are asked for a password.")
    fields: list[SharedField] = Field(description="What visitors are shown beside the pictures.")
    allow_download: bool = Field(description="Whether visitors may have the originals.")


class ShareWithSecret(Share):
    """A share link at its making: the only time that its secret is shown."""

    secret: str = Field(description="256 bits, in hex. Only a keyed hash of it is stored.")
    url: str = Field(description="The page that visitors open.")


class SealedShare(Share):
    """What an idempotent answer keeps in the place of the secret: useless without the server's pepper."""

    seed: str


class Shares(BaseModel):
    """The share links of a collection."""

    items: list[Share] = Field(description="Newest first; those that have expired too.")


class ShareUnlock(RequestModel):
    """What a visitor knows."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "open sesame"}]})

    password: SecretStr = Field(max_length=256, description="The link's password.")
