from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.catalog.domain import ImageRecord, ImageState, LabelSource, LabelStatus, Person, Visibility
from services.catalog.domain.photograph import corrected_columns
from services.catalog.schemas.explanation import ImageExplanation
from services.catalog.schemas.facets import CameraFacet, Facets
from services.catalog.schemas.label import Tags
from services.catalog.schemas.photograph import (
    ImageExif,
    ImageWarning,
    LocalMoment,
    LocalTime,
    exif_out,
    local_time,
)
from services.kit import context
from services.kit.http.etags import EditableModel
from services.kit.http.pagination import NEXT_CURSOR
from services.kit.http.strict import RequestModel
from services.kit.http.values import NO_NUL, NamedIntEnum, Timestamp, absent, whole
from services.vision.decoding.model import RENDERER_VERSION
from services.vision.labels import Taxonomy

EMPTY: dict[str, Any] = {"title": "", "description": "", "tags": [], "taken_at": None, "file_name": None}
"""What null makes of a field."""


Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=NO_NUL)]
FileName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=255, pattern=r"^[^\x00-\x08\x0a-\x1f/]*$")
]


class Rotation(NamedIntEnum):
    """Degrees clockwise."""

    NONE = 0
    QUARTER = 90
    HALF = 180
    THREE_QUARTERS = 270


class ImageOwner(BaseModel):
    """A user, by id and name."""

    id: UUID = Field(description="The user's id.")
    name: str = Field(description="The user's name.", examples=["ada"])


class LabelDecider(BaseModel):
    """A user who said something of a label."""

    id: UUID = Field(description="The user's id.")
    name: str = Field(description="The user's name.", examples=["ada"])


class ImageLabel(BaseModel):
    """One label of one image: what, how sure, and who says so."""

    id: str = Field(description="WordNet 3.0 id.", examples=["n02093428"])
    name: str = Field(description="What people call it.", examples=["American Staffordshire terrier"])
    score: float = Field(ge=0, le=1, description="The model's probability; 1 when a person gave the label.")
    rank: int = Field(ge=1, description="1 is the best of the model's labels for this image.")
    source: LabelSource = Field(description="Who gave it.")
    model: str | None = Field(description="The model space that gave it.", examples=["inception_v3-9a0c1d2e3f40"])
    trained: bool | None = Field(description="False when the model has random weights: the label then means nothing.")
    status: LabelStatus = Field(description="What the owner says of it.")
    decided_by: LabelDecider | None = Field(
        default=None, description="Who confirmed or rejected it, or gave it by hand; null when nobody did."
    )
    decided_at: Timestamp | None = Field(description="When; null when nobody did.")


class ImageUrls(BaseModel):
    """Where the bytes of an image are."""

    content: str = Field(
        description="The original.", examples=["/v1/images/0197a3c0-0000-7000-8000-000000000000/content"]
    )
    thumb: str = Field(description="A copy of at most 256 pixels.")
    preview: str = Field(description="A copy of at most 1024 pixels.")


class Image(EditableModel):
    """An image of the library, with its labels."""

    edited_fields = ("title", "description", "tags", "visibility", "rotation", "taken_at", "file_name")

    id: UUID = Field(description="Its id.")
    owner: ImageOwner = Field(description="Whose it is.")
    title: str = Field(description="What it is called; may be empty.", examples=["The sea"])
    description: str = Field(description="What the owner says of it; may be empty.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the original's bytes, in hex.")
    media_type: str = Field(description="Of the original.", examples=["image/jpeg"])
    bytes: int = Field(description="Size of the original.")
    width: int = Field(description="Pixels, upright, before `rotation`.")
    height: int = Field(description="Pixels, upright, before `rotation`.")
    rotation: Rotation = Field(description="Degrees clockwise, applied to the variants.")
    file_name: str | None = Field(description="The name that the original had; null when nobody said it.")
    taken_at: Timestamp | None = Field(
        description="When it was taken, as its owner or the original says; null when neither does. Where "
        "`time_zone_known` is false it is the local time with the zone of UTC."
    )
    taken_at_local: str | None = Field(
        description="The same as the clock of the camera showed it, without a zone.",
        examples=["2020-02-10T20:24:43.45"],
    )
    time_zone_known: bool = Field(description="Whether the file, or its owner, says how far its clock was from UTC.")
    exif: ImageExif = Field(description="What the camera wrote.")
    has_motion: bool = Field(description="Whether a video is in the original, as in motion photos.")
    warnings: list[ImageWarning] = Field(description="What is wrong with the original, which is shown all the same.")
    visibility: Visibility = Field(description="Who may see it.")
    state: ImageState = Field(description="How far it is.")
    state_reason: str | None = Field(description="Why an image is deferred or failed, and what to do.")
    tags: list[str] = Field(description="Its owner's words for it, in lower case.", examples=[["beach"]])
    labels: list[ImageLabel] = Field(description="What it shows, best first.")
    urls: ImageUrls = Field(description="Where its bytes are.")
    in_favorites: bool = Field(description="Whether it is in your collection `favorites`.")
    created_at: Timestamp = Field(description="When it was uploaded.")
    updated_at: Timestamp = Field(description="When it was last changed.")


class PageStart(BaseModel):
    """Where a page begins."""

    cursor: str = Field(description="Give it as `cursor`, with the same `limit`, for this page.")
    at: Timestamp = Field(
        description="When the image before this page was uploaded, or taken in an order by `taken_at`."
    )


class ImagePage(BaseModel):
    """A page of images."""

    items: list[Image] = Field(description="In the order asked for.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)
    explain: list[ImageExplanation] | None = Field(
        default=None, description="With `include=explain`: what made each item match, in the order of the items."
    )
    total: int | None = Field(default=None, description="With `include=total`: how many images the search finds.")
    total_is_lower_bound: bool | None = Field(
        default=None, description="With `include=total`: true where counting ended at `total`, and there are more."
    )
    outline: list[PageStart] | None = Field(
        default=None,
        description="With `include=outline`: the second page and those after it, 10,000 at the most; absent in an "
        "order that is not by time.",
    )
    cameras: list[CameraFacet] | None = Field(
        default=None,
        description="With `include=cameras`: the 50 most used cameras of the 100,000 newest images found.",
    )
    facets: Facets | None = Field(default=None, description="With `include=facets`: of all images found, not the page.")


class ImageChange(RequestModel):
    """What to change; what is absent stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "The sea", "tags": ["beach"], "rotation": 90}]})

    title: Title | None = Field(default=None, description="What it is called. null: nothing.")
    description: Description | None = Field(
        default=None, description="What is to be said of it, at length. null: nothing."
    )
    tags: Tags | None = Field(default=None, description="All its tags. null: none.")
    visibility: Visibility = Field(default_factory=absent, description="Who may see it. Not null.")
    rotation: Annotated[Rotation, BeforeValidator(whole)] = Field(
        default_factory=absent, description="Degrees clockwise, in place of those it has. Not null: 0 is none."
    )
    taken_at: LocalMoment | None = Field(
        default=None,
        description="When it was taken, with the zone; what the file says counts no more. null: not known.",
    )
    taken_at_local: LocalTime | None = Field(
        default=None,
        description="The same where the zone is not known: what the clock of the camera showed. Not together with "
        "`taken_at`. null: not known.",
        examples=["2020-02-10T20:24:43"],
    )
    file_name: FileName | None = Field(default=None, description="The name of the original. null: none.")

    def values(self) -> dict[str, Any]:
        """Give what is to be changed, as it will be: null has become empty."""
        given = {name: getattr(self, name) for name in self.model_fields_set & ImageChange.model_fields.keys()}
        if "taken_at_local" in given:
            local = given.pop("taken_at_local")
            given["taken_at"] = local and datetime.fromisoformat(local)
        changes = {name: EMPTY[name] if value is None else value for name, value in given.items()}
        return changes | corrected_columns(changes["taken_at"]) if "taken_at" in changes else changes

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if {"taken_at", "taken_at_local"} <= self.model_fields_set:
            raise PydanticCustomError("one_time", "Give either taken_at or taken_at_local")
        return self


class UploadedImage(Image):
    """The image that was sent, or the one that its owner had with the same bytes."""

    duplicate: bool = Field(description="Whether you had these bytes already: then this is the image that was there.")
    mended: bool = Field(
        default=False,
        description="Whether the original of the image that was there was lost or damaged: these bytes took its place.",
    )
    restored: bool = Field(
        default=False, description="Whether the image that was there was in the trash: it is back as it was."
    )


class ImageLabels(EditableModel):
    """The labels of one image."""

    items: list[ImageLabel] = Field(description="Best first.")

    @classmethod
    def edited(cls, resource: dict[str, Any]) -> object:
        """Give the verdicts; a model's suggestions come and go by themselves."""
        return sorted([label["id"], label["status"]] for label in resource["items"] if label["status"] != "suggested")


def _decider(person: Person | None) -> LabelDecider | None:
    return LabelDecider(id=person.id, name=person.name) if person else None


def image_labels(record: ImageRecord, taxonomy: Taxonomy) -> list[ImageLabel]:
    return [
        ImageLabel(
            id=label.label_id,
            name=taxonomy.get(label.label_id).name,
            score=label.score,
            rank=label.rank,
            source=label.source,
            model=label.model,
            trained=label.trained,
            status=label.status,
            decided_by=_decider(label.decided_by),
            decided_at=label.decided_at,
        )
        for label in record.labels
    ]


def image_out(record: ImageRecord, taxonomy: Taxonomy) -> Image:
    base = context.public(f"/v1/images/{record.id}")
    lasting = f"rotation={record.rotation}&renderer={RENDERER_VERSION}"
    return Image(
        id=record.id,
        owner=ImageOwner(id=record.owner_id, name=record.owner_name),
        title=record.title,
        description=record.description,
        sha256=record.sha256,
        media_type=record.media_type,
        bytes=record.bytes,
        width=record.width,
        height=record.height,
        rotation=Rotation(record.rotation),
        file_name=record.file_name,
        taken_at=record.taken_at,
        taken_at_local=local_time(record.taken_local),
        time_zone_known=record.taken_offset_s is not None,
        exif=exif_out(record.exif),
        has_motion=record.has_motion,
        warnings=[ImageWarning.model_validate(warning) for warning in record.warnings],
        visibility=record.visibility,
        state=record.state,
        state_reason=record.state_reason,
        tags=list(record.tags),
        labels=image_labels(record, taxonomy),
        urls=ImageUrls(
            content=f"{base}/content",
            thumb=f"{base}/variants/thumb?{lasting}",
            preview=f"{base}/variants/preview?{lasting}",
        ),
        in_favorites=record.in_favorites,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def uploaded_image(record: ImageRecord, taxonomy: Taxonomy, *, became: Mapping[str, bool]) -> UploadedImage:
    return UploadedImage(**image_out(record, taxonomy).model_dump(), **became)
