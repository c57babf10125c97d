"""Any S3 server as object store, through the `minio` SDK: synchronous, so it lives in a bounded thread pool."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import urllib3
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error

from services.catalog.storage.objects.port import (
    CHUNK,
    InvalidKey,
    ObjectInfo,
    ObjectMissing,
    StoreUnavailable,
    require_key,
    require_prefix,
)

logger = logging.getLogger("pictor.store")
THREADS = 16
CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 20
_MISSING = frozenset({"NoSuchKey", "NoSuchObject"})
_OURS = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})
T = TypeVar("T")


class S3Store:
    """Objects in one bucket, which is made when it is not there."""

    def __init__(
        self, *, endpoint: str, access_key: str, secret_key: str, bucket: str, region: str | None, secure: bool
    ) -> None:
        self._bucket = bucket
        self._pool = urllib3.PoolManager(
            maxsize=THREADS,
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S),
            retries=urllib3.Retry(total=1, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        )
        self._minio = Minio(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            secure=secure,
            http_client=self._pool,
        )
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3-store")

    async def prepare(self) -> None:
        await self._run(self._make_bucket)

    async def check(self) -> None:
        if not await self._run(lambda: self._minio.bucket_exists(self._bucket)):
            logger.warning("the object store has no bucket %s", self._bucket)
            raise StoreUnavailable

    async def check_room(self) -> None:
        """A server of S3 does not say how much room it has."""

    async def put_file(self, key: str, path: Path, media_type: str) -> None:
        await self._run(lambda: self._minio.fput_object(*self._at(key), str(path), content_type=media_type))

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        await self._run(
            lambda: self._minio.put_object(*self._at(key), BytesIO(data), len(data), content_type=media_type)
        )

    async def size(self, key: str) -> int:
        found = await self._run(lambda: self._minio.stat_object(*self._at(key)))
        return int(found.size or 0)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        if length == 0:
            return
        answer: Any = await self._run(lambda: self._minio.get_object(*self._at(key), offset=start, length=length or 0))
        try:
            while chunk := await self._run(lambda: answer.read(CHUNK)):
                yield chunk
        finally:
            answer.close()
            answer.release_conn()

    async def delete(self, key: str) -> None:
        await self._run(lambda: self._minio.remove_object(*self._at(key)))

    async def delete_prefix(self, prefix: str) -> int:
        return await self._run(lambda: self._delete(prefix))

    async def prune(self, prefix: str, *, before: datetime) -> int:  # noqa: ARG002 - keys need no folders
        require_prefix(prefix)
        return 0

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        listing = await self._run(
            lambda: iter(self._minio.list_objects(self._bucket, require_prefix(prefix), recursive=True))
        )
        while page := await self._run(lambda: list(itertools.islice(listing, 500))):
            for item in page:
                yield ObjectInfo(str(item.object_name), int(item.size or 0), item.last_modified)

    async def close(self) -> None:
        self._threads.shutdown(wait=False)
        self._pool.clear()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except InvalidKey:
            raise
        except S3Error as error:
            if error.code in _MISSING:
                raise ObjectMissing(str(error.resource)) from error
            logger.warning("the object store refused: %s", error.code)
            raise StoreUnavailable from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            logger.warning("the object store does not answer: %s", error)
            raise StoreUnavailable from error

    def _at(self, key: str) -> tuple[str, str]:
        return self._bucket, require_key(key)

    def _make_bucket(self) -> None:
        if self._minio.bucket_exists(self._bucket):
            return
        try:
            self._minio.make_bucket(self._bucket)
        except S3Error as error:
            if error.code not in _OURS:  # another replica was quicker
                raise

    def _delete(self, prefix: str) -> int:
        found = [
            item.object_name for item in self._minio.list_objects(self._bucket, require_prefix(prefix), recursive=True)
        ]
        errors = list(self._minio.remove_objects(self._bucket, (DeleteObject(str(name)) for name in found)))
        if errors:
            logger.warning("the object store kept %d objects: %s", len(errors), errors[0].code)
            raise StoreUnavailable
        return len(found)
