from enum import StrEnum


class DuplicateKind(StrEnum):
    DUPLICATE_KIND_EXACT = "exact"
    DUPLICATE_KIND_NEAR = "near"

    def __str__(self) -> str:
        return str(self.value)
