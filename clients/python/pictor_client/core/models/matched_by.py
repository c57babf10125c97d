from enum import StrEnum


class MatchedBy(StrEnum):
    MATCHED_BY_ANCESTOR = "ancestor"
    MATCHED_BY_DESCRIPTION = "description"
    MATCHED_BY_FILE_NAME = "file_name"
    MATCHED_BY_LABEL = "label"
    MATCHED_BY_SYNONYM = "synonym"
    MATCHED_BY_TAG = "tag"
    MATCHED_BY_TITLE = "title"

    def __str__(self) -> str:
        return str(self.value)
