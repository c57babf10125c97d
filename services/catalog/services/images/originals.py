"""The bytes as they were sent. Disks lose and change bytes: only what was looked at is vouched for."""

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from services.catalog.domain import ImageState, JobKind, Original
from services.catalog.services.errors import OriginalLost
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.objects import ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import original_key
from services.catalog.storage.originals import OriginalRepository
from services.kit.http.problems import Unavailable
from services.kit.postgres.database import Database
from services.kit.principal import Principal

logger = logging.getLogger("pictor.originals")
LOOK_S = 10.0


class OriginalService:
    """Every method may raise StoreUnavailable."""

    def __init__(self, *, store: ObjectStore, database: Database) -> None:
        self._store = store
        self._database = database

    async def with_digests(self, digests: Sequence[str], owner: Principal) -> dict[str, UUID]:
        """Give the owner's images that have these bytes: those whose originals are there, of their size, and were not
        found damaged. Raises Unavailable when that takes longer than 10 s."""
        async with self._database.transaction() as session:
            found = await OriginalRepository(session).with_digests(owner.identity, digests)
        try:
            async with asyncio.timeout(LOOK_S):
                present = await asyncio.gather(*(self._is_present(original) for original in found.values()))
        except TimeoutError as error:
            raise Unavailable("The image store takes too long to look so many up; ask for fewer.") from error
        return {original.sha256: original.id for original, there in zip(found.values(), present, strict=True) if there}

    async def is_whole(self, original: Original) -> bool:
        """Read all of it, and say whether it is what was sent; note what was found."""
        try:
            if await self._store.size(original_key(original.id)) != original.bytes:
                return False
            digest = hashlib.sha256()
            async for piece in self._store.read(original_key(original.id)):
                digest.update(piece)
        except ObjectMissing:
            return False
        whole = digest.hexdigest() == original.sha256
        if whole is original.is_damaged:
            await self._mark(original, damaged=not whole)
        return whole

    async def read(self, original: Original, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield `length` bytes from `start` on. Raises OriginalLost: before the first piece when it is gone, short or
        known to be damaged; of a whole read before the last piece, when the hash is another."""
        present = await self.is_whole(original) if original.is_damaged else await self._is_present(original)
        if not present:
            raise OriginalLost
        all_of_it = start == 0 and length in {None, original.bytes}
        key = original_key(original.id)
        try:
            async for piece in self._verified(original) if all_of_it else self._store.read(key, start, length):
                yield piece
        except ObjectMissing as error:
            raise OriginalLost from error

    @asynccontextmanager
    async def file(self, original: Original) -> AsyncIterator[Path]:
        """Give all of it as a temporary file, gone after the block. Raises OriginalLost."""
        with tempfile.TemporaryDirectory(prefix="pictor-original-") as folder:
            path = Path(folder) / "original"
            with path.open("wb") as target:
                async for piece in self.read(original):
                    target.write(piece)
            yield path

    async def mend(self, original: Original, path: Path) -> None:
        """Put the bytes, sent again, in the place of those that are lost; what failed without them is tried again."""
        await self._store.put_file(original_key(original.id), path, original.media_type)
        async with self._database.transaction() as session:
            images = ImageRepository(session)
            image = await images.get_for_work(original.id)
            await OriginalRepository(session).mark(original.id, damaged=False)
            if image is not None and image.state is ImageState.FAILED:
                await images.set_state(image.id, ImageState.PROCESSING)
                await JobRepository(session).enqueue(JobKind.INGEST, image.id)
        logger.warning("the original of %s was lost or damaged; it is whole again: its owner sent it", original.id)

    async def _verified(self, original: Original) -> AsyncIterator[bytes]:
        """The last piece waits for the hash: who receives other bytes never receives all of them."""
        digest, last = hashlib.sha256(), b""
        async for piece in self._store.read(original_key(original.id)):
            if last:
                yield last
            digest.update(piece)
            last = piece
        if digest.hexdigest() != original.sha256:
            await self._mark(original, damaged=True)
            raise OriginalLost
        yield last

    async def _is_present(self, original: Original) -> bool:
        try:
            size = await self._store.size(original_key(original.id))
        except ObjectMissing:
            return False
        return size == original.bytes and not original.is_damaged

    async def _mark(self, original: Original, *, damaged: bool) -> None:
        logger.warning("the original of %s is %s", original.id, "damaged" if damaged else "whole again")
        async with self._database.transaction() as session:
            await OriginalRepository(session).mark(original.id, damaged=damaged)
