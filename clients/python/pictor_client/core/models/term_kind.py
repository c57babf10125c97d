from enum import StrEnum


class TermKind(StrEnum):
    TERM_KIND_LABEL = "label"
    TERM_KIND_TAG = "tag"

    def __str__(self) -> str:
        return str(self.value)
