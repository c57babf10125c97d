"""Why a picture was not run. None of them is the picture's fault: the same call may succeed later."""


class InferenceRefused(Exception):
    """The base: nothing was computed for this call."""


class QueueFull(InferenceRefused):
    """There is no room; raised at once. `retry_after_s` estimates when there will be."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"the inference queue is full for about {retry_after_s:.1f} s")
        self.retry_after_s = retry_after_s


class DeadlineExceeded(InferenceRefused):
    """The answer was not there within `deadline_s`."""


class QueueClosed(InferenceRefused):
    """The queue was not started, is stopping, or its thread is gone."""


class InferenceFailed(InferenceRefused):
    """The engine failed on the batch that the picture was in; `__cause__` is what it raised."""
