from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.domain import ImageRecord, ImageState, LabelSource, LabelStatus, Person, Visibility
from services.catalog.domain.tags import MAX_LETTERS, joined_tags
from services.catalog.schemas.explanation import ImageExplanation
from services.catalog.schemas.facets import Facets
from services.catalog.schemas.values import NO_NUL
from services.text.folding import tag_form
from services.vision.labels import Taxonomy

MAX_TAGS = 50


def _tag(tag: str) -> str:
    shown = tag_form(tag)
    if not 0 < len(shown) <= MAX_LETTERS:
        raise ValueError(f"a tag has 1 to {MAX_LETTERS} characters that can be seen")
    return shown


def _joined(tags: list[str]) -> list[str]:
    return list(joined_tags(tags))


Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=NO_NUL)]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LETTERS, pattern=r"^[^\x00-\x1f]+$"),
    AfterValidator(_tag),
]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_joined)]
FileName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255, pattern=r"^[^\x00-\x1f/\\]*$")]
Rotation = Literal[0, 90, 180, 270]


class ImageOwner(BaseModel):
    id: UUID
    name: str = Field(examples=["ada"])


class LabelDecider(BaseModel):
    id: UUID
    name: str = Field(examples=["ada"])


class ImageLabel(BaseModel):
    """One label of one image: what, how sure, and who says so."""

    id: str = Field(description="WordNet 3.0 id.", examples=["n02093428"])
    name: str = Field(examples=["American Staffordshire terrier"])
    score: float = Field(ge=0, le=1, description="The model's probability; 1 when a person gave the label.")
    rank: int = Field(ge=1, description="1 is the best of the model's labels for this image.")
    source: LabelSource
    model: str | None = Field(description="The model space that gave it.", examples=["inception_v3-9a0c1d2e3f40"])
    trained: bool | None = Field(description="False when the model has random weights: the label then means nothing.")
    status: LabelStatus
    decided_by: LabelDecider | None = Field(description="Who confirmed or rejected it, or gave it by hand.")
    decided_at: datetime | None


class ImageUrls(BaseModel):
    content: str = Field(examples=["/v1/images/0197a3c0-0000-7000-8000-000000000000/content"])
    thumb: str
    preview: str


class Image(BaseModel):
    id: UUID
    owner: ImageOwner
    title: str
    description: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    media_type: str = Field(examples=["image/jpeg"])
    bytes: int
    width: int = Field(description="Pixels, upright, before `rotation`.")
    height: int
    rotation: Rotation = Field(description="Degrees clockwise, applied to the variants.")
    taken_at: datetime | None
    visibility: Visibility
    state: ImageState
    state_reason: str | None = Field(description="Why an image is deferred or failed, and what to do.")
    tags: list[str]
    labels: list[ImageLabel]
    urls: ImageUrls
    in_favorites: bool
    created_at: datetime
    updated_at: datetime


class ImagePage(BaseModel):
    items: list[Image]
    next_cursor: str | None = Field(description="Give it back as `cursor` for the next page; null at the end.")
    explain: list[ImageExplanation] | None = Field(
        default=None, description="With `include=explain`: what made each item match, in the order of the items."
    )
    facets: Facets | None = Field(default=None, description="With `include=facets`: of all images found, not the page.")


class ImageChange(BaseModel):
    """What to change; what is absent stays."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    visibility: Visibility | None = None
    rotation: Rotation | None = None


class ImageLabels(BaseModel):
    items: list[ImageLabel]


class LookedUpImage(BaseModel):
    image: Image
    perceptual_hash: str = Field(pattern="^[0-9a-f]{16}$")


class LookedUpImages(BaseModel):
    items: list[LookedUpImage]


class CatalogCoverage(BaseModel):
    """How far the library is labelled and embedded, counting what the viewer may see."""

    total: int
    ready: int
    processing: int
    deferred: int
    failed: int
    labelled: int
    embedded: int


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
    base = f"/v1/images/{record.id}"
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
        rotation=record.rotation,
        taken_at=record.taken_at,
        visibility=record.visibility,
        state=record.state,
        state_reason=record.state_reason,
        tags=list(record.tags),
        labels=image_labels(record, taxonomy),
        urls=ImageUrls(
            content=f"{base}/content",
            thumb=f"{base}/variants/thumb?rotation={record.rotation}",
            preview=f"{base}/variants/preview?rotation={record.rotation}",
        ),
        in_favorites=record.in_favorites,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )
