"""What belongs to the request under way: its id, its trace and where the world finds us, for whatever speaks of it."""

import re
from contextvars import ContextVar
from uuid import uuid4

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
public_url: ContextVar[str] = ContextVar("public_url", default="")

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def accept_request_id(offered: str | None) -> str:
    """Return the caller's id when it is safe to echo and to log, else a new one."""
    if offered and _ACCEPTABLE_ID.fullmatch(offered):
        return offered
    return f"req_{uuid4().hex}"


def accept_traceparent(offered: str | None) -> str | None:
    """Return the W3C trace context when it is well formed, else None."""
    return offered if offered and _TRACEPARENT.fullmatch(offered) else None


def public(path: str) -> str:
    """Give the address under which clients reach a path of the API: see PICTOR_PUBLIC_URL."""
    return public_url.get() + path


def outgoing_headers() -> dict[str, str]:
    """Headers that carry the request under way to the next service."""
    pairs = {"x-request-id": request_id.get(), "traceparent": traceparent.get()}
    return {name: value for name, value in pairs.items() if value}
