from enum import StrEnum


class Format(StrEnum):
    FORMAT_JPEG = "jpeg"
    FORMAT_WEBP = "webp"

    def __str__(self) -> str:
        return str(self.value)
