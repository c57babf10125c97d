"""The similarity service's own problems, and the index's mapped to problems once."""

from typing import Any

from services.kit.http.problems import (
    ApiError,
    Conflict,
    NotFound,
    Unavailable,
    UnprocessableContent,
    UpstreamTimeout,
)
from services.similarity.index import (
    IndexTimeout,
    IndexUnavailable,
    InvalidVector,
    SpaceBusy,
    UnknownSpace,
    VectorIndexError,
    WrongDimension,
)

AGAIN_S = {"processing": 3, "deferred": 15}
LATER_S = 60


class NoSuchImage(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such image, or it is not yours to see.")


class NoSuchSpace(NotFound):
    code = "unknown_space"


class NoSuchPoint(NotFound):
    code = "unknown_point"


class NotEmbeddedYet(Conflict):
    """The image is there, its vector is not."""

    code = "not_embedded_yet"

    def __init__(self, image: dict[str, Any]) -> None:
        """`image` is the catalog's JSON: its state says why there is no vector."""
        state, reason = image.get("state"), image.get("state_reason")
        detail = {
            "processing": "The image is being processed: try again shortly.",
            "deferred": "The image waits to be embedded.",
            "failed": "The image could not be processed: have it processed again.",
        }.get(str(state), "The image has no vector of the present model yet: have it processed again.")
        super().__init__(
            f"{detail} {reason}" if reason else detail,
            headers={"retry-after": str(AGAIN_S.get(str(state), LATER_S))},
        )


class NothingEmbedded(Conflict):
    code = "nothing_embedded"

    def __init__(self) -> None:
        super().__init__(
            "No image is embedded yet: keep some first.", headers={"retry-after": str(AGAIN_S["deferred"])}
        )


class InvalidQueryVector(UnprocessableContent):
    code = "invalid_vector"


class WrongQueryDimension(UnprocessableContent):
    code = "wrong_dimension"


class UnknownUpload(UnprocessableContent):
    code = "unknown_upload"


class SpaceInUse(Conflict):
    code = "space_busy"


class SpaceAnswers(Conflict):
    """The space is the one that searches are answered from."""

    code = "space_active"

    def __init__(self, space: str) -> None:
        super().__init__(f"Searches are answered from {space}: promote another space first.")


class CoverageIncomplete(Conflict):
    code = "coverage_incomplete"

    def __init__(self, space: str, *, points: int, total: int) -> None:
        super().__init__(
            f"{space} has vectors of {points} of {total} images (coverage {points / total:.4f}): the others would not "
            "be found. Fill it (POST /v1/images:reprocess), or say `force`."
        )


def problem_of(error: VectorIndexError) -> ApiError:
    """What the outside sees of an index's error."""
    for kind, ours in (
        (UnknownSpace, NoSuchSpace),
        (WrongDimension, WrongQueryDimension),
        (InvalidVector, InvalidQueryVector),
        (SpaceBusy, SpaceInUse),
        (IndexTimeout, UpstreamTimeout),
        (IndexUnavailable, Unavailable),
    ):
        if isinstance(error, kind):
            return ours(str(error))
    raise TypeError(f"an index raised {error!r}") from error
