"""The gateway's tables."""

from services.gateway.tables.accounts import ApiKeyRow, Base, SessionRow, UserRow

__all__ = ["ApiKeyRow", "Base", "SessionRow", "UserRow"]
