"""What is decided of a request from its head alone: the order is route, sign-in, scope, size, rate."""

from dataclasses import dataclass

from starlette.types import Scope

from services.gateway.accounts.authentication import Authenticator, SignedIn
from services.gateway.proxy.body import RequestBody
from services.gateway.proxy.browser import token_of
from services.gateway.proxy.contracts import Operation, RoutingTable
from services.gateway.services.errors import InsufficientScope
from services.gateway.services.rates import TokenBuckets, address_key
from services.kit.http.problems import ApiError, BadRequest

MAX_QUERY = 8192
MAX_HEADERS = 32_768


class UriTooLong(ApiError):
    status, code = 414, "uri_too_long"


class HeadersTooLarge(ApiError):
    status, code = 431, "headers_too_large"


@dataclass(frozen=True)
class Admitted:
    """A request that may go on. `signed_in` is None where the operation is open to all; `rate` are headers."""

    operation: Operation
    signed_in: SignedIn | None
    rate: dict[str, str]


@dataclass(frozen=True)
class Admission:
    """Admits requests. Holds no request's state."""

    routes: RoutingTable
    authenticator: Authenticator
    cookie_name: str
    user_rate: TokenBuckets
    anonymous_rate: TokenBuckets
    visitor_rate: TokenBuckets

    async def admit(self, scope: Scope, body: RequestBody) -> Admitted:
        """Return the operation, and who asks.

        Raises NotFound, MethodNotAllowed, Unauthenticated and its kinds, CrossSite, InsufficientScope, ContentTooLarge,
        TooManyRequests; nothing of the body is read.
        """
        _check_size(scope)
        operation = self.routes.match(scope["method"], scope["raw_path"])
        signed_in = None if operation.scopes is None else await self.require(scope, operation.scopes)
        body.limit(operation.body_limit)
        if signed_in is None:
            if operation.shared:  # a sight of a shared collection asks for as much as one of one's own
                return Admitted(operation, None, self.visitor_rate.take(address_key(scope["client"])))
            return Admitted(operation, None, self.count_anonymous(scope))
        return Admitted(operation, signed_in, self.user_rate.take(str(signed_in.principal.identity)))

    def count_anonymous(self, scope: Scope) -> dict[str, str]:
        """Give the headers that say what is left to the sender's address without a key. Raises TooManyRequests."""
        return self.anonymous_rate.take(address_key(scope["client"]))

    async def require(self, scope: Scope, scopes: frozenset[str]) -> SignedIn:
        """Raise Unauthenticated and its kinds, CrossSite, or InsufficientScope, unless the sender has all `scopes`."""
        signed_in = await self.authenticator.authenticate(token_of(scope, self.cookie_name))
        missing = sorted(scopes - signed_in.principal.scopes)
        if missing:
            raise InsufficientScope(f"This needs the scope {', '.join(missing)}, which this key does not have.")
        return signed_in


def _check_size(scope: Scope) -> None:
    query: bytes = scope["query_string"]
    if len(query) > MAX_QUERY:
        raise UriTooLong(f"The query is longer than {MAX_QUERY} bytes.")
    if not all(0x21 <= byte <= 0x7E for byte in query):  # noqa: PLR2004 - printable ASCII
        raise BadRequest("The query has bytes that must be percent-encoded.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        raise HeadersTooLarge(f"The headers are longer than {MAX_HEADERS} bytes.")
