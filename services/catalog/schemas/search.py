"""What `GET /v1/images` is asked for."""

from typing import Annotated

from pydantic import Field

from services.catalog.domain import ImageState, Include, Sort
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.strict import RequestModel
from services.kit.http.values import INTEGER_OF_TEXT, NO_NUL, Integer, Moment, TextInteger, TextNumber
from services.protocol.identifiers import OWNER, AnyCollection, AnyOwner

Term = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Terms = Annotated[list[Term], Field(max_length=20)]
Pixels = Annotated[Integer, Field(ge=0, le=100_000), INTEGER_OF_TEXT] | None


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
    owner: AnyOwner | None = Field(default=None, description=OWNER)
    collection: AnyCollection | None = Field(
        default=None, description="One of your collections: its id, or `favorites`."
    )
    state: ImageState | None = Field(default=None, description="How far they are.")
    taken_after: Moment | None = Field(default=None, description="Taken at this moment or later.")
    taken_before: Moment | None = Field(default=None, description="Taken before this moment.")
    created_after: Moment | None = Field(default=None, description="Uploaded at this moment or later.")
    created_before: Moment | None = Field(default=None, description="Uploaded before this moment.")
    min_width: Pixels = Field(default=None, description="Least width in pixels.")
    max_width: Pixels = Field(default=None, description="Greatest width in pixels.")
    min_height: Pixels = Field(default=None, description="Least height in pixels.")
    max_height: Pixels = Field(default=None, description="Greatest height in pixels.")
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
        "where every page of `limit` begins, in an order by time.",
    )
