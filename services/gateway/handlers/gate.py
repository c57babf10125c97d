"""The gate: pure ASGI, in front of every route. What it refuses, it refuses before one byte of body is read."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.accounts.authentication import SignedIn
from services.gateway.config import Settings
from services.gateway.process import Process
from services.gateway.proxy.admission import Admission, Admitted
from services.gateway.proxy.body import BodyRefused, RequestBody
from services.gateway.proxy.contracts import OWN, Operation, allow, not_allowed
from services.gateway.proxy.headers import add_security
from services.gateway.services.page_files import is_page
from services.gateway.services.rates import address_key
from services.gateway.storage.audit import Actor, current_actor
from services.kit.failpoints import failpoint
from services.kit.http.problems import ApiError, NotFound, Unavailable, error_response, problem_response
from services.kit.principal import service_principal
from services.kit.streams.answers import stopping, wants_events
from services.protocol.shares import HEADER

# A neighbour's flood must not make an orchestrator believe that the gateway is dead: these have no rate.
HEALTH_PATHS = frozenset({b"/livez", b"/readyz"})
DOCS = frozenset({b"/docs", b"/docs/init.js", b"/docs/swagger-ui.css", b"/docs/swagger-ui-bundle.js"})
# The page's files have no rate either: one sight of it asks for dozens, and a browser asks for each once.
ASSETS = (b"/assets/", b"/icon.svg")
_READ_ONLY = ("GET",)
ANY = allow(("GET", "POST", "PUT", "PATCH", "DELETE"))
"""What `OPTIONS *` asks: of the whole server."""
# For admins alone, on loopback too: behind a reverse proxy on the same machine everybody comes from loopback.
METRICS = b"/metrics"
VISITOR = "a visitor with a share link"
RECHECK_S = 0.5
"""Of who follows a stream. A revoked key is believed for 4.5 s at most: with this it holds no stream beyond 5 s."""
ADMIN = frozenset({"admin"})


class Gate:
    """Admits, then passes on to the inner service or to the gateway's own routes (`app`)."""

    def __init__(self, app: ASGIApp, *, process: Callable[[], Process], settings: Settings) -> None:
        self.app = app
        self.process = process
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:  # a WebSocket: closing before accepting is what the server answers with 403
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send, linger_s=self.settings.linger_s)
        try:
            idle_s, total_s = self.settings.body_idle_s, self.settings.body_total_s
            answer.body = RequestBody(scope, receive, idle_s=idle_s, total_s=total_s)
            await self._admitted(scope, answer.body, answer)
        except ApiError as error:
            if answer.begun:
                raise
            await error_response(scope["path"], error)(scope, receive, answer.send)
        except BodyRefused as error:
            if answer.begun:
                raise
            problem = problem_response(
                scope["path"], status=error.status_code, code=error.code, detail=str(error.detail)
            )
            await problem(scope, receive, answer.send)

    async def _admitted(self, scope: Scope, body: RequestBody, answer: "_Answer") -> None:
        path = scope["raw_path"]
        process = self.process()
        page, asset = path in DOCS or is_page(path), path.startswith(ASSETS)
        ours = page or asset or path in HEALTH_PATHS or path == METRICS
        if scope["method"] == "OPTIONS":
            answer.rate = process.admission.count_anonymous(scope)
            allowed = ANY if path == b"*" else allow(_READ_ONLY) if ours else process.admission.routes.allowed(path)
            await Response(status_code=204, headers={"allow": allowed})(scope, body.receive, answer.send)
            return
        if not ours:
            await self._public(scope, body, answer, process)
            return
        if scope["method"] not in _READ_ONLY:
            raise not_allowed(_READ_ONLY)
        if page:
            answer.rate = process.admission.count_anonymous(scope)
        elif path == METRICS:
            await process.admission.require(scope, ADMIN)
        await self.app(scope, body.receive, answer.send)

    async def _public(self, scope: Scope, body: RequestBody, answer: "_Answer", process: Process) -> None:
        admitted = await process.admission.admit(scope, body)
        if admitted.signed_in is not None:
            failpoint("gateway.admitted")
        operation, signed_in, answer.rate = admitted.operation, admitted.signed_in, admitted.rate
        scope["route"] = operation  # the name under which the request is counted
        current_actor.set(_actor_of(signed_in, scope))
        try:
            await self._served(scope, body, answer, process, admitted)
        except ApiError as error:
            answer.status = error.status
            raise
        finally:
            if signed_in is not None:
                await process.audit.note(
                    operation.id,
                    scope["path"],
                    status=answer.status,
                    changes_as_admin=operation.scopes == ADMIN and operation.method not in _READ_ONLY,
                )

    async def _served(
        self, scope: Scope, body: RequestBody, answer: "_Answer", process: Process, admitted: Admitted
    ) -> None:
        operation, signed_in = admitted.operation, admitted.signed_in
        if operation.service != OWN:
            if operation.shared:
                await self._visited(scope, body, answer, process, operation)
                return
            if signed_in is None:  # no contract that was let in says so
                raise NotFound("There is no such path.")
            forwarded = process.proxy.forward(
                operation,
                signed_in.principal,
                scope=scope,
                body=body,
                send=answer.send,
                claims=process.quotas.claims(operation.id, signed_in),
            )
            if wants_events(scope):
                await self._followed(forwarded, process.admission, operation, scope, answer)
            else:
                await forwarded
            return
        if signed_in is not None:
            scope.setdefault("state", {}).update(principal=signed_in.principal, signed_in=signed_in)
        await self.app(scope, body.receive, answer.send)

    @staticmethod
    async def _visited(
        scope: Scope, body: RequestBody, answer: "_Answer", process: Process, operation: Operation
    ) -> None:
        """Pass on what a visitor asks with the secret of a share link, with its id in the secret's place."""
        _, version, shares, secret, *rest = scope["raw_path"].decode("ascii").split("/")
        share_id, claims = await process.shares.visit(secret, Request(scope).cookies)
        inner = {**scope, "raw_path": "/".join(["", version, shares, str(share_id), *rest]).encode()}
        await process.proxy.forward(
            operation,
            service_principal(VISITOR),
            scope=inner,
            body=body,
            send=answer.send,
            claims=[(HEADER.encode(), claims.packed().encode())],
        )

    async def _followed(
        self,
        forwarded: Coroutine[Any, Any, None],
        admission: Admission,
        operation: Operation,
        scope: Scope,
        answer: "_Answer",
    ) -> None:
        """Pass on an answer that may have no end: until the server stops, or the sender may no longer ask for it."""
        work, stops = asyncio.create_task(forwarded), asyncio.create_task(stopping(scope).wait())
        try:
            while not (stops.done() or work.done()):
                await asyncio.wait({work, stops}, timeout=RECHECK_S, return_when=asyncio.FIRST_COMPLETED)
                if not work.done() and not await self._may_still(admission, operation, scope):
                    break
            if work.done():
                return work.result()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if answer.begun:
                await answer.send({"type": "http.response.body", "body": b"", "more_body": False})
                return None
            raise Unavailable("The server stops; ask again.", retry_after_s=1)
        finally:
            work.cancel()
            stops.cancel()
            await asyncio.gather(work, stops, return_exceptions=True)

    @staticmethod
    async def _may_still(admission: Admission, operation: Operation, scope: Scope) -> bool:
        """Whether the sender's key, or session, is still good. While nobody can say, it is taken to be."""
        try:
            await admission.require(scope, operation.scopes or frozenset())
        except Unavailable:
            return True
        except ApiError:
            return False
        return True


def _actor_of(signed_in: SignedIn | None, scope: Scope) -> Actor:
    address = address_key(scope["client"])
    if signed_in is None:
        return Actor(None, "", address)
    return Actor(signed_in.principal.identity, signed_in.principal.name, address)


class _Answer:
    """The answer on its way out: gets the security headers, and closes the connection when the body was not read.

    Else the server would go on taking the unread body off the connection, to find the next request behind it. It closes
    a little late: closing on unread bytes resets the connection, and a caller that is still sending (fetch in a browser
    or in Node) would see the reset instead of the answer.
    """

    def __init__(self, send: Send, *, linger_s: float) -> None:
        self._send = send
        self._linger_s = linger_s
        self._closes = False
        self.body: RequestBody | None = None
        self.rate: dict[str, str] = {}
        self.begun = False
        self.status = 500

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            add_security(headers)
            for name, value in self.rate.items():
                headers.setdefault(name, value)
            if self.body is None or self.body.unread:
                self._closes = True
                headers["connection"] = "close"
        elif self._closes and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await asyncio.sleep(self._linger_s)
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)
