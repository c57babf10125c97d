from enum import StrEnum


class ServedModelState(StrEnum):
    SERVED_MODEL_STATE_BROKEN = "broken"
    SERVED_MODEL_STATE_LOADING = "loading"
    SERVED_MODEL_STATE_MISSING = "missing"
    SERVED_MODEL_STATE_READY = "ready"
    SERVED_MODEL_STATE_UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
