from enum import StrEnum


class Mode(StrEnum):
    MODE_AUTO = "auto"
    MODE_EXACT = "exact"
    MODE_HNSW = "hnsw"
    MODE_TWO_STAGE = "two_stage"

    def __str__(self) -> str:
        return str(self.value)
