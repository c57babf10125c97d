from enum import StrEnum


class Preset(StrEnum):
    PRESET_FULL = "full"
    PRESET_PREVIEW = "preview"
    PRESET_THUMB = "thumb"

    def __str__(self) -> str:
        return str(self.value)
