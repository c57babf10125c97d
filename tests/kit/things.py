"""A small service made of the kit, to test the kit by: it keeps things in Postgres."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI, Request
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, Field
from sqlalchemy import MetaData, text
from starlette.responses import Response

from services.kit.app import create_service_app
from services.kit.http.etags import ETagRoute, require_match
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit, decode_cursor, encode_cursor
from services.kit.http.problems import Conflict, NotFound, problem_responses
from services.kit.http.ranges import bytes_response
from services.kit.postgres.database import Database, RequestSession
from services.kit.postgres.idempotency import RequestIdempotency, idempotency_table
from services.kit.settings import PostgresSettings, ServiceSettings
from services.kit.testing.apps import TEST_SECRET

CONTENT = bytes(range(256)) * 4


class Settings(ServiceSettings, PostgresSettings):
    pass


class NewThing(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    slow_s: float = 0


class Thing(BaseModel):
    id: int
    name: str


class ThingPage(BaseModel):
    items: list[Thing]
    next_cursor: str | None


class NameTaken(Conflict):
    code = "name_taken"


router = APIRouter(route_class=ETagRoute)


@router.post(
    "/v1/things",
    operation_id="things_create",
    status_code=201,
    response_model=Thing,
    responses=problem_responses(NameTaken),
    openapi_extra=needs("things:write"),
)
async def things_create(body: NewThing, session: RequestSession, idempotency: RequestIdempotency) -> object:
    async def work() -> Thing:
        await asyncio.sleep(body.slow_s)
        if await session.scalar(text("SELECT 1 FROM things WHERE name = :name"), {"name": body.name}):
            raise NameTaken(f"There is a thing named {body.name}.")
        made = await session.scalar(text("INSERT INTO things (name) VALUES (:name) RETURNING id"), {"name": body.name})
        return Thing(id=made, name=body.name)

    return await idempotency.once(work)


@router.get("/v1/things", operation_id="things_list", openapi_extra=needs("things:read"))
async def things_list(session: RequestSession, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> ThingPage:
    after = decode_cursor(cursor, "things", (int,))[0] if cursor else 0
    rows = await session.execute(
        text("SELECT id, name FROM things WHERE id > :after ORDER BY id LIMIT :n"), {"after": after, "n": limit + 1}
    )
    items = [Thing(id=row.id, name=row.name) for row in rows]
    more = len(items) > limit
    return ThingPage(items=items[:limit], next_cursor=encode_cursor([items[limit - 1].id], "things") if more else None)


@router.get("/v1/things/{thing_id}", operation_id="things_get", responses=problem_responses(NotFound))
async def things_get(thing_id: int, session: RequestSession) -> Thing:
    return await _read(thing_id, session)


@router.put("/v1/things/{thing_id}", operation_id="things_put")
async def things_put(request: Request, thing_id: int, body: NewThing, session: RequestSession) -> Thing:
    require_match(request, await _read(thing_id, session))
    await session.execute(text("UPDATE things SET name = :name WHERE id = :id"), {"name": body.name, "id": thing_id})
    return await _read(thing_id, session)


@router.get("/v1/content", operation_id="content_get", response_class=Response)
async def content_get(request: Request) -> Response:
    async def read(start: int, length: int) -> AsyncIterator[bytes]:
        yield CONTENT[start : start + length]

    return bytes_response(
        request, read=read, size=len(CONTENT), etag='"content"', media_type="application/octet-stream", headers={}
    )


@router.get("/v1/mistake", operation_id="mistake_get")
async def mistake_get() -> Thing:
    raise RuntimeError("a secret detail that must not get out")


async def _read(thing_id: int, session: RequestSession) -> Thing:
    row = (await session.execute(text("SELECT id, name FROM things WHERE id = :id"), {"id": thing_id})).first()
    if row is None:
        raise NotFound("There is no such thing.")
    return Thing(id=row.id, name=row.name)


def things_app(url: str) -> FastAPI:
    settings = Settings(internal_secret=TEST_SECRET, database_url=url, database_pool=30, log_level="ERROR")
    database = Database(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        metadata = MetaData()
        idempotency_table(metadata)
        async with database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.execute(text("CREATE TABLE IF NOT EXISTS things (id serial PRIMARY KEY, name text)"))
        app.state.database = database
        yield
        await database.close()

    return create_service_app(
        "things",
        settings=settings,
        title="Things",
        description="Only for tests of the kit.",
        routers=[router],
        checks={"database": database.ping},
        lifespan=lifespan,
        registry=CollectorRegistry(),
        body_limit=10_000,
    )
