from enum import StrEnum


class Sort(StrEnum):
    SORT_CREATED_AT = "created_at"
    SORT_CREATED_AT_DESC = "-created_at"
    SORT_RANDOM = "random"
    SORT_RELEVANCE = "relevance"
    SORT_TAKEN_AT = "taken_at"
    SORT_TAKEN_AT_DESC = "-taken_at"

    def __str__(self) -> str:
        return str(self.value)
