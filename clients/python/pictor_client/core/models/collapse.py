from enum import StrEnum


class Collapse(StrEnum):
    COLLAPSE_NEAR_DUPLICATES = "near_duplicates"

    def __str__(self) -> str:
        return str(self.value)
