from enum import StrEnum


class EventType(StrEnum):
    EVENT_TYPE_COLLECTION_CREATED = "collection.created"
    EVENT_TYPE_COLLECTION_DELETED = "collection.deleted"
    EVENT_TYPE_COLLECTION_UPDATED = "collection.updated"
    EVENT_TYPE_IMAGE_CREATED = "image.created"
    EVENT_TYPE_IMAGE_DELETED = "image.deleted"
    EVENT_TYPE_IMAGE_RESTORED = "image.restored"
    EVENT_TYPE_IMAGE_UPDATED = "image.updated"

    def __str__(self) -> str:
        return str(self.value)
