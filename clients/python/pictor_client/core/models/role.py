from enum import StrEnum


class Role(StrEnum):
    ROLE_ADMIN = "admin"
    ROLE_MEMBER = "member"

    def __str__(self) -> str:
        return str(self.value)
