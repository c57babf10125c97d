"""What `GET /v1/images` is asked for."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.catalog.domain import ImageState, Include, SearchFilter, Sort
from services.catalog.services.search.filters import analyzed, label_group, query_labels
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.strict import RequestModel
from services.kit.http.values import INTEGER_OF_TEXT, NO_NUL, Integer, Moment, TextInteger, TextNumber
from services.protocol.filters import (
    MAX_HEIGHT,
    MAX_WIDTH,
    MIN_HEIGHT,
    MIN_WIDTH,
    Collection,
    CreatedAfter,
    CreatedBefore,
    Owner,
    TakenAfter,
    TakenBefore,
    Term,
    Terms,
    TextPixels,
)
from services.protocol.identifiers import ME
from services.text.analyzer import Analyzer
from services.text.folding import tag_key
from services.vision.labels import Taxonomy

NEAR = r"^-?[0-9]{1,2}(\.[0-9]{1,9})?,-?[0-9]{1,3}(\.[0-9]{1,9})?,[0-9]{1,5}(\.[0-9]{1,3})?$"


class ImageQuery(RequestModel):
    """What to look for. Everything given must hold."""

    q: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=500,
            pattern=NO_NUL,
            description='Words over title, description, tags, labels, file: `"a phrase"`, `OR`, `-word`, `begin*`.',
        ),
    ] = None
    label: Terms = Field(
        default_factory=list, description="A label's id or name, kinds of it included. Repeat: all of them."
    )
    any_label: Terms = Field(default_factory=list, description="Repeat: at least one of them.")
    not_label: Terms = Field(default_factory=list, description="None of these, nor kinds of them.")
    tag: Terms = Field(default_factory=list, description="Repeat: all of them.")
    min_score: TextNumber = Field(default=0, ge=0, le=1, description="Least score of a label asked for.")
    owner: Owner = None
    collection: Collection = None
    state: ImageState | None = Field(default=None, description="How far they are.")
    taken_after: TakenAfter = None
    taken_before: TakenBefore = None
    created_after: CreatedAfter = None
    created_before: CreatedBefore = None
    updated_after: Moment | None = Field(
        default=None,
        description="Changed at this moment or later, by people or by the model. Deleted images are not told: "
        "`GET /v1/events` tells of all changes, and leaves none out.",
    )
    min_width: Annotated[TextPixels, MIN_WIDTH] = None
    max_width: Annotated[TextPixels, MAX_WIDTH] = None
    min_height: Annotated[TextPixels, MIN_HEIGHT] = None
    max_height: Annotated[TextPixels, MAX_HEIGHT] = None
    camera: Term | None = Field(default=None, description="Part of the name of the camera or its maker.")
    lens: Term | None = Field(default=None, description="Part of the name of the lens.")
    iso: Annotated[Integer, Field(ge=1, le=10_000_000), INTEGER_OF_TEXT] | None = Field(
        default=None, description="The sensitivity."
    )
    near: Annotated[str, Field(pattern=NEAR)] | None = Field(
        default=None,
        description="`latitude,longitude,km`: your own images that were taken so near, as `52.52,13.405,5`.",
        examples=["52.52,13.405,5"],
    )
    sort: Sort | None = Field(default=None, description="`relevance` when q or a label is given, else `-created_at`.")
    seed: TextInteger = Field(default=0, ge=0, le=2**31 - 1, description="Another order of `sort=random`.")
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = None
    include: Annotated[list[Include], Field(max_length=10)] = Field(
        default_factory=list,
        description="What to tell beside the page. `explain`: what made each image match; `facets`: labels, tags and "
        "owners of all images found; `total`: how many they are, exactly or at least; `outline`: "
        "where every page of `limit` begins, in an order by time; `cameras`: what they were taken with.",
    )


def search_filter(query: ImageQuery, viewer: UUID, taxonomy: Taxonomy, analyzer: Analyzer) -> SearchFilter:
    """Give the filter, with labels by their ids, tags by their keys. Raises UnknownLabel and EmptyQuery."""
    groups = [label_group(taxonomy, [label], "/query/label") for label in query.label]
    if query.any_label:
        groups.append(label_group(taxonomy, query.any_label, "/query/any_label"))
    return SearchFilter(
        query=None if query.q is None else analyzed(analyzer, query.q),
        query_labels=query_labels(taxonomy, query.q),
        label_groups=tuple(groups),
        not_labels=label_group(taxonomy, query.not_label, "/query/not_label").asked,
        tags=tuple(dict.fromkeys(tag_key(tag) for tag in query.tag)),
        min_score=query.min_score,
        owner=viewer if query.owner == ME else query.owner,
        collection=query.collection,
        state=query.state,
        camera=query.camera,
        lens=query.lens,
        iso=query.iso,
        near=_near(query.near),
        taken_after=query.taken_after,
        taken_before=query.taken_before,
        created_after=query.created_after,
        created_before=query.created_before,
        updated_after=query.updated_after,
        width=(query.min_width, query.max_width),
        height=(query.min_height, query.max_height),
    )


def _near(said: str | None) -> tuple[float, float, float] | None:
    if said is None:
        return None
    latitude, longitude, km = (float(part) for part in said.split(","))
    return latitude, longitude, km
