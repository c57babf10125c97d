from enum import StrEnum


class ImageState(StrEnum):
    IMAGE_STATE_DEFERRED = "deferred"
    IMAGE_STATE_FAILED = "failed"
    IMAGE_STATE_PROCESSING = "processing"
    IMAGE_STATE_READY = "ready"

    def __str__(self) -> str:
        return str(self.value)
