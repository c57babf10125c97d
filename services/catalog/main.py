"""The catalog service: `uvicorn --factory services.catalog.main:create_app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.catalog.clients.classifiers import Classifiers
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.config import Settings
from services.catalog.handlers import (
    batches,
    content,
    duplicates,
    image_labels,
    images,
    internal,
    labels,
    models,
    operations,
    trash,
    uploads,
)
from services.catalog.handlers.collections import collections, members, shared
from services.catalog.handlers.dependencies import Catalog
from services.catalog.handlers.receiving import ImageUpload
from services.catalog.handlers.streams import downloads, events
from services.catalog.services.images.expected_input import ExpectedInput
from services.catalog.services.search.segments.library import SegmentLibrary
from services.catalog.services.search.segments.preload import keep_warm
from services.catalog.services.search.segments.words import LabelWords
from services.catalog.storage.objects.settings import open_store
from services.kit.app import create_service_app
from services.kit.clients import ServiceClient
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.limits import service_body_limit
from services.kit.postgres.database import Database
from services.text.analyzer import Analyzer
from services.vision.decoding import Decoder
from services.vision.labels import Taxonomy, load_taxonomy

MIGRATIONS = Path(__file__).parent / "migrations"


def open_classifiers(
    settings: Settings, tokens: InternalTokens, similarity: SimilarityClient, taxonomy: Taxonomy
) -> Classifiers:
    """The classifiers that the settings name; nothing is connected yet."""
    urls = [url for url in (settings.classifier_url, settings.candidate_url) if url]
    services = [ServiceClient(url, audience="classifier", tokens=tokens) for url in urls]
    return Classifiers(services, similarity, labels_digest=taxonomy.classes_digest, caller="catalog")


def open_similarity(settings: Settings, tokens: InternalTokens) -> SimilarityClient:
    """The similarity service that the settings name; nothing is connected yet."""
    service = ServiceClient(settings.similarity_url, audience="similarity", tokens=tokens)
    return SimilarityClient(service, caller="catalog")


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    database, store = Database(settings), open_store(settings)
    decoder = Decoder(settings.decode_limits, concurrency=settings.decoders)
    taxonomy, tokens = load_taxonomy(), InternalTokens(settings.internal_secret.get_secret_value(), "catalog")
    analyzer = Analyzer(settings.search_language)
    segments = SegmentLibrary(LabelWords(taxonomy, analyzer))
    similarity = open_similarity(settings, tokens)
    classifiers = open_classifiers(settings, tokens, similarity, taxonomy)
    expected_input = ExpectedInput(classifiers)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """Schema and store before the decoder: a service that cannot keep anything does not start."""
        await database.require_schema(MIGRATIONS)
        await store.prepare()
        async with decoder:
            app.state.database = database
            app.state.catalog = Catalog(
                settings,
                database,
                store,
                decoder,
                taxonomy,
                classifiers,
                similarity,
                expected_input,
                analyzer,
                segments,
            )
            background = [
                asyncio.create_task(keep_warm(app.state.catalog.segments, database)),
                asyncio.create_task(expected_input.watch()),
                asyncio.create_task(app.state.catalog.events.look()),
            ]
            yield
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
        await classifiers.close()
        await similarity.close()
        await store.close()
        await database.close()

    return create_service_app(
        "catalog",
        settings=settings,
        title="Pictor catalog",
        description="Images, labels, tags and collections.",
        routers=[
            uploads.router,
            images.router,
            batches.router,
            image_labels.router,
            content.router,
            labels.router,
            collections.router,
            members.router,
            shared.router,
            shared.bytes_router,
            trash.router,
            duplicates.router,
            downloads.router,
            downloads.bytes_router,
            events.router,
            operations.router,
            models.router,
            internal.router,
        ],
        checks={"database": database.ping, "store": store.check},
        warnings={"room for images": store.check_room},
        lifespan=lifespan,
        registry=CollectorRegistry(),
        body_limit=service_body_limit(settings.upload_limit),
        body_models=[ImageUpload],
    )
