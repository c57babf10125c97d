"""Word search, facets and completion, through the catalog as it is served (uvicorn, HTTP), at growing sizes.

    python -m benchmarks.search.words                              10,000 and 100,000 images
    python -m benchmarks.search.words --rows 10000 100000 1000000

A query asks for two labels of one image drawn by chance, with facets and a page of 50, as one of twenty owners. Common
labels come often in such pairs, so that large results weigh as much as they do among images. Beside it stands the scan
of the same data that counts `description LIKE '%…%'`.
"""

import argparse
import asyncio
import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.database import Server, postgres
from benchmarks.machine import machine, started
from benchmarks.search.words_library import OWNERS, make_library, owner_id, tag_words
from services.catalog.config import Settings
from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.kit.migrate import migrate
from services.kit.postgres.database import Database
from services.kit.principal import Principal
from services.kit.testing.apps import ALL_SCOPES, TEST_SECRET, TokenAuth
from services.vision.labels import load_taxonomy

SEARCH_MUST_MS, COMPLETION_MUST_MS = 60, 15
CLASSES = (100, 1_000, 10_000, 50_000, 100_000, 1_000_000)
NOBODY = "http://127.0.0.1:9"
WARMING, OTHERS = 10, 40
COMMON = ("animal", "picture", "artifact", "entity", "whole", "organism") * 5
Pairs = list[tuple[list[str], list[str]]]
"""Two label ids, and their names."""
Timed = list[tuple[int, float]]
"""Size of the answer and milliseconds, by query."""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def settings_of(url: str, folder: Path) -> dict[str, str]:
    return {
        "PICTOR_DATABASE_URL": url,
        "PICTOR_INTERNAL_SECRET": TEST_SECRET,
        "PICTOR_CLASSIFIER_URL": NOBODY,
        "PICTOR_SIMILARITY_URL": NOBODY,
        "PICTOR_STORE_FOLDER": str(folder / "objects"),
        "PICTOR_LOG_LEVEL": "INFO",
    }


async def compact(url: str, folder: Path) -> float:
    """Seal the whole library, as the worker does; give the seconds it took."""
    settings = Settings(
        **{key.removeprefix("PICTOR_").lower(): value for key, value in settings_of(url, folder).items()}
    )
    database = Database(settings)
    begun = time.perf_counter()
    await SearchMaintenance(database, load_taxonomy()).compact(most_changed=0)
    await database.close()
    return time.perf_counter() - begun


async def pairs(url: str, rows: int, count: int, chance: random.Random) -> Pairs:
    """Draw two labels each of so many images: their ids, and their names."""
    numbers = [chance.randint(1, rows) for _ in range(2 * count)]
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        drawn = await connection.execute(
            text("SELECT own_label_ids FROM images WHERE n = ANY (:numbers) AND cardinality(own_label_ids) > 1"),
            {"numbers": numbers},
        )
        borne = [row[0] for row in drawn]
    await engine.dispose()
    taxonomy = load_taxonomy()
    found = [chance.sample(labels, 2) for labels in chance.sample(borne, min(count, len(borne)))]
    return [(pair, [taxonomy.get(label).name for label in pair]) for pair in found]


def prefixes(count: int, chance: random.Random) -> list[str]:
    """Draw what people type: beginnings of words in use, one in five with a wrong letter."""
    tags = tag_words()
    words = [label.name.split()[-1].lower() for label in load_taxonomy().classes]
    found = []
    for _ in range(count):
        word = chance.choice(words) if chance.random() < 0.5 else tags[int((len(tags) + 1) ** chance.random()) - 1]
        typed = word[: chance.randint(1, 9)]
        if len(typed) >= 4 and chance.random() < 0.2:
            place = chance.randrange(len(typed))
            typed = typed[:place] + chance.choice("aeiostrn") + typed[place + 1 :]
        found.append(typed)
    return found


def ask(client: httpx.Client, path: str, queries: list[dict[str, object]]) -> Timed:
    """Send the queries one after the other; the first ten twice, as a warming."""
    timed: Timed = []
    for number, query in enumerate([*queries[:WARMING], *queries]):
        begun = time.perf_counter()
        answer = client.get(path, params=query)
        took = (time.perf_counter() - begun) * 1000
        body = answer.raise_for_status().json()
        if number >= WARMING:
            facets = body.get("facets")
            timed.append((sum(row["count"] for row in facets["owners"]) if facets else len(body["items"]), took))
    return timed


async def scans(url: str, names: list[list[str]]) -> list[float]:
    """Count the public images whose description has both names, by a scan; give milliseconds."""
    engine = create_async_engine(url)
    taken = []
    async with engine.connect() as connection:
        for first, second in names:
            begun = time.perf_counter()
            await connection.execute(
                text("SELECT count(*) FROM images WHERE visibility = 'public' AND deleted_at IS NULL "
                     "AND description LIKE :first AND description LIKE :second"),
                {"first": f"%{first}%", "second": f"%{second}%"},
            )  # fmt: skip
            taken.append((time.perf_counter() - begun) * 1000)
    await engine.dispose()
    return taken


def line(what: str, taken: list[float]) -> str:
    return f"  {what:34} p50 {statistics.median(taken):7.1f} ms   p95 {percentile(taken, 0.95):7.1f} ms"


def others(drawn: Pairs) -> dict[str, list[dict[str, object]]]:
    """What else people ask; nothing is promised of these."""
    few = drawn[:OTHERS]
    return {
        "a word": [{"q": names[0].split()[-1]} for _, names in few],
        "a word, total": [{"q": names[0].split()[-1], "include": "total"} for _, names in few],
        "a word, facets": [{"q": names[0].split()[-1], "include": "facets"} for _, names in few],
        "two words": [{"q": " ".join(name.split()[-1] for name in names)} for _, names in few],
        "a word that half of all bear": [{"q": word} for word in COMMON],
        "the same, total": [{"q": word, "include": "total"} for word in COMMON],
        "a phrase": [{"q": f'"{names[0]}"'} for _, names in few],
        "a beginning": [{"q": names[0].split()[-1][:4] + "*"} for _, names in few],
        "a label, since a day": [{"label": pair[0], "created_after": "2020-06-01T00:00:00Z"} for pair, _ in few],
        "by chance": [{"sort": "random", "seed": number} for number in range(len(few))],
        "a label, by chance": [{"label": pair[0], "sort": "random"} for pair, _ in few],
        "the newest": [{} for _ in few],
    }


def report(
    rows: int, searches: Timed, scanned: list[float], completions: Timed, besides: dict[str, Timed]
) -> tuple[float, float]:
    taken, completed = [took for _, took in searches], [took for _, took in completions]
    print(f"\n{rows:,} images; processes that wanted a core, over the last minute: {os.getloadavg()[0]:.1f}")
    print(line("two labels, facets, page of 50", taken))
    least = 0
    for most in CLASSES:
        inside = [took for size, took in searches if least <= size < most]
        if inside:
            print(line(f"  of {len(inside)} that find {least:,} to {most:,}", inside))
        least = most
    print(line("LIKE '%…%' scan, count alone", scanned))
    print(line("completion", completed))
    for what, timed in besides.items():
        print(line(f"besides: {what}", [took for _, took in timed]))
    return percentile(taken, 0.95), percentile(completed, 0.95)


class Processors:
    """Processor time of the catalog's process, and of the processes of the database with its data below a folder."""

    def __init__(self, catalog: psutil.Process, folder: Path) -> None:
        servers = [server for server in psutil.process_iter(["cmdline"]) if _serves(server, folder)]
        self._processes = [catalog, *servers, *(child for server in servers for child in server.children())]
        self._before = self._seconds()

    def say(self, what: str, count: int) -> None:
        taken = (self._seconds() - self._before) / count * 1000
        print(f"processor time of the catalog and the database, a {what}: {taken:.1f} ms")

    def _seconds(self) -> float:
        total = 0.0
        for process in self._processes:
            with contextlib.suppress(psutil.Error):
                total += sum(process.cpu_times()[:2])
        return total


def _serves(process: psutil.Process, folder: Path) -> bool:
    return "postgres" in process.name() and any(str(folder) in word for word in process.info["cmdline"] or ())


def ask_catalog(
    base: str, viewer: Principal, process: psutil.Process, folder: Path, drawn: Pairs, typed: list[str]
) -> tuple[Timed, Timed, dict[str, Timed]]:
    asked: list[dict[str, object]] = [{"label": pair, "include": "facets", "limit": 50} for pair, _ in drawn]
    with httpx.Client(base_url=base, auth=TokenAuth("catalog", viewer), timeout=60) as client:
        begun = time.perf_counter()
        ask(client, "/v1/images", asked[:1])
        print(f"the first search, which loads the segments: {time.perf_counter() - begun:.1f} s")
        processors = Processors(process, folder)
        searches = ask(client, "/v1/images", asked)
        processors.say("search", len(asked) + WARMING)
        processors = Processors(process, folder)
        completions = ask(client, "/v1/labels", [{"prefix": prefix, "limit": 10} for prefix in typed])
        processors.say("completion", len(typed) + WARMING)
        besides = {}
        for what, queries in others(drawn).items():
            processors = Processors(process, folder)
            besides[what] = ask(client, "/v1/images", queries)
            processors.say(f"search: {what}", len(queries) + WARMING)
    print(f"memory of the catalog's process: {process.memory_info().rss / 1e6:.0f} MB")
    return searches, completions, besides


async def measure(url: str, rows: int, folder: Path, count: int) -> tuple[float, float]:
    chance = random.Random(rows)  # noqa: S311 - no secret
    drawn = await pairs(url, rows, count, chance)
    command = [sys.executable, "-m", "uvicorn", "--factory", "services.catalog.main:create_app", "--port", "0"]
    log = folder / "catalog.log"
    with started(command, log, until="Uvicorn running on", **settings_of(url, folder)) as process:
        base = log.read_text().partition("Uvicorn running on ")[2].split()[0]
        viewer = Principal(user_id=owner_id(chance.randint(1, OWNERS)), name="viewer", scopes=ALL_SCOPES)
        asked = asyncio.to_thread(ask_catalog, base, viewer, process, folder, drawn, prefixes(count, chance))
        searches, completions, besides = await asked
    return report(rows, searches, await scans(url, [names for _, names in drawn[:20]]), completions, besides)


async def measured(server: Server, sizes: list[int], folder: Path, queries: int) -> list[tuple[int, float, float]]:
    """Give the rows, and the p95 of searches and completions, of each size."""
    figures = []
    for rows in sizes:
        name = f"words_{rows}"
        await server.execute(f"CREATE DATABASE {name}")
        url = server.url(name)
        await migrate("catalog", url)
        begun = time.perf_counter()
        await make_library(url, rows)
        made = time.perf_counter() - begun
        print(f"\n{rows:,} images made in {made:.0f} s, compacted in {await compact(url, folder):.0f} s")
        figures.append((rows, *await measure(url, rows, folder, queries)))
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="where the data is while it runs; a temporary folder unless told")
    said = parser.parse_args()
    print(machine())
    with (
        tempfile.TemporaryDirectory(prefix="pictor-words-", dir=said.folder) as name,
        postgres(Path(name) / "postgres") as server,
    ):
        figures = asyncio.run(measured(server, said.rows, Path(name), said.queries))
    print("\ngrowth of p95 from size to size (search, completion):")
    for (less, *before), (more, *after) in pairwise(figures):
        growth = ", ".join(f"{now / then:.1f}" for then, now in zip(before, after, strict=True))
        print(f"  {less:,} to {more:,} images ({more / less:.0f} times): {growth} times")
    rows, search, completion = figures[-1]
    for what, found, must in (("search", search, SEARCH_MUST_MS), ("completion", completion, COMPLETION_MUST_MS)):
        print(
            f"{what} at {rows:,}: p95 {found:.1f} ms, must be at most {must} ms: {'yes' if found <= must else 'MISSED'}"
        )


if __name__ == "__main__":
    main()
