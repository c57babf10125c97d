"""The catalog's worker: `python -m services.catalog.worker`. Any number of them share the queue, uncoordinated."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable
from secrets import token_hex

import uvloop

from services.catalog.clients.classifier import ClassifierClient
from services.catalog.config import Settings
from services.catalog.domain import OperationKind
from services.catalog.main import MIGRATIONS, open_classifiers, open_similarity
from services.catalog.services.duplicates.matcher import DuplicateMatcher
from services.catalog.services.images.model_input import ModelInputs
from services.catalog.services.images.originals import OriginalService
from services.catalog.services.images.trash import TrashMaintenance
from services.catalog.services.jobs.runner import JobRunner
from services.catalog.services.jobs.scheduler import QueueWorker
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.services.operations.backfill import AT_ONCE
from services.catalog.services.operations.reprocess import Reprocessor
from services.catalog.services.operations.rerender import Rerenderer
from services.catalog.services.operations.work import LibraryWork
from services.catalog.services.operations.worker import OperationWorker
from services.catalog.services.search.reindex import Reindexer
from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.catalog.services.streams.events import EventMaintenance
from services.catalog.storage.objects.settings import open_store
from services.kit.http.internal_auth import InternalTokens
from services.kit.logs import configure_logging
from services.kit.postgres.database import Database
from services.text.analyzer import Analyzer
from services.vision.decoding import Decoder
from services.vision.labels import load_taxonomy

logger = logging.getLogger("pictor.worker")
DRAIN_S = 8


async def work(settings: Settings, stopping: asyncio.Event) -> None:
    """Do jobs until told to stop; then finish those under way, at most 8 s, and give the others back."""
    name = f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"  # in a container, every process may be number 1
    tokens = InternalTokens(settings.internal_secret.get_secret_value(), "catalog")
    database, store = Database(settings), open_store(settings)
    await database.require_schema(MIGRATIONS)
    await store.prepare()
    taxonomy = load_taxonomy()
    documents = SearchDocuments(taxonomy, Analyzer(settings.search_language))
    similarity = open_similarity(settings, tokens)
    classifiers = open_classifiers(settings, tokens, similarity, taxonomy)
    classifier = ClassifierClient(classifiers, caller="catalog")
    decoding = Decoder(settings.decode_limits, concurrency=settings.decoders, queue=settings.worker_jobs + 2 * AT_ONCE)
    async with decoding as decoder:
        originals = OriginalService(store=store, database=database)
        inputs = ModelInputs(store, decoder, originals)
        runner = JobRunner(
            worker=name,
            sessions=database.sessions,
            store=store,
            inputs=inputs,
            classifier=classifier,
            similarity=similarity,
            taxonomy=taxonomy,
            documents=documents,
        )
        queue = QueueWorker(
            name=name,
            database=database,
            runner=runner,
            classifier=classifier,
            width=settings.worker_jobs,
            drain_s=DRAIN_S,
        )
        reprocessor = Reprocessor(
            database=database,
            inputs=inputs,
            classifiers=classifiers,
            similarity=similarity,
            taxonomy=taxonomy,
            documents=documents,
        )
        rerenderer = Rerenderer(database=database, store=store, originals=originals, decoder=decoder)
        works: dict[OperationKind, LibraryWork] = {
            OperationKind.REPROCESS: reprocessor,
            OperationKind.RERENDER: rerenderer,
        }
        operations = OperationWorker(name=name, database=database, works=works)
        logger.info("worker %s is ready: %d jobs at once", name, settings.worker_jobs)
        async with asyncio.TaskGroup() as group:
            maintenance = group.create_task(SearchMaintenance(database, taxonomy).run())
            following = group.create_task(EventMaintenance(database, kept=settings.events_kept).run())
            emptying = group.create_task(TrashMaintenance(database, grace_s=settings.delete_grace_s).run())
            reindexing = group.create_task(Reindexer(database, documents).run())
            group.create_task(DuplicateMatcher(database).run(stopping))
            group.create_task(operations.run(stopping))
            await queue.run(stopping)
            maintenance.cancel()
            reindexing.cancel()
            following.cancel()
            emptying.cancel()
    await classifiers.close()
    await similarity.close()
    await store.close()
    await database.close()


async def _main() -> None:
    settings = Settings()
    configure_logging("worker", level=settings.log_level, style=settings.log_format)
    stopping = asyncio.Event()
    stop: Callable[[], None] = stopping.set
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await work(settings, stopping)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_main())
