"""The gateway's tables."""

from services.gateway.tables.accounts import ApiKeyRow, Base, SessionRow, ShareRow, UserRow
from services.gateway.tables.audit import AuditRow
from services.gateway.tables.secrets import SecretCheckRow

__all__ = ["ApiKeyRow", "AuditRow", "Base", "SecretCheckRow", "SessionRow", "ShareRow", "UserRow"]
