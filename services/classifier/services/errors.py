"""What can be wrong when somebody asks for labels or an inference."""

from services.kit.http.problems import BadRequest, NotFound, Unavailable

LOOK_AGAIN_S = 15
BUSY_AGAIN_S = 1
ADVICE = (
    "There is no model package yet. Put one where PICTOR_MODEL_PACKAGE points: `pictor model build starter --to "
    "DIR`, whose weights are installed, or another network. It is picked up by itself."
)


class ModelMissing(Unavailable):
    """There is no model package: the operator has to bring one."""

    code = "model_missing"

    def __init__(self) -> None:
        super().__init__(ADVICE, retry_after_s=LOOK_AGAIN_S)


class ModelNotReady(Unavailable):
    """The package is being loaded, or it is refused: why stands in the log and in /internal/model."""

    code = "model_not_ready"


class InferenceBusy(Unavailable):
    """There is no room: nothing was computed."""

    code = "inference_busy"

    def __init__(self, detail: str = "The inference queue is full; try again.", *, retry_after_s: int = 1) -> None:
        super().__init__(detail, retry_after_s=max(retry_after_s, BUSY_AGAIN_S))


class DeadlineMissed(Unavailable):
    """The request's time was over before its answer was there."""

    code = "deadline_exceeded"

    def __init__(self) -> None:
        super().__init__("The inference was not done in time; try again.", retry_after_s=BUSY_AGAIN_S)


class EngineFailed(Unavailable):
    """The engine failed on the batch that the images were in."""

    code = "inference_failed"

    def __init__(self) -> None:
        super().__init__("The engine failed on this batch; try again.", retry_after_s=BUSY_AGAIN_S)


class InferenceStopped(Unavailable):
    """The queue is closed: the process ends, or its engine is being replaced."""

    code = "inference_stopped"

    def __init__(self) -> None:
        super().__init__("This classifier takes no work just now; try again.", retry_after_s=BUSY_AGAIN_S)


class MalformedInference(BadRequest):
    """The request is not one of the Open Inference Protocol, or not one for this model."""

    code = "invalid_inference_request"


class ModelNotFound(NotFound):
    code = "model_not_found"
