"""Roles and what they may do."""

MEMBER: frozenset[str] = frozenset({"images:read", "images:write", "classify", "account"})
ADMIN: frozenset[str] = MEMBER | {"admin"}


def scopes_of(role: str) -> frozenset[str]:
    return ADMIN if role == "admin" else MEMBER
