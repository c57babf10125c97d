from enum import StrEnum


class LabelSource(StrEnum):
    LABEL_SOURCE_MODEL = "model"
    LABEL_SOURCE_USER = "user"

    def __str__(self) -> str:
        return str(self.value)
