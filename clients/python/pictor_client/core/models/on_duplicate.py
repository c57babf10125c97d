from enum import StrEnum


class OnDuplicate(StrEnum):
    ON_DUPLICATE_ERROR = "error"
    ON_DUPLICATE_KEEP = "keep"
    ON_DUPLICATE_UPDATE = "update"

    def __str__(self) -> str:
        return str(self.value)
