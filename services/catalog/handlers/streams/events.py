"""/v1/events: what changed, page by page or as it comes."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from services.catalog.domain.events import EventPlace
from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.schemas.streams.event import NOW, After, EventPage, cursor_of, event_out, events_out, place_of
from services.catalog.services.errors import EventsExpired
from services.catalog.services.streams.events import EventFeed
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, MAX_CURSOR, Limit
from services.kit.http.problems import InvalidCursor, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.principal import CurrentPrincipal
from services.kit.streams.answers import EVENT_STREAM, EventStream, wants_events

router = APIRouter(tags=["events"], route_class=StrictRoute)
HEARTBEAT_S = 15.0
RETRY_MS = 3000


@router.get(
    "/v1/events",
    operation_id="events_list",
    summary="Follow what changes",
    description="Everything that you may see, deletions too, in one order and without gaps. Keep `after`, and ask "
    "again with it. With `Accept: text/event-stream` the events come as they happen (server-sent events): "
    "`Last-Event-ID` says where to go on, a comment comes when nothing else does, five streams at once a user. After "
    "30 days events are gone: who stood before them is told so with 410 and has to read everything again.",
    response_model=EventPage,
    responses={
        200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}},
        **problem_responses(InvalidCursor, EventsExpired),
    },
    openapi_extra=needs("images:read"),
)
async def events_list(
    request: Request,
    principal: CurrentPrincipal,
    catalog: CurrentCatalog,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
    last_event_id: Annotated[
        str | None,
        Header(max_length=MAX_CURSOR, description="Of an event stream: behind which event to go on; before `after`."),
    ] = None,
) -> Response:
    streamed = wants_events(request.scope)
    cursor = (last_event_id if streamed else None) or after
    place = await catalog.events.head() if cursor == NOW else place_of(cursor)
    viewer = principal.identity
    batch = await catalog.events.batch(viewer, place, limit=1 if streamed else limit)
    if not streamed:
        answer = JSONResponse(events_out(batch).model_dump(mode="json"))
        answer.headers["cache-control"] = "private, no-store"
        return answer
    return EventStream(
        _told(catalog.events, viewer, place),
        place=catalog.streams.take(viewer),
        media_type=EVENT_STREAM,
        headers={"cache-control": "private, no-store", "x-accel-buffering": "no"},
    )


async def _told(feed: EventFeed, viewer: UUID, place: EventPlace) -> AsyncIterator[bytes]:
    """Yield the events in the stream's own form (WHATWG HTML, section 9.2)."""
    yield f"retry: {RETRY_MS}\nid: {cursor_of(place)}\n\n".encode()
    async for batch in feed.follow(viewer, place, heartbeat_s=HEARTBEAT_S):
        told = [event_out(event) for event in batch.events]
        lines = [f"id: {event.id}\nevent: {event.type}\ndata: {event.model_dump_json()}\n\n" for event in told]
        yield "".join([*lines, f": still here\nid: {cursor_of(batch.after)}\n\n"]).encode()
