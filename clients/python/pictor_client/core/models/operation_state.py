from enum import StrEnum


class OperationState(StrEnum):
    OPERATION_STATE_CANCELLED = "cancelled"
    OPERATION_STATE_FAILED = "failed"
    OPERATION_STATE_PAUSED = "paused"
    OPERATION_STATE_RUNNING = "running"
    OPERATION_STATE_SUCCEEDED = "succeeded"

    def __str__(self) -> str:
        return str(self.value)
