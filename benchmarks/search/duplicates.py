"""`GET /v1/duplicates` on generated libraries: `python -m benchmarks.search.duplicates --rows 10000 100000`.

A fifth of the images are copies of earlier ones, half of those in up to 10 other bits. Beside it stands what comparing
all hashes with all takes in numpy; its groups are the truth for recall. Requests go through the app in process, to a
real PostgreSQL that does not wait for the disk. The seed is 1.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from sqlalchemy import text

from benchmarks.machine import machine
from services.catalog.services.duplicates.matcher import BATCH
from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository
from services.kit.testing.postgres import TestPostgres, running_postgres
from tests.catalog.factories import RunningCatalog, running_catalog
from tests.catalog.generated import Group, Row, a_generated_library, insert, near_pairs, right_groups
from tests.catalog.hashed import a_hash

COPIES = 0.2
INGESTS = 200
ALL_PAIRS_UP_TO = 200_000


async def processor_s(catalog: RunningCatalog) -> float:
    """Processor seconds so far, of this process and the database: on a busy machine they say more."""
    [(backend,)] = await catalog.rows("SELECT pg_backend_pid()")
    server = psutil.Process(backend).parent()
    assert server is not None
    times = [process.cpu_times() for process in (psutil.Process(), *server.children())]
    return sum(spent.user + spent.system for spent in times)


async def compare_all(catalog: RunningCatalog) -> None:
    """Do what the worker does until nothing is left."""
    compared = BATCH
    while compared:
        async with catalog.app.state.database.transaction() as session:
            compared = await PerceptualHashRepository(session).compare(limit=BATCH, wait=False)


async def ingest(catalog: RunningCatalog) -> tuple[list[float], list[float]]:
    """Seconds that single new hashes take: in the upload's transaction, and at the worker."""
    entered, compared = [], []
    for seed in range(INGESTS):
        began = time.perf_counter()
        async with catalog.app.state.database.transaction() as session:
            await PerceptualHashRepository(session).enter(a_hash(10**6 + seed) - (1 << 64), f"{seed:064x}")
        between = time.perf_counter()
        async with catalog.app.state.database.transaction() as session:
            await PerceptualHashRepository(session).compare(limit=BATCH, wait=False)
        entered.append(between - began)
        compared.append(time.perf_counter() - between)
    return entered, compared


async def walk(catalog: RunningCatalog, **wanted: str | int) -> tuple[list[float], list[Group]]:
    """Give the seconds of every page and all the groups."""
    took: list[float] = []
    found: list[Group] = []
    params = wanted
    while True:
        began = time.perf_counter()
        answer = await catalog.client.get("/v1/duplicates", params=params)
        took.append(time.perf_counter() - began)
        page = answer.json()
        assert answer.status_code == 200, answer.text
        assert page["complete"]
        found += [
            Group(item["id"], item["kind"], tuple(image["id"] for image in item["images"])) for item in page["items"]
        ]
        if page["next_cursor"] is None:
            return took, found
        params = {**wanted, "cursor": page["next_cursor"]}


def report(what: str, value: str) -> None:
    print(f"  {what:58} {value}", flush=True)


def milliseconds(seconds: list[float]) -> str:
    worst = np.percentile(seconds, 99)
    return f"{statistics.median(seconds) * 1000:8.2f} ms  (p99 {worst * 1000:.2f})"


def truth(rows: list[Row], found: list[Group]) -> None:
    hashes = np.array([row.hash for row in rows], np.uint64)
    began, spent = time.perf_counter(), time.process_time()
    near_pairs(hashes, 8, block=64)
    took, spent = time.perf_counter() - began, time.process_time() - spent
    report("numpy: all hashes with all", f"{took:8.2f} s  (processor {spent:.1f} s)")
    wanted = set(right_groups(rows, lambda _: True))
    right = len(wanted & set(found))
    report("groups that are those of all pairs", f"{right} of {len(wanted)}: recall {right / len(wanted):.4f}")
    report("groups that are not", str(len(found) - right))


async def measure(postgres: TestPostgres, folder: Path, count: int, copies: float) -> None:
    print(f"{count:,} images, {copies:.1%} copies")
    rows = a_generated_library(count, copies=copies)
    async with running_catalog(postgres, folder) as catalog:
        async with catalog.app.state.database.engine.begin() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await insert(connection, rows)
        await catalog.rows("ANALYZE")
        began, spent = time.perf_counter(), await processor_s(catalog)
        await compare_all(catalog)
        spent, seconds = await processor_s(catalog) - spent, time.perf_counter() - began
        [(hashes, pairs)] = await catalog.rows(
            "SELECT (SELECT count(*) FROM picture_hashes), (SELECT count(*) / 2 FROM hash_pairs)"
        )
        report(f"backfill: {hashes:,} hashes, {pairs:,} pairs", f"{seconds:8.2f} s  (processor {spent:.1f} s)")
        await catalog.rows("ANALYZE")
        before = await processor_s(catalog)
        entered, compared = await ingest(catalog)
        spent = (await processor_s(catalog) - before) / INGESTS * 1000
        report("added to an upload", milliseconds(entered))
        report("added to the worker's part of one ingest", milliseconds(compared))
        report("both, processor time", f"{spent:8.2f} ms")
        hashes = np.array([row.hash for row in rows], np.uint64)
        began = time.perf_counter()
        for row in rows[:20]:
            np.nonzero(np.bitwise_count(hashes ^ np.uint64(row.hash)) <= 8)
        report("numpy: one hash with all", f"{(time.perf_counter() - began) / 20 * 1000:8.2f} ms")
        for kind in ("exact", "near", "all"):
            before = await processor_s(catalog)
            took, found = await walk(catalog, kind=kind, limit=50)
            spent = await processor_s(catalog) - before
            report(f"{kind}: first page of 50 groups", f"{took[0] * 1000:8.2f} ms")
            report(f"{kind}: a page, in a walk over {len(found):,} groups", milliseconds(took))
            each_ms = spent / len(took) * 1000
            report(f"{kind}: the whole walk", f"{sum(took):8.2f} s  (processor {spent:.1f} s, {each_ms:.0f} ms a page)")
    if count <= ALL_PAIRS_UP_TO:
        truth(rows, found)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--copies", type=float, default=COPIES, help="share of images that are copies")
    asked = parser.parse_args()
    if not 0 < asked.copies < 1 or min(asked.rows) < 1000:
        sys.exit("at least 1,000 rows, and a share of copies between 0 and 1")
    print(machine())
    with tempfile.TemporaryDirectory(prefix="pictor-bench-") as folder, running_postgres(Path(folder)) as postgres:
        for count in asked.rows:
            await measure(postgres, Path(folder) / str(count), count, asked.copies)


if __name__ == "__main__":
    asyncio.run(main())
