"""Answers that last: each has a place, and those without an end of their own end when their server stops."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.datastructures import Headers
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.kit.streams.places import Place

EVENT_STREAM = "text/event-stream"


def wants_events(scope: Scope) -> bool:
    """Whether a request asks for server-sent events."""
    accepted = ",".join(Headers(scope=scope).getlist("accept")).split(",")
    return any(one.partition(";")[0].strip().lower() == EVENT_STREAM for one in accepted)


def stopping(scope: Scope) -> asyncio.Event:
    """Give what is set when the server stops; one that is never set where the server does not say so."""
    event: asyncio.Event = scope.get("state", {}).get("stopping") or asyncio.Event()
    return event


class LastingResponse(StreamingResponse):
    """Streams what the iterator gives, and gives the place back at its end, however that comes."""

    def __init__(
        self, content: AsyncIterator[bytes], *, place: Place, media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(content, media_type=media_type, headers=headers)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._place.give_back()


class EventStream(LastingResponse):
    """Ends in order when the server stops: the client comes again, to a server that does not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        work = asyncio.create_task(super().__call__(scope, receive, noted))
        stops = asyncio.create_task(stopping(scope).wait())
        try:
            await asyncio.wait({work, stops}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if begun:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            work.cancel()
            stops.cancel()
            await asyncio.gather(work, stops, return_exceptions=True)
