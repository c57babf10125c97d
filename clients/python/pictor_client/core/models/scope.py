from enum import StrEnum


class Scope(StrEnum):
    SCOPE_ACCOUNT = "account"
    SCOPE_ADMIN = "admin"
    SCOPE_CLASSIFY = "classify"
    SCOPE_IMAGES_READ = "images:read"
    SCOPE_IMAGES_WRITE = "images:write"

    def __str__(self) -> str:
        return str(self.value)
