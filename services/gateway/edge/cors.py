"""Cross-origin requests of browsers, from the origins that the settings name."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from services.kit.http.problems import problem_response

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ASKED = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Prefer",
    "Range",
    "Traceparent",
    "X-Request-Id",
)
"""Request headers beyond those that a page may always send."""
EXPOSED = (
    "Accept-Ranges",
    "Allow",
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""Response headers that a page may read beyond the usual ones."""


class CorsMiddleware(CORSMiddleware):
    """Starlette's, without credentials, as there are no cookies; what it refuses is a problem document."""

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        super().__init__(
            app, allow_origins=origins, allow_methods=METHODS, allow_headers=ASKED, expose_headers=EXPOSED, max_age=600
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        ours = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        if answer.status_code < 400:  # noqa: PLR2004 - HTTP's own border
            return Response(status_code=204, headers=ours)
        return problem_response(
            "/",
            status=403,
            code="cors_refused",
            detail=f"{bytes(answer.body).decode()}. PICTOR_CORS_ORIGINS names the origins that may call.",
            headers=ours,
        )
