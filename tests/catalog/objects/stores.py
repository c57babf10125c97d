"""A store, and what a test can do to it."""

import asyncio
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.catalog.storage.objects import FolderStore, ObjectStore, S3Store, StoreUnavailable
from tests.catalog.objects.relay import Relay

MIB = 1024 * 1024


@dataclass
class StoreUnderTest:
    """`settings` make a catalog use it; within `breaking`, a put of over 2 MiB fails in its middle."""

    store: ObjectStore
    settings: dict[str, Any]
    take_away: Callable[[], Awaitable[None]]
    bring_back: Callable[[], Awaitable[None]]
    breaking: Callable[[], AbstractContextManager[None]]
    unfinished: Callable[[], list[str]]

    async def keys(self) -> list[str]:
        """Name every object, and everything that a put left unfinished."""
        return sorted([info.key async for info in self.store.list("images/")]) + self.unfinished()


@asynccontextmanager
async def a_folder_under_test(folder: Path) -> AsyncIterator[StoreUnderTest]:
    store, elsewhere = FolderStore(folder), folder.with_name("elsewhere")

    async def take_away() -> None:
        await asyncio.to_thread(folder.rename, elsewhere)

    async def bring_back() -> None:
        await asyncio.to_thread(elsewhere.rename, folder)

    @contextmanager
    def full_disk() -> Iterator[None]:
        """No file may grow over 1 MiB: to the store, the disk is full."""
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    def unfinished() -> list[str]:
        return [str(path) for path in (folder / ".incoming").iterdir()]

    await store.prepare()
    settings = {"store": "folder", "store_folder": folder}
    yield StoreUnderTest(store, settings, take_away, bring_back, full_disk, unfinished)
    await store.close()


@asynccontextmanager
async def an_s3_under_test(
    relay: Relay, access_key: str, secret_key: str, bucket: str
) -> AsyncIterator[StoreUnderTest]:
    where: dict[str, Any] = {
        "endpoint": relay.endpoint,
        "access_key": access_key,
        "secret_key": secret_key,
        "bucket": bucket,
        "secure": False,
    }
    store = S3Store(**where, region=None)

    @contextmanager
    def cut_line() -> Iterator[None]:
        """After 1 MiB more, no byte reaches the server."""
        relay.cut_after = MIB
        try:
            yield
        finally:
            relay.cut_after = None

    def unfinished() -> list[str]:
        return []

    await store.prepare()
    settings = {"store": "s3", **{f"s3_{name}": value for name, value in where.items()}}
    yield StoreUnderTest(store, settings, relay.take_away, relay.bring_back, cut_line, unfinished)
    relay.cut_after = None
    try:
        await store.delete_prefix("images/")
        await asyncio.to_thread(store._minio.remove_bucket, store._bucket)  # the relay needs this loop meanwhile
    except StoreUnavailable:
        raise AssertionError("the test left its store away") from None
    await store.close()
