from enum import StrEnum


class Band(StrEnum):
    BAND_EXACT = "exact"
    BAND_NEAR_DUPLICATE = "near_duplicate"
    BAND_SIMILAR = "similar"

    def __str__(self) -> str:
        return str(self.value)
