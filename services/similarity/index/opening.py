"""The index that the settings name. The other one's library is not loaded."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from services.similarity.index.pgvector import IndexOptions, PgvectorIndex
from services.similarity.index.pgvector.building import IndexBuilder
from services.similarity.index.pgvector.quick import QuickSearch
from services.similarity.index.port import VectorIndex
from services.similarity.index.settings import IndexKind, IndexSettings


class MilvusNotInstalled(RuntimeError):
    """The settings want Milvus, and its client is not there."""

    def __init__(self) -> None:
        super().__init__("The index in Milvus wants a package more: pip install 'pictor[milvus]'.")


@dataclass(frozen=True)
class OpenedIndex:
    """`checks` are its own, beside the database's; `close` ends what it opened, and not the engine."""

    index: VectorIndex
    checks: Mapping[str, Callable[[], Awaitable[None]]]
    close: Callable[[], Awaitable[None]]


def open_index(
    kind: IndexKind, settings: IndexSettings, engine: AsyncEngine, options: IndexOptions | None = None
) -> OpenedIndex:
    """Nothing is connected yet. Raises MilvusNotInstalled, and ValueError for Milvus without an address."""
    options = options or IndexOptions()
    if kind is IndexKind.PGVECTOR:
        url = settings.database_url.get_secret_value()
        quick = QuickSearch(url, options, pool=settings.database_pool, timeout_s=settings.database_timeout_s)
        return OpenedIndex(PgvectorIndex(engine, IndexBuilder(url, options), options, quick), {}, quick.close)
    if not settings.milvus_uri:
        raise ValueError("PICTOR_MILVUS_URI says where Milvus is.")
    try:
        from services.similarity.index.milvus import MilvusIndex, MilvusOptions  # noqa: PLC0415 - 0.4 s, 40 MB
    except ModuleNotFoundError as error:
        raise MilvusNotInstalled from error
    index = MilvusIndex(
        MilvusOptions(
            uri=settings.milvus_uri,
            token=settings.milvus_token.get_secret_value(),
            database=settings.milvus_database,
            timeout_s=settings.milvus_timeout_s,
            m=options.m,
            ef_construction=options.ef_construction,
        )
    )
    return OpenedIndex(index, {"milvus": index.ping}, index.close)
