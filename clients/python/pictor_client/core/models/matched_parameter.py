from enum import StrEnum


class MatchedParameter(StrEnum):
    MATCHED_PARAMETER_ANY_LABEL = "any_label"
    MATCHED_PARAMETER_LABEL = "label"
    MATCHED_PARAMETER_Q = "q"
    MATCHED_PARAMETER_TAG = "tag"

    def __str__(self) -> str:
        return str(self.value)
