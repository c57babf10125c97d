from enum import StrEnum


class ServiceState(StrEnum):
    SERVICE_STATE_NOT_READY = "not_ready"
    SERVICE_STATE_READY = "ready"
    SERVICE_STATE_UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)
