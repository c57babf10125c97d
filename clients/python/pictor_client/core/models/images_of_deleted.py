from enum import StrEnum


class ImagesOfDeleted(StrEnum):
    IMAGES_OF_DELETED_DELETE = "delete"
    IMAGES_OF_DELETED_KEEP_FOR = "keep_for"

    def __str__(self) -> str:
        return str(self.value)
