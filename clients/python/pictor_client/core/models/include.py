from enum import StrEnum


class Include(StrEnum):
    INCLUDE_CAMERAS = "cameras"
    INCLUDE_EXPLAIN = "explain"
    INCLUDE_FACETS = "facets"
    INCLUDE_OUTLINE = "outline"
    INCLUDE_TOTAL = "total"

    def __str__(self) -> str:
        return str(self.value)
