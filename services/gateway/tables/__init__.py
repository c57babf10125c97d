"""The gateway's tables."""

from services.gateway.tables.accounts import ApiKeyRow, Base, SessionRow, ShareRow, UserRow
from services.gateway.tables.secrets import SecretCheckRow

__all__ = ["ApiKeyRow", "Base", "SecretCheckRow", "SessionRow", "ShareRow", "UserRow"]
