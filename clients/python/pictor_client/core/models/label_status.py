from enum import StrEnum


class LabelStatus(StrEnum):
    LABEL_STATUS_CONFIRMED = "confirmed"
    LABEL_STATUS_REJECTED = "rejected"
    LABEL_STATUS_SUGGESTED = "suggested"

    def __str__(self) -> str:
        return str(self.value)
