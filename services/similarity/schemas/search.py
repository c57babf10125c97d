"""Search by example."""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Json, model_validator

from services.kit.http.strict import RequestModel
from services.kit.http.values import (
    BOOLEAN_OF_TEXT,
    INTEGER_OF_TEXT,
    NO_NUL,
    NUMBER_OF_TEXT,
    Boolean,
    Integer,
    Number,
)
from services.protocol.filters import (
    MAX_HEIGHT,
    MAX_WIDTH,
    MIN_HEIGHT,
    MIN_WIDTH,
    Collection,
    CreatedAfter,
    CreatedBefore,
    Owner,
    Pixels,
    TakenAfter,
    TakenBefore,
    Terms,
    TextPixels,
)
from services.protocol.identifiers import ME
from services.similarity.domain import Answer, Band
from services.similarity.index import MAX_DIMENSION, Mode
from services.similarity.schemas.image import Image

DEFAULT_LIMIT = 12
MOST_HITS = 100
MOST_EXAMPLES = 8
AN_ID = "0197a3c0-0000-7000-8000-000000000000"

Limit = Annotated[
    Integer,
    Field(ge=1, description=f"Hits at the most; more than {MOST_HITS} is taken as {MOST_HITS}."),
    AfterValidator(lambda limit: min(limit, MOST_HITS)),
]
MinScore = Annotated[Number, Field(ge=0, le=1, description="Least cosine of a hit.")]
AskedMode = Annotated[
    Mode,
    Field(
        description="`auto` is the fastest that there is an index for, `exact` compares with every image, `hnsw` and "
        "`two_stage` use an index where the library has one and is large enough; the answer says what was used."
    ),
]
LabelTerms = Annotated[
    Terms, Field(description="A label's id or name, kinds of it included. Several: all of them must be there.")
]
AnyLabelTerms = Annotated[Terms, Field(description="At least one of these labels must be there.")]
NotLabelTerms = Annotated[Terms, Field(description="None of these labels, nor kinds of them, may be there.")]
RecallProbe = Annotated[
    Boolean, Field(description="Search exactly as well, and say how much of that was found and how long both took.")
]

Words = Annotated[
    str | None,
    Field(min_length=1, max_length=500, pattern=NO_NUL, description="Words over title, description, tags and labels."),
]


class Collapse(StrEnum):
    """What becomes one hit."""

    NEAR_DUPLICATES = "near_duplicates"


AskedCollapse = Annotated[
    Collapse | None,
    Field(
        description="`near_duplicates`: of hits that are copies of each other, by their bytes or their perceptual "
        "hashes, only the best stays and says how many were folded into it."
    ),
]


class SimilarFilter(RequestModel):
    """Which images count: everything given must hold."""

    label: LabelTerms = Field(default_factory=list)
    any_label: AnyLabelTerms = Field(default_factory=list)
    not_label: NotLabelTerms = Field(default_factory=list)
    owner: Owner = None
    q: Words = None
    tag: Terms = Field(default_factory=list, description="All of these tags must be there.")
    collection: Collection = None
    taken_after: TakenAfter = None
    taken_before: TakenBefore = None
    created_after: CreatedAfter = None
    created_before: CreatedBefore = None
    min_width: Annotated[Pixels, MIN_WIDTH] = None
    max_width: Annotated[Pixels, MAX_WIDTH] = None
    min_height: Annotated[Pixels, MIN_HEIGHT] = None
    max_height: Annotated[Pixels, MAX_HEIGHT] = None

    def matching(self) -> dict[str, Any]:
        """What the catalog has to answer, as it takes it: all but labels and an owner's id, which the index knows."""
        known = {"label", "any_label", "not_label"}
        if self.owner == ME or isinstance(self.owner, UUID):
            known.add("owner")
        further = SimilarFilter.model_fields.keys() - known
        return self.model_dump(mode="json", include=further, exclude_defaults=True)


class SimilarOptions(SimilarFilter):
    """How to search, in the query of a request: there a number is text."""

    min_width: Annotated[TextPixels, MIN_WIDTH] = None
    max_width: Annotated[TextPixels, MAX_WIDTH] = None
    min_height: Annotated[TextPixels, MIN_HEIGHT] = None
    max_height: Annotated[TextPixels, MAX_HEIGHT] = None
    limit: Annotated[Limit, INTEGER_OF_TEXT] = DEFAULT_LIMIT
    min_score: Annotated[MinScore, NUMBER_OF_TEXT] = 0.0
    mode: AskedMode = Mode.AUTO
    recall_probe: Annotated[RecallProbe, BOOLEAN_OF_TEXT] = False
    collapse: AskedCollapse = None


class Region(RequestModel):
    """A box of the picture as it is seen upright (before `rotation`), in parts of its width and height: 0..1."""

    x: Number = Field(ge=0, lt=1, description="Left edge.")
    y: Number = Field(ge=0, lt=1, description="Upper edge.")
    width: Number = Field(gt=0, le=1, description="Share of the picture's width.")
    height: Number = Field(gt=0, le=1, description="Share of the picture's height.")

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.x + self.width > 1 + 1e-9 or self.y + self.height > 1 + 1e-9:
            raise ValueError("the box must lie inside the picture")
        return self


class SimilarExample(RequestModel):
    """One of: an image of the library, a picture sent along, a vector."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"image_id": AN_ID}, {"upload": "file"}]})

    image_id: UUID | None = Field(default=None, description="An image of the library.")
    upload: str | None = Field(
        default=None, min_length=1, max_length=100, description="The name of the form's part that has the picture."
    )
    vector: list[Number] | None = Field(
        default=None, min_length=1, max_length=MAX_DIMENSION, description="Of the space that answers; any length."
    )
    region: Region | None = Field(default=None, description="Only what this box shows; not with a vector.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if [self.image_id, self.upload, self.vector].count(None) != 2:  # noqa: PLR2004 - of three
            raise ValueError("give exactly one of image_id, upload and vector")
        if self.region is not None and self.vector is not None:
            raise ValueError("a vector has no region")
        return self


Likes = Annotated[list[SimilarExample], Field(min_length=1, max_length=MOST_EXAMPLES, description="Images like these.")]
Unlikes = Annotated[list[SimilarExample], Field(max_length=MOST_EXAMPLES)]


class SimilarSearch(RequestModel):
    """Images like these."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"like": [{"image_id": AN_ID}], "filter": {"label": ["dog"]}, "limit": 5}],
        },
    )

    like: Likes
    unlike: Unlikes = Field(default_factory=list, description="Away from these: counted half.")
    filter: SimilarFilter = Field(default_factory=SimilarFilter, description="Which images count.")
    limit: Limit = DEFAULT_LIMIT
    min_score: MinScore = 0.0
    mode: AskedMode = Mode.AUTO
    recall_probe: RecallProbe = False
    collapse: AskedCollapse = None


class SimilarSearchForm(BaseModel):
    """A search with pictures sent along: further files in parts of any name, by which `request` calls them."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema.pop("required", None))

    # A form's fields are text: some SDK generators compile no other types in them.
    request: Json[SimilarSearch] = Field(
        description="SimilarSearch as JSON. Without it: images like the part `file`.",
        examples=['{"like": [{"upload": "file"}], "limit": 5}'],
    )
    file: bytes = Field(description="A picture.", json_schema_extra={"type": "string", "format": "binary"})


class SimilarHit(BaseModel):
    """An image that is alike."""

    image: Image = Field(description="The image.")
    score: float = Field(ge=0, le=1, description="Cosine of the two vectors.")
    distance: float = Field(ge=0, le=1, description="1 - score.")
    band: Band = Field(
        description="`exact`: the same picture in the same size; `near_duplicate`: a copy, smaller or encoded again or "
        "slightly changed, by its perceptual hash; `similar`: alike in content."
    )
    collapsed: int = Field(
        ge=0,
        description="With `collapse`: copies of it, among twice as many of the nearest images as were asked for at "
        "least, that were left out.",
    )


class SimilarRecall(BaseModel):
    """How the search compares with the exact one, both without reading the images."""

    recall: float = Field(ge=0, le=1, description="Share of the exact search's hits that were found.")
    search_ms: float = Field(description="How long the search took.")
    exact_ms: float = Field(description="How long the exact search took.")


class SimilarImages(BaseModel):
    """Hits, best first; equal scores by image id."""

    items: list[SimilarHit] = Field(description="Best first.")
    space: str = Field(description="The model space that answered.", examples=["inception_v3-9a0c1d2e3f40"])
    trained: bool | None = Field(
        description="False: the model has random weights, and only copies are found; null: nobody knows."
    )
    mode: Mode = Field(description="How the hits were found.")
    coverage: float = Field(
        ge=0, le=1, description="Share of the images that you may see which have a vector in this space."
    )
    recall_probe: SimilarRecall | None = Field(
        default=None, description="With `recall_probe=true`; null when it was not asked for."
    )


def similar_images(answer: Answer) -> SimilarImages:
    probe = answer.probe
    return SimilarImages(
        items=[
            SimilarHit(
                image=Image(hit.image),
                score=hit.score,
                distance=1.0 - hit.score,
                band=hit.band,
                collapsed=hit.collapsed,
            )
            for hit in answer.hits
        ],
        space=answer.space,
        trained=answer.trained,
        mode=answer.mode,
        coverage=answer.coverage,
        recall_probe=probe and SimilarRecall(recall=probe.recall, search_ms=probe.search_ms, exact_ms=probe.exact_ms),
    )
