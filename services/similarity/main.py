"""The similarity service: `uvicorn --factory services.similarity.main:create_app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry
from starlette.responses import Response

from services.kit.app import create_service_app
from services.kit.clients import ServiceClient
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.limits import service_body_limit
from services.kit.http.problems import error_response
from services.kit.postgres.database import Database
from services.similarity.clients.catalog import CatalogClient
from services.similarity.config import Settings
from services.similarity.embedding import ChosenEmbedder, Embedder, LocalEmbedder, RemoteEmbedder
from services.similarity.handlers import internal, points, similar, spaces
from services.similarity.index import VectorIndexError
from services.similarity.index.opening import open_index
from services.similarity.schemas.search import SimilarSearch, SimilarSearchForm
from services.similarity.services.comparing import CompareService
from services.similarity.services.errors import problem_of
from services.similarity.services.examples import ExampleReader
from services.similarity.services.pictures import PictureReader
from services.similarity.services.points import PointService
from services.similarity.services.search import SearchService
from services.similarity.services.spaces.coverage import CoverageService
from services.similarity.services.spaces.keeping import SpaceService
from services.similarity.services.spaces.maintenance import IndexMaintenance
from services.similarity.services.spaces.registry import SpaceRegistry
from services.similarity.services.spaces.service import SpaceChooser
from services.vision.decoding import Decoder

MIGRATIONS = Path(__file__).parent / "migrations"


def open_embedder(settings: Settings, tokens: InternalTokens, registry: SpaceRegistry) -> Embedder:
    """Give the embedder that the settings name; nothing is loaded or connected yet."""
    embedders: list[Embedder] = []
    if settings.embedder == "local" and settings.model_package is not None:
        embedders.append(LocalEmbedder(settings.model_package, settings.engine))
    urls = [None if embedders else settings.classifier_url, settings.candidate_url]
    embedders += [RemoteEmbedder(ServiceClient(url, audience="classifier", tokens=tokens)) for url in urls if url]
    return ChosenEmbedder(embedders, registry.promoted)


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    tokens = InternalTokens(settings.internal_secret.get_secret_value(), "similarity")
    database = Database(settings)
    opened = open_index(settings.index, settings, database.engine, settings.index_options)
    index = opened.index
    catalog = CatalogClient(ServiceClient(settings.catalog_url, audience="catalog", tokens=tokens))
    registry = SpaceRegistry(database)
    embedder = open_embedder(settings, tokens, registry)
    decoder = Decoder(settings.decode_limits, concurrency=settings.decoders)
    chooser = SpaceChooser(index, embedder, registry)
    examples = ExampleReader(
        catalog=catalog, pictures=PictureReader(decoder), embedder=embedder, index=index, spaces=chooser
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        """The schema first: without it nothing works. At the end the maintenance before the database that it uses.

        A build under way is given up; what it leaves, the next one removes.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            stack.push_async_callback(opened.close)
            await database.require_schema(MIGRATIONS)
            stack.push_async_callback(catalog.close)
            stack.push_async_callback(embedder.close)
            await embedder.start()
            await stack.enter_async_context(decoder)
            maintenance = asyncio.create_task(IndexMaintenance(index, every_s=settings.index_check_s).run())
            stack.push_async_callback(_ended, maintenance)
            yield

    app = create_service_app(
        "similarity",
        settings=settings,
        title="Pictor similarity",
        description="Vectors of images by model space, and search by example: by image, picture, region or vector.",
        routers=[similar.router, spaces.router, points.router, internal.router],
        checks={"database": database.ping, **opened.checks},
        lifespan=lifespan,
        registry=CollectorRegistry(),
        body_limit=service_body_limit(settings.upload_limit),
        body_models=[SimilarSearch, SimilarSearchForm],
    )
    app.add_exception_handler(VectorIndexError, _on_index_error)
    app.state.database = database
    app.state.search = SearchService(
        examples=examples, index=index, catalog=catalog, coverage=CoverageService(index, catalog)
    )
    app.state.points = PointService(index, chooser)
    app.state.spaces = SpaceService(database=database, index=index, catalog=catalog, chooser=chooser, registry=registry)
    app.state.comparing = CompareService(index=index, catalog=catalog, spaces=app.state.spaces)
    return app


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _on_index_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, VectorIndexError)  # noqa: S101 - registered for this class alone
    return error_response(request.url.path, problem_of(error))
