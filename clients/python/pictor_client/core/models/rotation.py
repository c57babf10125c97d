from enum import IntEnum


class Rotation(IntEnum):
    ROTATION_NONE = 0
    ROTATION_QUARTER = 90
    ROTATION_HALF = 180
    ROTATION_THREE_QUARTERS = 270

    def __str__(self) -> str:
        return str(self.value)
