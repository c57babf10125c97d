"""Which headers cross the gateway, and which it adds."""

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders

from services.protocol.quota import HEADER as QUOTA_HEADER
from services.protocol.shares import HEADER as SHARE_HEADER

RawHeaders = list[tuple[bytes, bytes]]

# RFC 9110, section 7.6.1, and what older software treats alike: they are about one connection.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Ours to say, or nobody's business behind the gateway.
REQUEST_DROPPED = HOP_BY_HOP | {
    b"authorization",
    b"content-length",
    b"cookie",
    b"expect",
    b"forwarded",
    b"host",
    b"traceparent",
    b"via",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-proto",
    b"x-pictor-page",
    SHARE_HEADER.encode(),
    QUOTA_HEADER.encode(),
    b"x-real-ip",
    b"x-request-id",
}
# The gateway's own server says these; an inner cookie has no place outside.
RESPONSE_DROPPED = HOP_BY_HOP | {b"date", b"server", b"set-cookie", b"x-request-id"}

SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


def crossing(headers: Iterable[tuple[bytes, bytes]], dropped: frozenset[bytes]) -> RawHeaders:
    """Leave out `dropped` and what the sender's own Connection header names. Names come out in lower case."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = {token.strip().lower() for name, value in lowered if name == b"connection" for token in value.split(b",")}
    return [(name, value) for name, value in lowered if name not in dropped and name not in named]


def add_security(headers: MutableHeaders) -> None:
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
