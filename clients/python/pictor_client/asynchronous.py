"""The client for asyncio: `Pictor`, method by method."""

import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar, Unpack
from uuid import UUID

import anyio
import httpx

from pictor_client import calls
from pictor_client.calls import Call, CollectionId, ImageId, P, Verdict
from pictor_client.core import AuthenticatedClient
from pictor_client.core.models import (
    Classification,
    Collection,
    Image,
    ImageLabel,
    ImageRestoreResult,
    ImageState,
    ImageUpdateResult,
    Model,
    SimilarImages,
    Status,
    Term,
    TrashedImage,
    UploadedImage,
    User,
)
from pictor_client.errors import FileChanged
from pictor_client.files import AsyncBody, Body, Picture, as_file
from pictor_client.options import Change, Filters, SimilarOptions, UploadOptions
from pictor_client.retrying import AsyncRetryingClient, RetryPolicy
from pictor_client.settings import DEFAULT_TIMEOUT, WAIT_S, http_options, poll_waits

T = TypeVar("T")


class AsyncPictor:
    """What `Pictor` is, for one event loop. What gives an iterator there is for `async for` here."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: httpx.Timeout | float = DEFAULT_TIMEOUT,
        retries: RetryPolicy | None = None,
        **http: Any,
    ) -> None:
        self.url = url.rstrip("/")
        options = http_options(self.url, key, timeout) | http
        self._http = AsyncRetryingClient(policy=retries or RetryPolicy(), **options)
        self.core = AuthenticatedClient(self.url, key).set_async_httpx_client(self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def _do(self, call: Call[T]) -> T:
        return call.taken(await call.operation.asyncio_detailed(client=self.core, **call.arguments))

    async def _items(self, call: Call[P], limit: int | None) -> AsyncIterator[Any]:
        cursor, given = None, 0
        while limit is None or given < limit:
            page = await self._do(calls.page(call, cursor, None if limit is None else limit - given))
            for item in page.items:
                yield item
            given += len(page.items)
            cursor = page.next_cursor
            if cursor is None:
                return

    async def upload(
        self,
        picture: Picture,
        *,
        wait: bool | float = False,
        idempotency_key: str | None = None,
        sha256: str | None = None,
        **options: Unpack[UploadOptions],
    ) -> UploadedImage:
        """Keep a picture. `wait` is for its labels: seconds, or True for 60; who comes too early gets it without them,
        and `state` says so. With `sha256`, other bytes than these are not sent (FileChanged)."""
        body = Body(picture, sha256=sha256)
        wait_s = WAIT_S if wait is True else float(wait)
        until = time.monotonic() + wait_s
        said: UploadOptions = {"file_name": body.name, **options}
        image = await self._do(calls.upload(as_file(AsyncBody(body)), said, wait_s=wait_s, key=idempotency_key))
        for pause in poll_waits():
            if image.state != ImageState.IMAGE_STATE_PROCESSING or time.monotonic() >= until:
                break
            await anyio.sleep(pause)
            image = calls.as_it_is_now(image, await self.get(image))
        return image

    async def get(self, image: ImageId) -> Image:
        return await self._do(calls.get(image))

    def images(self, *, limit: int | None = None, **filters: Unpack[Filters]) -> AsyncIterator[Image]:
        """All that fit, or the first `limit`, page by page while they are asked for."""
        return self._items(calls.images(filters), limit)

    def search(self, words: str, *, limit: int | None = None, **filters: Unpack[Filters]) -> AsyncIterator[Image]:
        """The same for words, best first."""
        filters["q"] = words
        return self._items(calls.images(filters), limit)

    async def similar(
        self, to: ImageId | Picture, *, limit: int = 12, **options: Unpack[SimilarOptions]
    ) -> SimilarImages:
        """Look-alikes of an image of the library, or of any picture; a str is a path."""
        if isinstance(to, ImageId):
            return await self._do(calls.similar(to, limit, options))
        return await self._do(calls.similar_to_picture(as_file(AsyncBody(Body(to))), limit, options))

    async def classify(
        self, picture: Picture, *, top_k: int | None = None, min_score: float | None = None, model: str | None = None
    ) -> Classification:
        """Labels of a picture that is not kept."""
        options = {"top_k": top_k, "min_score": min_score, "model": model}
        return await self._do(calls.classify(as_file(AsyncBody(Body(picture))), options))

    async def update(self, image: ImageId, **change: Unpack[Change]) -> Image:
        return await self._do(calls.update(image, change))

    async def update_many(self, updates: Sequence[dict[str, Any]]) -> AsyncIterator[ImageUpdateResult]:
        """Each `{"id": …, "add_tags": […], …}`, as POST /v1/images:batchUpdate takes it; one result each, in order."""
        for at in range(0, len(updates), calls.UPDATES_AT_ONCE):
            for result in (await self._do(calls.update_many(updates[at : at + calls.UPDATES_AT_ONCE]))).items:
                yield result

    async def delete(self, image: ImageId, *, permanent: bool = False) -> None:
        """Into the trash, or for good."""
        await self._do(calls.delete(image, permanent=permanent))

    def trash(self) -> AsyncIterator[TrashedImage]:
        """What was deleted and can be restored, last deleted first."""
        return self._items(calls.trash(), None)

    async def restore(self, *images: ImageId) -> list[ImageRestoreResult]:
        """Bring images back from the trash; what became of each, in order."""
        portions = (images[at : at + calls.UPDATES_AT_ONCE] for at in range(0, len(images), calls.UPDATES_AT_ONCE))
        return [result for some in portions for result in (await self._do(calls.restore(some))).items]

    async def check(self, digests: Iterable[str]) -> dict[str, UUID | None]:
        """Which images of yours have these SHA-256 (in hex); None: none."""
        found = [one for some in calls.portions(digests) for one in (await self._do(calls.check(some))).items]
        return {one.sha256: one.image_id for one in found}

    async def content(self, image: ImageId) -> bytes:
        """The original."""
        return (await self._do(calls.content(image))).payload.read()

    async def download(self, image: Image | UploadedImage, path: str | os.PathLike[str]) -> None:
        """Write the original to a path: whole and with the right SHA-256, or not at all."""
        target = Path(path)
        part = target.with_name(target.name + ".part")
        digest = hashlib.sha256()
        try:
            async with self._http.stream("GET", f"/v1/images/{image.id}/content") as answer:
                with part.open("wb") as file:
                    async for chunk in answer.aiter_bytes():
                        digest.update(chunk)
                        file.write(chunk)
            if digest.hexdigest() != image.sha256:
                raise FileChanged(f"{image.id} arrived damaged")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def labels(self, prefix: str = "", *, limit: int | None = None) -> AsyncIterator[Term]:
        """Labels and tags in use, the most used first; `prefix` completes."""
        return self._items(calls.labels(prefix), limit)

    async def labels_of(self, image: ImageId) -> list[ImageLabel]:
        return (await self._do(calls.labels_of(image))).items

    async def decide(self, image: ImageId, label_id: str, verdict: Verdict) -> list[ImageLabel]:
        """Confirm or reject a label of an image, add one by hand, or take back what was said."""
        return (await self._do(calls.decide(image, label_id, verdict))).items

    def collections(self) -> AsyncIterator[Collection]:
        return self._items(calls.collections(), None)

    async def create_collection(self, name: str, description: str = "") -> Collection:
        return await self._do(calls.create_collection(name, description))

    async def delete_collection(self, collection: CollectionId) -> None:
        await self._do(calls.delete_collection(collection))

    def images_of(self, collection: CollectionId, *, limit: int | None = None) -> AsyncIterator[Image]:
        return self._items(calls.images_of(collection), limit)

    async def add_to(self, collection: CollectionId, *images: ImageId) -> None:
        """Add images to a collection, or to "favorites"; those that are in it stay."""
        for image in images:
            await self._do(calls.add_to(collection, image))

    async def remove_from(self, collection: CollectionId, *images: ImageId) -> None:
        for image in images:
            await self._do(calls.remove_from(collection, image))

    async def models(self) -> list[Model]:
        return (await self._do(calls.models())).items

    async def status(self) -> Status:
        return await self._do(calls.status())

    async def me(self) -> User:
        return await self._do(calls.me())
