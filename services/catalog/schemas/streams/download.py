from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.catalog.schemas.batch import AN_ID
from services.kit.http.strict import RequestModel
from services.kit.http.values import Timestamp
from services.protocol.identifiers import AnyCollection


class DownloadCreate(RequestModel):
    """What is to be in one file: images, or a collection."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [AN_ID]}]})

    ids: list[UUID] = Field(default_factory=list, max_length=10_000, description="Images that you may see.")
    collection: AnyCollection | None = Field(
        default=None, description="One of your collections: what you may see of it, 10,000 images at most."
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if bool(self.ids) == (self.collection is not None):
            raise ValueError("give `ids` or `collection`: one of them")
        return self


class Download(BaseModel):
    """Images that can be downloaded together, for an hour."""

    id: UUID = Field(description="Its id.")
    file_name: str = Field(description="What the file will be called.", examples=["Holidays.zip"])
    image_count: int = Field(description="How many images are in it.")
    bytes: int = Field(description="Size of all originals; the file is a little larger.")
    url: str = Field(description="Where the file is: yours alone.")
    expires_at: Timestamp = Field(description="Until when.")
