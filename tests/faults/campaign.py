"""Faults one after the other, of a seed, on one library that grows; after each the invariants."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from uuid import UUID

from services.catalog.storage.objects.keys import original_key
from tests.faults.checker import quiet, violations
from tests.faults.link import Weather
from tests.faults.load import People, Way
from tests.faults.processes import SMALL, reconcile_and_die
from tests.faults.stage import Stage

UPLOADS, DELETES = 5, 2
EACH_UPLOAD = (
    "upload.piece", "upload.body", "upload.checked", "put.half", "upload.put", "upload.row", "upload.job",
    "upload.committed",
)  # fmt: skip
CATALOG_POINTS = (*EACH_UPLOAD, "delete.marked", "trash.restored")
WORKER_POINTS = ("job.claimed", "job.inferred", "job.vector", "job.done", "purge.objects", "trash.claimed")
WAYS = {"trash.restored": Way.RESTORE, "trash.claimed": Way.EMPTY, "purge.objects": Way.PERMANENT}
"""Points that are passed only where people delete so."""
ORPHANS = 3
Strike = Callable[[Stage, Random], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """`arm` comes before the load, `strike` in the middle of it. `way`: what people do with what they delete."""

    name: str
    arm: Strike | None = None
    strike: Strike | None = None
    way: Way | None = None


@dataclass(frozen=True)
class Outcome:
    fault: str
    seconds: float
    deaths: int
    refusals: int
    violated: list[str]


async def _die_at(point: str, process: str, stage: Stage, random: Random) -> None:
    target = stage.catalog if process == "catalog" else stage.worker
    most = 3 if point in EACH_UPLOAD else 1  # the others are passed once in a load, by a group or by few
    target.kill(f"{point}:{random.randint(1, most)}")


async def _kill(process: str, stage: Stage, random: Random) -> None:
    await asyncio.sleep(random.random())
    (stage.catalog if process == "catalog" else stage.worker).kill()


async def _crash_postgres(stage: Stage, random: Random) -> None:
    await asyncio.sleep(random.random())
    await stage.crash_postgres()


async def _store_gone(stage: Stage, random: Random) -> None:
    away = stage.folder / "away"
    stage.objects.rename(away)
    await asyncio.sleep(0.5 + random.random())
    away.rename(stage.objects)


async def _store_full(stage: Stage, random: Random) -> None:
    for process in (stage.catalog, stage.worker):
        process.limit_files(SMALL)
    await asyncio.sleep(0.5 + 2 * random.random())
    for process in (stage.catalog, stage.worker):
        process.limit_files(None)


async def _classifier_gone(stage: Stage, random: Random) -> None:
    await stage.fakes.take_classifier_away()
    await asyncio.sleep(0.5 + random.random())
    await stage.fakes.bring_classifier_back()


async def _bad_weather(link: str, weather: Weather, stage: Stage, random: Random) -> None:
    stage.links[link].set(weather)
    await asyncio.sleep(0.5 + 2 * random.random())
    stage.links[link].set(Weather.FINE)
    if weather is Weather.BLACK_HOLE:
        stage.links[link].cut()


async def _kill_decoder(stage: Stage, random: Random) -> None:
    """Its children, with the pictures that they are at, end with it."""
    for _ in range(4):
        stage.killed += stage.catalog.kill_below("decoding.sandbox.zygote")
        await asyncio.sleep(0.2 + 0.4 * random.random())


async def _die_in_reconcile(stage: Stage, random: Random) -> None:
    """Objects as uploads leave them that were killed before their row; and a reconcile that does not get through."""
    for _ in range(ORPHANS):
        await stage.store.put_bytes(original_key(UUID(int=random.getrandbits(128))), b"orphan", "image/jpeg")
    stage.killed += await asyncio.to_thread(reconcile_and_die, stage.url, stage.folder, random.randint(1, ORPHANS))


POINTS = (*(("catalog", point) for point in CATALOG_POINTS), *(("worker", point) for point in WORKER_POINTS))
FAULTS = (
    *(
        Fault(f"kill -9 {process} at {point}", arm=partial(_die_at, point, process), way=WAYS.get(point))
        for process, point in POINTS
    ),
    Fault("kill -9 decoder", strike=_kill_decoder),
    Fault("kill -9 reconcile at reconcile.removed", arm=_die_in_reconcile),
    *(Fault(f"kill -9 {process} at any moment", strike=partial(_kill, process)) for process in ("catalog", "worker")),
    Fault("PostgreSQL crashes", strike=_crash_postgres),
    Fault("store gone", strike=_store_gone),
    Fault("disk full", strike=_store_full),
    Fault("classifier gone", strike=_classifier_gone),
    *(
        Fault(f"{weather} before {link}", strike=partial(_bad_weather, link, weather))
        for link in ("catalog", "database", "classifier", "similarity")
        for weather in Weather
        if weather is not Weather.FINE
    ),
)


def drawn(count: int, random: Random, faults: Sequence[Fault] = FAULTS) -> list[Fault]:
    """So many faults: every kind once in an order by chance, then again in another."""
    found: list[Fault] = []
    while len(found) < count:
        found += random.sample(faults, len(faults))
    return found[:count]


async def campaign(stage: Stage, faults: Sequence[Fault], random: Random) -> AsyncIterator[Outcome]:
    people = People(f"http://127.0.0.1:{stage.links['catalog'].port}", random)
    await people.work(uploads=UPLOADS, deletes=0)
    await quiet(stage)
    for fault in faults:
        began, refused = time.monotonic(), people.refusals
        before = stage.deaths
        if fault.arm is not None:
            await fault.arm(stage, random)
        async with asyncio.TaskGroup() as group:
            group.create_task(people.work(uploads=UPLOADS, deletes=DELETES, way=fault.way))
            if fault.strike is not None:
                await asyncio.sleep(random.random())
                await fault.strike(stage, random)
        await quiet(stage)
        violated = await violations(stage, people)
        yield Outcome(fault.name, time.monotonic() - began, stage.deaths - before, people.refusals - refused, violated)
