"""What can be wrong when somebody asks for labels or an inference."""

from services.kit.problems import (
    ApiError,
    BadRequest,
    NotFound,
    Unavailable,
    UnprocessableContent,
    UnsupportedMediaType,
)

LOOK_AGAIN_S = 15
BUSY_AGAIN_S = 1
MISSING_ADVICE = (
    "There is no model package in {folder}. Put one there with `pictor model build inception_v3 --weights imagenet|PATH` "
    "(PICTOR_WEIGHTS=untrained for a trial): it is picked up by itself."
)


class ModelMissing(Unavailable):
    """There is no model package: the operator has to bring one."""

    code = "model_missing"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, retry_after_s=LOOK_AGAIN_S)


class ModelNotReady(Unavailable):
    """The package is being loaded, or it failed; the detail says which and why."""

    code = "model_not_ready"


class InferenceBusy(Unavailable):
    """The queue is full: nothing was computed."""

    code = "inference_busy"

    def __init__(self) -> None:
        super().__init__("All places in the inference queue are taken; try again.", retry_after_s=BUSY_AGAIN_S)


class DeadlineMissed(Unavailable):
    """The request's time was over before its turn came: nothing was computed."""

    code = "deadline_exceeded"

    def __init__(self) -> None:
        super().__init__("The inference did not get its turn in time; try again.", retry_after_s=BUSY_AGAIN_S)


class InferenceFailed(Unavailable):
    """The engine failed on this batch."""

    code = "inference_failed"


class MalformedInference(BadRequest):
    """The request is not one of the Open Inference Protocol, or not one for this model."""

    code = "invalid_inference_request"


class ModelNotFound(NotFound):
    code = "model_not_found"


class UnsupportedImage(UnsupportedMediaType):
    """The bytes are none of the image types that are taken."""

    code = "unsupported_image"


class CorruptImage(UnprocessableContent):
    code = "corrupt_image"


class ImageTooLarge(UnprocessableContent):
    """More pixels than are decoded."""

    code = "image_too_large"


class DecodingCost(UnprocessableContent):
    """Decoding needed more time or memory than it may have."""

    code = "decode_limit_exceeded"


class EmptyBody(UnprocessableContent):
    code = "empty_body"

    def __init__(self) -> None:
        super().__init__("The body is empty: send an image.")


class NotAnImageType(UnsupportedMediaType):
    """The Content-Type is none that is taken: the body was not read."""


class BodyTooSlow(ApiError):
    status, code = 408, "request_timeout"

    def __init__(self) -> None:
        super().__init__("The body stopped coming.")


class BodyIncomplete(BadRequest):
    """The client went away: nobody reads this, but the log line should not blame us."""

    code = "body_incomplete"

    def __init__(self) -> None:
        super().__init__("The connection ended before the body did.")
