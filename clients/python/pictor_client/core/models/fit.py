from enum import StrEnum


class Fit(StrEnum):
    FIT_CENTRE_CROP = "centre_crop"
    FIT_SQUEEZE = "squeeze"

    def __str__(self) -> str:
        return str(self.value)
