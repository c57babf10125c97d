from enum import StrEnum


class Visibility(StrEnum):
    VISIBILITY_PRIVATE = "private"
    VISIBILITY_PUBLIC = "public"

    def __str__(self) -> str:
        return str(self.value)
