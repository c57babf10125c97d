"""The catalog's own errors, on top of the kit's."""

from uuid import UUID

from services.kit import context
from services.kit.http.problems import Conflict, Forbidden, Gone, NotFound, UnprocessableContent


class NoSuchImage(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such image, or it is not yours to see.")


class NotInTrash(NotFound):
    def __init__(self) -> None:
        super().__init__("It is not in your trash: restored already, removed for good, or never there.")


class OriginalLost(Gone):
    code = "original_lost"

    def __init__(self) -> None:
        super().__init__(
            "The original is gone or damaged. Its owner may send the same bytes again, which mends it; an operator may "
            "restore it from a backup.",
            headers={"cache-control": "no-store"},
        )


class NoSuchCollection(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such collection, or it is not yours.")


class QuotaExceeded(Forbidden):
    code = "quota_exceeded"


class NotOwner(Forbidden):
    code = "not_owner"

    def __init__(self) -> None:
        super().__init__("Only the owner may change or delete an image.")


class DuplicateImage(Conflict):
    code = "duplicate_image"

    def __init__(self, image_id: UUID) -> None:
        super().__init__(
            f"You have these bytes already, as the image {image_id}.",
            headers={"location": context.public(f"/v1/images/{image_id}")},
        )


class LabelNotOnImage(NotFound):
    code = "label_not_on_image"


class TooManyLabels(UnprocessableContent):
    code = "too_many_labels"


class TooManyTags(UnprocessableContent):
    code = "too_many_tags"


class EmptyQuery(UnprocessableContent):
    code = "empty_query"


class NoSuchOperation(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such operation, or it is not yours to see.")


class OperationOver(Conflict):
    code = "operation_over"

    def __init__(self, state: str) -> None:
        super().__init__(f"The operation is over: it has {state}." if state != "cancelled" else "It was cancelled.")


class OperationUnderWay(Conflict):
    code = "operation_under_way"

    def __init__(self, kind: str) -> None:
        super().__init__(f"An operation of the kind {kind} is not over yet: wait for it, or cancel it.")


class NoCandidate(Conflict):
    code = "no_candidate"

    def __init__(self) -> None:
        super().__init__(
            "There is no second model: have a classifier serve its package, and name its address in "
            "PICTOR_CANDIDATE_URL (`pictor up` does both when PICTOR_CANDIDATE_PACKAGE names the package)."
        )


class NoSuchDownload(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such download, or its hour is over: prepare it again.")


class TooManyImages(UnprocessableContent):
    code = "too_many_images"


class EventsExpired(Gone):
    code = "events_expired"

    def __init__(self) -> None:
        super().__init__("Events behind this place are no longer kept: begin with `after=now`, and read all again.")


class NoSuchShare(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such link: it may have expired, or was revoked.")


class DownloadNotAllowed(Forbidden):
    code = "download_not_allowed"
