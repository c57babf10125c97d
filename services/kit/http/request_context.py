"""The outermost middleware: request id, access log, metrics, and the last net under every handler."""

import logging
import re
import time
from urllib.parse import quote

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit import context
from services.kit.http.problems import problem_response

logger = logging.getLogger("pictor.access")
HIDDEN = "(secret)"
QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})


class RequestContextMiddleware:
    def __init__(
        self,
        app: ASGIApp,
        *,
        registry: CollectorRegistry,
        public_url: str = "",
        secrets_behind: tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self.public_url = public_url
        self.secrets_behind = secrets_behind
        self.requests = Counter(
            "pictor_http_requests_total",
            "Answered requests.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "pictor_http_request_seconds",
            "Time to the end of the answer.",
            ["method", "route"],
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        current = context.accept_request_id(headers.get("x-request-id"))
        id_token = context.request_id.set(current)
        trace_token = context.traceparent.set(context.accept_traceparent(headers.get("traceparent")))
        url_token = context.public_url.set(self.public_url)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = current
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except ClientDisconnect:
            logger.info("%s %s: the client went away", scope["method"], self._shown(scope["path"]))
        except Exception:
            logger.exception("%s %s failed", scope["method"], self._shown(scope["path"]))
            if status:  # the answer is under way: cutting it off is all that is left
                raise
            failure = problem_response(
                scope["path"],
                status=500,
                code="internal_error",
                detail="This is our mistake. The log has it under the request id.",
            )
            await failure(scope, receive, send_with_id)
        finally:
            self._observe(scope, status, time.perf_counter() - started)
            context.public_url.reset(url_token)
            context.traceparent.reset(trace_token)
            context.request_id.reset(id_token)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], getattr(scope.get("route"), "path", "unrouted")
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(method, route).observe(seconds)
        if scope["path"] not in QUIET_PATHS:
            # Services ask each other every few seconds how they are.
            level = logging.DEBUG if scope["path"].startswith("/internal/") else logging.INFO
            logger.log(level, "%s %s %s %.1f ms", method, self._shown(scope["path"]), status, seconds * 1000)

    def _shown(self, path: str) -> str:
        """Give a path as the log may have it: without control characters, and without the secret in it."""
        for begin in self.secrets_behind:
            if path.startswith(begin):
                secret = re.split("[/:]", path[len(begin) :], maxsplit=1)[0]
                return begin + HIDDEN + quote(path[len(begin) + len(secret) :])
        return quote(path)
