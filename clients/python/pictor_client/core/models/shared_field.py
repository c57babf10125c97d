from enum import StrEnum


class SharedField(StrEnum):
    SHARED_FIELD_DESCRIPTION = "description"
    SHARED_FIELD_TAGS = "tags"
    SHARED_FIELD_TITLE = "title"

    def __str__(self) -> str:
        return str(self.value)
