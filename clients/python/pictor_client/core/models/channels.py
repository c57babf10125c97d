from enum import StrEnum


class Channels(StrEnum):
    CHANNELS_BGR = "BGR"
    CHANNELS_RGB = "RGB"

    def __str__(self) -> str:
        return str(self.value)
