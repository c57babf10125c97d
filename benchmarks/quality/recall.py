"""What the approximate ways of searching find of what the exact one finds, among real embeddings."""

import asyncio
import statistics
import time
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from benchmarks.database import Server
from benchmarks.inference.load import percentile
from benchmarks.quality.telling import tell
from benchmarks.search.alike.truth import TOLERANCE
from services.kit.migrate import migrate
from services.kit.postgres.database import Database
from services.similarity.index import Filter, Mode, Point, VectorIndex
from services.similarity.index.opening import open_index
from services.similarity.index.pgvector import IndexOptions
from services.similarity.index.settings import IndexKind, IndexSettings

HITS = 10
HEAD = ("package", "queries", "way", "recall@10", "worst", "p50 ms", "p95 ms")
_OWNER = UUID(int=1)
_BLOCK = 200
_WARMING = 20
# An index even for a library that the service would compare one by one; and the cosine index for the mode hnsw.
_OPTIONS = IndexOptions(exact_rows=0, cosine_index=True)


def recall_rows(
    server: Server, space: str, library: NDArray[np.float32], queries: dict[str, NDArray[np.float32]]
) -> list[list[str]]:
    """Load (N, D) embeddings into a database of their own, and ask each way. Not within an event loop."""
    return asyncio.run(_rows(server, space, library, queries))


async def _rows(
    server: Server, space: str, library: NDArray[np.float32], queries: dict[str, NDArray[np.float32]]
) -> list[list[str]]:
    name = "quality_" + space.replace("-", "_")
    await server.execute(f"CREATE DATABASE {name}")
    settings = IndexSettings(database_url=server.url(name), database_timeout_s=600)
    await migrate("similarity", settings.database_url.get_secret_value())
    database = Database(settings)
    opened = open_index(IndexKind.PGVECTOR, settings, database.engine, _OPTIONS)
    try:
        await _load(opened.index, space, library)
        return [row for name, asked in queries.items() for row in await _asked(opened.index, space, name, asked)]
    finally:
        await opened.close()
        await database.close()


async def _load(index: VectorIndex, space: str, library: NDArray[np.float32]) -> None:
    await index.ensure_space(space, dimension=library.shape[1], trained=True)
    points = [Point(UUID(int=row + 1), vector, _OWNER, public=True) for row, vector in enumerate(library)]
    for start in range(0, len(points), _BLOCK):
        await index.upsert(space, points[start : start + _BLOCK])
    tell(f"{space}: building the index of {len(points)} embeddings")
    await index.build(space)


async def _asked(index: VectorIndex, space: str, name: str, queries: NDArray[np.float32]) -> list[list[str]]:
    tell(f"{space}: asking {len(queries)} {name}")
    exact = [found for found, _ in await _answers(index, space, queries, Mode.EXACT)]
    rows = []
    for mode in (Mode.EXACT, Mode.TWO_STAGE, Mode.HNSW):
        answers = await _answers(index, space, queries, mode)
        shares = [_share(found, truth) for (found, _), truth in zip(answers, exact, strict=True)]
        took = [ms for _, ms in answers]
        numbers = [f"{statistics.mean(shares):.4f}", f"{min(shares):.1f}"]
        times = [f"{percentile(took, part):.1f}" for part in (0.5, 0.95)]
        rows.append([space, f"{len(queries)} {name}", mode, *numbers, *times])
    return rows


async def _answers(
    index: VectorIndex, space: str, queries: NDArray[np.float32], mode: Mode
) -> list[tuple[list[float], float]]:
    """The scores of the hits, best first, and milliseconds. Raises AssertionError when it was done in another way."""
    answers = []
    for vector in [*queries[:_WARMING], *queries]:
        began = time.perf_counter()
        found = await index.query(space, vector, Filter(viewer=_OWNER), limit=HITS, mode=mode)
        took_ms = 1000 * (time.perf_counter() - began)
        assert found.mode is mode, f"asked {mode}, answered {found.mode}"
        answers.append(([hit.score for hit in found.neighbours], took_ms))
    return answers[min(_WARMING, len(queries)) :]


def _share(found: list[float], exact: list[float]) -> float:
    """A hit is right when it scores as the last of the exact ones: equal scores may stand for each other."""
    return sum(score >= exact[-1] - TOLERANCE for score in found) / len(exact)
