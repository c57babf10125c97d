"""The gateway's tables."""

from services.gateway.models.accounts import ApiKeyRow, Base, SessionRow, UserRow

__all__ = ["ApiKeyRow", "Base", "SessionRow", "UserRow"]
