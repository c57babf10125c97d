from enum import StrEnum


class CollectionKind(StrEnum):
    COLLECTION_KIND_FAVORITES = "favorites"
    COLLECTION_KIND_USER = "user"

    def __str__(self) -> str:
        return str(self.value)
