"""Many images at once: each update on its own, all in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.catalog.domain import ImageRecord, JobKind
from services.catalog.domain.tags import MAX_TAGS, joined_tags, without_tags
from services.catalog.services.errors import NoSuchImage, NotOwner, TooManyTags
from services.catalog.services.images.service import ImageService
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.batches import BatchRepository
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.kit.http.etags import require_etag
from services.kit.http.problems import ApiError
from services.kit.principal import Principal

Outcome = ImageRecord | ApiError


@dataclass(frozen=True)
class ImageUpdate:
    """What to change of one image: columns, then tags to add, then tags to remove. `if_match` is what stands for
    If-Match, None to change the image whatever was edited since."""

    id: UUID
    values: Mapping[str, Any]
    add_tags: Sequence[str]
    remove_tags: Sequence[str]
    if_match: str | None


class BatchService:
    def __init__(
        self,
        batches: BatchRepository,
        images: ImageRepository,
        jobs: JobRepository,
        *,
        service: ImageService,
        shown: Callable[[ImageRecord], BaseModel],
        documents: SearchDocuments,
    ) -> None:
        """`shown` gives an image as clients see it, which ETags are made of."""
        self._batches = batches
        self._images = images
        self._jobs = jobs
        self._service = service
        self._shown = shown
        self._documents = documents

    async def update(self, updates: Sequence[ImageUpdate], owner: Principal) -> list[Outcome]:
        """Do the updates in their order; give the image as each left it, or what PATCH would have raised.

        A handful of statements and one more for every image whose words changed: its full-text document.
        """
        before, others = await self._held({update.id for update in updates}, owner)
        now = await self._batches.now()
        images, outcomes = dict(before), list[Outcome]()
        for update in updates:
            try:
                if update.id not in images:
                    raise NotOwner if update.id in others else NoSuchImage
                images[update.id] = self._updated(images[update.id], update, now)
                outcomes.append(images[update.id])
            except ApiError as error:
                outcomes.append(error)
        await self._write([(before[image_id], image) for image_id, image in images.items()])
        return outcomes

    async def delete(self, ids: Sequence[UUID], owner: Principal, *, permanent: bool) -> list[ApiError | None]:
        """Delete the owner's images among these; give for each what DELETE would have raised, or None."""
        held, others = await self._held(set(ids), owner)
        await self._service.delete(sorted(held), permanent=permanent)
        there, outcomes = set(held), list[ApiError | None]()
        for image_id in ids:
            if image_id in there:
                there.remove(image_id)
                outcomes.append(None)
            else:
                outcomes.append(NotOwner() if image_id in others else NoSuchImage())
        return outcomes

    async def _held(self, ids: set[UUID], owner: Principal) -> tuple[dict[UUID, ImageRecord], set[UUID]]:
        """Give the owner's images among these, their rows held, and the ids of those that the owner only sees."""
        held = await self._batches.hold_own(ids, owner.identity)
        missing = sorted(ids - held.keys())
        others = {image.id for image in await self._images.get_many(missing, owner.identity)} if missing else set()
        return held, others

    def _updated(self, image: ImageRecord, update: ImageUpdate, now: datetime) -> ImageRecord:
        if update.if_match is not None:
            require_etag(update.if_match, self._shown(image))
        values = dict(update.values)
        if "tags" in values or update.add_tags or update.remove_tags:
            values["tags"] = _tags(values.get("tags", image.tags), update)
        return replace(image, **values, updated_at=now) if values else image

    async def _write(self, changes: Sequence[tuple[ImageRecord, ImageRecord]]) -> None:
        changes = [(before, after) for before, after in changes if after is not before]
        await self._batches.write([after for _, after in changes])
        for before, after in changes:
            if _words_of(before) != _words_of(after):
                await self._documents.write(self._images, after)
        seen_by_others = [after.id for before, after in changes if before.visibility is not after.visibility]
        await self._images.touch_collections(seen_by_others)
        await self._jobs.enqueue_all(JobKind.SYNC, seen_by_others)


def _words_of(image: ImageRecord) -> tuple[object, ...]:
    return image.title, image.description, image.tags, image.file_name


def _tags(whole: Sequence[str], update: ImageUpdate) -> tuple[str, ...]:
    tags = without_tags(joined_tags([*whole, *update.add_tags]), update.remove_tags)
    if len(tags) > MAX_TAGS:
        raise TooManyTags(f"The image would have {len(tags)} tags: {MAX_TAGS} are the most.")
    return tags
