"""Roles and scopes, as the API names them."""

from enum import StrEnum


class Role(StrEnum):
    """What a user is on this server."""

    MEMBER = "member"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key or a session may do."""

    IMAGES_READ = "images:read"
    IMAGES_WRITE = "images:write"
    CLASSIFY = "classify"
    ACCOUNT = "account"
    ADMIN = "admin"
