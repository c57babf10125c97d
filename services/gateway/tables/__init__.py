"""The gateway's tables."""

from services.gateway.tables.accounts import ApiKeyRow, Base, SessionRow, ShareRow, UserRow

__all__ = ["ApiKeyRow", "Base", "SessionRow", "ShareRow", "UserRow"]
