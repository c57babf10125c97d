from enum import StrEnum


class DuplicateChoice(StrEnum):
    DUPLICATE_CHOICE_ALL = "all"
    DUPLICATE_CHOICE_EXACT = "exact"
    DUPLICATE_CHOICE_NEAR = "near"

    def __str__(self) -> str:
        return str(self.value)
