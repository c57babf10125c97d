"""The gateway's own error cases."""

from services.kit.http.problems import Conflict, Forbidden, Unauthenticated


class MalformedKey(Unauthenticated):
    code = "malformed_key"


class UnknownKey(Unauthenticated):
    code = "unknown_key"


class ExpiredKey(Unauthenticated):
    code = "expired_key"


class RevokedKey(Unauthenticated):
    code = "revoked_key"


class AccountDisabled(Unauthenticated):
    code = "account_disabled"


class InvalidCredentials(Unauthenticated):
    code = "invalid_credentials"


class InsufficientScope(Forbidden):
    code = "insufficient_scope"


class WrongPassword(Forbidden):
    code = "wrong_password"


class RegistrationClosed(Forbidden):
    code = "registration_closed"


class NameTaken(Conflict):
    code = "name_taken"


class LastAdmin(Conflict):
    code = "last_admin"


class DeletionUnderWay(Conflict):
    code = "deletion_under_way"


class TooManyKeys(Conflict):
    code = "too_many_keys"


class KeyExpired(Conflict):
    code = "key_expired"


class NotASession(Conflict):
    code = "not_a_session"


class ShareLocked(Forbidden):
    code = "share_locked"


class WrongSharePassword(Forbidden):
    code = "wrong_share_password"


class TooManyShares(Conflict):
    code = "too_many_shares"
