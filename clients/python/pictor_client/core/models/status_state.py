from enum import StrEnum


class StatusState(StrEnum):
    STATUS_STATE_DEGRADED = "degraded"
    STATUS_STATE_OK = "ok"

    def __str__(self) -> str:
        return str(self.value)
