from enum import StrEnum


class ModelChoice(StrEnum):
    MODEL_CHOICE_ACTIVE = "active"
    MODEL_CHOICE_CANDIDATE = "candidate"

    def __str__(self) -> str:
        return str(self.value)
