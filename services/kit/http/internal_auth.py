"""Internal tokens: short-lived JWTs that say for whom one service calls another.

One fixed algorithm (HS256), one audience each, at most 60 s of life. Verified in pure ASGI, before a body byte is read.
"""

import hmac
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import jwt
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kit.http.problems import Forbidden, Unauthenticated, error_response
from services.kit.principal import Principal, service_principal

ALGORITHM = "HS256"
LIFETIME_S = 60
LEEWAY_S = 5
REUSED_S = 10
"""So long the same token is minted for the same principal: neither side then signs and checks it for each request."""
REMEMBERED = 1024
NOT_FOR_ALL = "This is an internal service: ask the gateway."
WRONG_BEARER = "Send `Authorization: Bearer <token>` with the token of this server."
OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json"})


@dataclass(frozen=True, slots=True)
class _Claims:
    """What a token with a good signature says, whether or not it is still alive."""

    principal: Principal
    issued_at: float
    expires_at: float


class InternalTokens:
    """Mints and verifies internal tokens.

    `secret` is shared by all services; `issuer` is the name of the service that mints. The last tokens of either kind
    are remembered: a signature is checked once, expiry and audience at every use. What was refused is not remembered.
    """

    def __init__(self, secret: str, issuer: str) -> None:
        self._secret = secret
        self._issuer = issuer
        self._minted = lru_cache(REMEMBERED)(self._mint)
        self._checked = lru_cache(REMEMBERED)(self._check)

    def mint(self, audience: str, principal: Principal) -> str:
        """Give a token that is good for 50 to 60 s."""
        return self._minted(audience, principal, int(time.time()) // REUSED_S * REUSED_S)

    def verify(self, token: str, audience: str) -> Principal:
        """Raise Unauthenticated unless the token is ours, for this audience and alive."""
        claims = self._checked(token, audience)
        if not claims.issued_at - LEEWAY_S <= time.time() < claims.expires_at + LEEWAY_S:
            raise Unauthenticated(NOT_FOR_ALL)
        return claims.principal

    def _mint(self, audience: str, principal: Principal, issued_at: int) -> str:
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_S,
            "sub": str(principal.user_id) if principal.user_id else "",
            "name": principal.name,
            "role": principal.role,
            "scopes": sorted(principal.scopes),
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def _check(self, token: str, audience: str) -> _Claims:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=audience,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "aud", "iss", "sub"]},
            )
            if claims["exp"] - claims["iat"] > LIFETIME_S:
                raise Unauthenticated(NOT_FOR_ALL)
            principal = Principal(
                user_id=UUID(claims["sub"]) if claims["sub"] else None,
                name=claims["name"],
                role=claims["role"],
                scopes=frozenset(claims["scopes"]),
            )
            return _Claims(principal, claims["iat"], claims["exp"])
        except (jwt.InvalidTokenError, KeyError, ValueError) as error:
            raise Unauthenticated(NOT_FOR_ALL) from error


class TokenVerifier(Protocol):
    """What knows good tokens from bad ones. One sentence for every bad one, an absent one ("") included."""

    def verify(self, token: str, audience: str) -> Principal:
        """Raise Unauthenticated unless the token is good for this audience."""


class StaticToken:
    """One token that does not change, for a service that stands alone. Digests are compared, in constant time."""

    def __init__(self, token: str) -> None:
        self._digest = sha256(token.encode()).digest()

    def verify(self, token: str, audience: str) -> Principal:
        """See TokenVerifier.verify."""
        if not hmac.compare_digest(sha256(token.encode()).digest(), self._digest):
            raise Unauthenticated(WRONG_BEARER)
        return service_principal(f"the holder of the token of {audience}")


class InternalAuthMiddleware:
    """Lets only requests with a valid token through; puts the principal into the request's state.

    Paths under /internal are for services alone: a user's token, even a valid one, gets 403 there.
    """

    def __init__(
        self, app: ASGIApp, *, tokens: TokenVerifier, audience: str, open_paths: Collection[str] = OPEN_PATHS
    ) -> None:
        self.app = app
        self.tokens = tokens
        self.audience = audience
        self.open_paths = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.open_paths:
            await self.app(scope, receive, send)
            return
        try:
            principal = self.tokens.verify(_sent_token(Headers(scope=scope)), self.audience)
            if scope["path"].startswith("/internal/") and not principal.is_service:
                raise Forbidden("This path is for services only.")
        except (Unauthenticated, Forbidden) as error:
            await error_response(scope["path"], error)(scope, receive, send)
            return
        scope.setdefault("state", {})["principal"] = principal
        await self.app(scope, receive, send)


def bearer_token(headers: Mapping[str, str]) -> str:
    """Return the token of an `Authorization: Bearer` header, or raise Unauthenticated."""
    if token := _sent_token(headers):
        return token
    raise Unauthenticated("Send `Authorization: Bearer <API key>`.")


def _sent_token(headers: Mapping[str, str]) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
