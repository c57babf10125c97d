"""Two labels, a page of 50, facets: segments, the database alone with capped counts, and pyroaring postings.

    python -m benchmarks.search.postings --rows 100000        (pip install pyroaring first; nothing else needs it)

In one run, on one library, with the same queries. Told is processor time, of this process and of the database's: that
does not depend on who else is at work on the machine.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import numpy as np
import psutil
from pyroaring import BitMap
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.database import postgres
from benchmarks.machine import machine
from benchmarks.search.words import compact, pairs, percentile
from benchmarks.search.words_library import make_library, owner_id
from services.catalog.domain import LabelGroup, SearchFilter, Sort
from services.catalog.services.labels.taxonomy import kinds
from services.catalog.services.search.segments.library import SegmentLibrary, View
from services.catalog.services.search.segments.words import LabelWords
from services.catalog.storage.search.segments import SegmentRepository
from services.kit.migrate import migrate
from services.text.analyzer import Analyzer
from services.vision.labels import load_taxonomy

MOST = 10_000
"""Images of which the database counts facets."""
PAGE = """
SELECT id, (SELECT max(score::real) FROM image_labels
            WHERE image_id = images.id AND label_id = ANY (CAST(:kinds AS text[])) AND status <> 'rejected') AS score
FROM images WHERE deleted_at IS NULL AND (visibility = 'public' OR owner_id = :viewer)
    AND label_ids @> CAST(:labels AS text[]) ORDER BY score DESC, id DESC LIMIT 51
"""
FACETS = """
WITH found AS MATERIALIZED (
    SELECT label_ids, tags, owner_id FROM images WHERE deleted_at IS NULL
        AND (visibility = 'public' OR owner_id = :viewer) AND label_ids @> CAST(:labels AS text[]) LIMIT :most
)
SELECT 'label', term, count(*) FROM found, unnest(label_ids) AS term GROUP BY term
UNION ALL SELECT 'tag', term, count(*) FROM found, unnest(tags) AS term GROUP BY term
UNION ALL SELECT 'owner', owner_id::text, count(*) FROM found GROUP BY owner_id
"""
Pair = list[str]


class Roaring:
    """Postings by term over all images; scores as columns by label."""

    def __init__(self) -> None:
        self.terms: dict[tuple[str, str], BitMap] = {}
        self.scores: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.visible = BitMap()

    async def load(self, session: AsyncSession, viewer: UUID) -> None:
        numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
        rows = await session.execute(text("SELECT n, label_ids, tags, owner_id, visibility FROM images"))
        for n, labels, tags, owner, visibility in rows:
            for kind, terms in (("label", labels), ("tag", tags), ("owner", [str(owner)])):
                for term in terms:
                    numbers[kind, term].append(n)
            if visibility == "public" or owner == viewer:
                self.visible.add(n)
        self.terms = {term: BitMap(found) for term, found in numbers.items()}
        for bitmap in self.terms.values():
            bitmap.run_optimize()
        scored = await session.execute(
            text("SELECT label_id, array_agg(n ORDER BY n), array_agg(score::real ORDER BY n) "
                 "FROM image_labels JOIN images ON id = image_id GROUP BY label_id")
        )  # fmt: skip
        self.scores = {row[0]: (np.array(row[1]), np.array(row[2], np.float32)) for row in scored}

    def ask(self, pair: Pair, below: frozenset[str]) -> int:
        """The page by the best score, and facets, an intersection a term."""
        found = self.terms["label", pair[0]] & self.terms["label", pair[1]] & self.visible
        numbers = np.array(found.to_array())
        best = np.zeros(len(numbers), np.float32)
        for label in below & self.scores.keys():
            at, score = self.scores[label]
            places = np.searchsorted(at, numbers)
            hit = (places < len(at)) & (at[np.minimum(places, len(at) - 1)] == numbers)
            best[hit] = np.maximum(best[hit], score[places[hit]])
        _ = numbers[np.argsort(-best)[:51]]
        Counter(
            {term: count for term, bitmap in self.terms.items() if (count := found.intersection_cardinality(bitmap))}
        )
        return len(numbers)


def processor_s(folder: Path) -> float:
    """Seconds of this process and of the database's with its data below the folder."""
    servers = [one for one in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(one.info["cmdline"] or [])
               and "postgres" in (one.info["cmdline"] or [""])[0]]  # fmt: skip
    processes = [psutil.Process(), *servers, *(child for server in servers for child in server.children())]
    return sum(sum(process.cpu_times()[:2]) for process in processes if process.is_running())


def say(what: str, wall: list[float], processor: float) -> None:
    print(
        f"  {what:34} processor {processor / len(wall) * 1000:7.1f} ms   p50 {percentile(wall, 0.5) * 1000:7.1f} ms   "
        f"p95 {percentile(wall, 0.95) * 1000:7.1f} ms"
    )


def timed(drawn: list[Pair], ask: Callable[[Pair], object]) -> list[float]:
    taken = []
    for pair in drawn:
        begun = time.perf_counter()
        ask(pair)
        taken.append(time.perf_counter() - begun)
    return taken


def memory() -> float:
    return float(psutil.Process().memory_info().rss)


async def measure(url: str, rows: int, folder: Path, queries: int) -> None:
    taxonomy, viewer = load_taxonomy(), owner_id(3)
    drawn = [pair for pair, _ in await pairs(url, rows, queries, random.Random(rows))]  # noqa: S311 - no secret
    engine = create_async_engine(url)
    sessions = async_sessionmaker(engine)
    below = {label: kinds(taxonomy, [label]) for pair in drawn for label in pair}
    async with sessions() as session:
        before = processor_s(folder)
        wall, found = [], []
        for pair in drawn:
            begun = time.perf_counter()
            values = {"labels": pair, "kinds": sorted(below[pair[0]] | below[pair[1]]), "viewer": viewer, "most": MOST}
            await session.execute(text(PAGE), values)
            facets = (await session.execute(text(FACETS), values)).all()
            found.append(sum(count for kind, _, count in facets if kind == "owner"))
            wall.append(time.perf_counter() - begun)
        say("GIN, facets of 10,000 at the most", wall, processor_s(folder) - before)
    empty = memory()
    async with sessions() as session:
        library = SegmentLibrary(LabelWords(taxonomy, Analyzer()))
        view: View = await library.view(SegmentRepository(session))

        def in_segments(pair: Pair) -> int:
            groups = tuple(LabelGroup(frozenset([label]), below[label]) for label in pair)
            wanted = SearchFilter(label_groups=groups)
            return view.find(wanted, viewer, sort=Sort.RELEVANCE, seed=0, after=None, limit=51, count=True)[1].images

        used = memory() - empty
        assert [min(in_segments(pair), MOST) for pair in drawn] == found
        before = processor_s(folder)
        say("segments", timed(drawn, in_segments), processor_s(folder) - before)
        print(f"  {'':34} {used / 1e6:.0f} MB")
    empty = memory()
    async with sessions() as session:
        roaring = Roaring()
        await roaring.load(session, viewer)
        used = sum(len(bitmap.serialize()) for bitmap in roaring.terms.values())
        used += sum(at.nbytes + score.nbytes for at, score in roaring.scores.values())
        assert [min(roaring.ask(pair, below[pair[0]]), MOST) for pair in drawn[:10]] == found[:10]
        before = processor_s(folder)
        taken = timed(drawn, lambda pair: roaring.ask(pair, below[pair[0]] | below[pair[1]]))
        say("pyroaring", taken, processor_s(folder) - before)
        print(f"  {'':34} {used / 1e6:.0f} MB of postings and scores, {(memory() - empty) / 1e6:.0f} MB of the process")
    await engine.dispose()


async def made(url: str, rows: int, folder: Path, queries: int) -> None:
    await migrate("catalog", url)
    await make_library(url, rows)
    await compact(url, folder)
    await measure(url, rows, folder, queries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=100)
    said = parser.parse_args()
    print(machine(), f"\n{said.rows:,} images", file=sys.stdout, flush=True)
    with tempfile.TemporaryDirectory(prefix="pictor-postings-") as name, postgres(Path(name) / "postgres") as server:
        asyncio.run(server.execute("CREATE DATABASE postings"))
        asyncio.run(made(server.url("postings"), said.rows, Path(name), said.queries))


if __name__ == "__main__":
    main()
