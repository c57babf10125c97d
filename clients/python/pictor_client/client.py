"""The client for plain, blocking code."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar, Unpack
from uuid import UUID

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
from pictor_client.files import Body, Picture, as_file
from pictor_client.options import Change, Filters, SimilarOptions, UploadOptions
from pictor_client.retrying import RetryingClient, RetryPolicy
from pictor_client.settings import DEFAULT_TIMEOUT, WAIT_S, http_options, poll_waits

T = TypeVar("T")


class Pictor:
    """A library, by the address of its server and an API key. One object may be used by several threads.

    Raises Refused (and its kinds) for what the server does not do, Unreachable where no answer comes.
    `core` is the generated client, for every operation that has no method here: it raises the same.
    """

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
        self._http = RetryingClient(policy=retries or RetryPolicy(), **options)
        self.core = AuthenticatedClient(self.url, key).set_httpx_client(self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _do(self, call: Call[T]) -> T:
        return call.taken(call.operation.sync_detailed(client=self.core, **call.arguments))

    def _items(self, call: Call[P], limit: int | None) -> Iterator[Any]:
        cursor, given = None, 0
        while limit is None or given < limit:
            page = self._do(calls.page(call, cursor, None if limit is None else limit - given))
            yield from page.items
            given += len(page.items)
            cursor = page.next_cursor
            if cursor is None:
                return

    def upload(
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
        image = self._do(calls.upload(as_file(body), said, wait_s=wait_s, key=idempotency_key))
        for pause in poll_waits():
            if image.state != ImageState.IMAGE_STATE_PROCESSING or time.monotonic() >= until:
                break
            time.sleep(pause)
            image = calls.as_it_is_now(image, self.get(image))
        return image

    def get(self, image: ImageId) -> Image:
        return self._do(calls.get(image))

    def images(self, *, limit: int | None = None, **filters: Unpack[Filters]) -> Iterator[Image]:
        """All that fit, or the first `limit`, page by page while they are asked for."""
        return self._items(calls.images(filters), limit)

    def search(self, words: str, *, limit: int | None = None, **filters: Unpack[Filters]) -> Iterator[Image]:
        """The same for words, best first."""
        filters["q"] = words
        return self._items(calls.images(filters), limit)

    def similar(self, to: ImageId | Picture, *, limit: int = 12, **options: Unpack[SimilarOptions]) -> SimilarImages:
        """Look-alikes of an image of the library, or of any picture; a str is a path."""
        if isinstance(to, ImageId):
            return self._do(calls.similar(to, limit, options))
        return self._do(calls.similar_to_picture(as_file(Body(to)), limit, options))

    def classify(
        self, picture: Picture, *, top_k: int | None = None, min_score: float | None = None, model: str | None = None
    ) -> Classification:
        """Labels of a picture that is not kept."""
        options = {"top_k": top_k, "min_score": min_score, "model": model}
        return self._do(calls.classify(as_file(Body(picture)), options))

    def update(self, image: ImageId, **change: Unpack[Change]) -> Image:
        return self._do(calls.update(image, change))

    def update_many(self, updates: Sequence[dict[str, Any]]) -> Iterator[ImageUpdateResult]:
        """Each `{"id": …, "add_tags": […], …}`, as POST /v1/images:batchUpdate takes it; one result each, in order."""
        for at in range(0, len(updates), calls.UPDATES_AT_ONCE):
            yield from self._do(calls.update_many(updates[at : at + calls.UPDATES_AT_ONCE])).items

    def delete(self, image: ImageId, *, permanent: bool = False) -> None:
        """Into the trash, or for good."""
        self._do(calls.delete(image, permanent=permanent))

    def trash(self) -> Iterator[TrashedImage]:
        """What was deleted and can be restored, last deleted first."""
        return self._items(calls.trash(), None)

    def restore(self, *images: ImageId) -> list[ImageRestoreResult]:
        """Bring images back from the trash; what became of each, in order."""
        portions = (images[at : at + calls.UPDATES_AT_ONCE] for at in range(0, len(images), calls.UPDATES_AT_ONCE))
        return [result for some in portions for result in self._do(calls.restore(some)).items]

    def check(self, digests: Iterable[str]) -> dict[str, UUID | None]:
        """Which images of yours have these SHA-256 (in hex); None: none."""
        found = (one for some in calls.portions(digests) for one in self._do(calls.check(some)).items)
        return {one.sha256: one.image_id for one in found}

    def content(self, image: ImageId) -> bytes:
        """The original."""
        return self._do(calls.content(image)).payload.read()

    def download(self, image: Image | UploadedImage, path: str | os.PathLike[str]) -> None:
        """Write the original to a path: whole and with the right SHA-256, or not at all."""
        target = Path(path)
        part = target.with_name(target.name + ".part")
        digest = hashlib.sha256()
        try:
            with self._http.stream("GET", f"/v1/images/{image.id}/content") as answer, part.open("wb") as file:
                for chunk in answer.iter_bytes():
                    digest.update(chunk)
                    file.write(chunk)
            if digest.hexdigest() != image.sha256:
                raise FileChanged(f"{image.id} arrived damaged")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def labels(self, prefix: str = "", *, limit: int | None = None) -> Iterator[Term]:
        """Labels and tags in use, the most used first; `prefix` completes."""
        return self._items(calls.labels(prefix), limit)

    def labels_of(self, image: ImageId) -> list[ImageLabel]:
        return self._do(calls.labels_of(image)).items

    def decide(self, image: ImageId, label_id: str, verdict: Verdict) -> list[ImageLabel]:
        """Confirm or reject a label of an image, add one by hand, or take back what was said."""
        return self._do(calls.decide(image, label_id, verdict)).items

    def collections(self) -> Iterator[Collection]:
        return self._items(calls.collections(), None)

    def create_collection(self, name: str, description: str = "") -> Collection:
        return self._do(calls.create_collection(name, description))

    def delete_collection(self, collection: CollectionId) -> None:
        self._do(calls.delete_collection(collection))

    def images_of(self, collection: CollectionId, *, limit: int | None = None) -> Iterator[Image]:
        return self._items(calls.images_of(collection), limit)

    def add_to(self, collection: CollectionId, *images: ImageId) -> None:
        """Add images to a collection, or to "favorites"; those that are in it stay."""
        for image in images:
            self._do(calls.add_to(collection, image))

    def remove_from(self, collection: CollectionId, *images: ImageId) -> None:
        for image in images:
            self._do(calls.remove_from(collection, image))

    def models(self) -> list[Model]:
        return self._do(calls.models()).items

    def status(self) -> Status:
        return self._do(calls.status())

    def me(self) -> User:
        return self._do(calls.me())
