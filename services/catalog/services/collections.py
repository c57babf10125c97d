"""Collections, favorites among them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.catalog.domain import CollectionRecord, ImageRecord
from services.catalog.services.errors import NoSuchCollection, NoSuchImage
from services.catalog.storage.collections import FAVORITES, CollectionRepository
from services.catalog.storage.images import ImageRepository
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.kit.http.problems import ApiError, Conflict
from services.kit.principal import Principal

CollectionId = UUID | Literal["favorites"]


class FavoritesStay(Conflict):
    code = "favorites_stay"


class CollectionService:
    def __init__(self, collections: CollectionRepository, images: ImageRepository) -> None:
        self._collections = collections
        self._images = images

    async def create(self, owner: Principal, *, name: str, description: str) -> CollectionRecord:
        await self._images.name_owner(owner.identity, owner.name)
        made = await self._collections.insert(owner.identity, name=name, description=description)
        return await self.get(made, owner)

    async def get(self, collection_id: CollectionId, owner: Principal, *, lock: bool = False) -> CollectionRecord:
        if collection_id == FAVORITES:
            collection_id = await self._favorites(owner)
        found = await self._collections.get(UUID(str(collection_id)), owner.identity, lock=lock)
        if found is None:
            raise NoSuchCollection
        return found

    async def page(
        self, owner: Principal, *, cursor: str | None, limit: int
    ) -> tuple[list[CollectionRecord], str | None]:
        await self._favorites(owner)
        made_for = ["collections", str(owner.identity)]
        after = decode_cursor(cursor, made_for, (UUID,))[0] if cursor else None
        records, position = await self._collections.page(owner.identity, after=after, limit=limit)
        return records, encode_cursor([position], made_for) if position else None

    async def change(self, collection: CollectionRecord, values: dict[str, Any], owner: Principal) -> CollectionRecord:
        self._require_own_making(collection)
        if values:
            await self._collections.change(collection.id, values)
        return await self.get(collection.id, owner)

    async def delete(self, collection: CollectionRecord) -> None:
        self._require_own_making(collection)
        await self._collections.delete(collection.id)

    async def add(self, collection_id: CollectionId, image_id: UUID, owner: Principal) -> None:
        """Put an image into a collection. The image is held first, as everybody does who holds both."""
        if await self._images.get(image_id, owner.identity, lock=True) is None:
            raise NoSuchImage
        collection = await self.get(collection_id, owner, lock=True)
        await self._collections.add_all(collection.id, [image_id])

    async def remove(self, collection_id: CollectionId, image_id: UUID, owner: Principal) -> None:
        await self._collections.remove_all((await self.get(collection_id, owner, lock=True)).id, [image_id])

    async def add_all(
        self, collection_id: CollectionId, ids: Sequence[UUID], owner: Principal
    ) -> list[bool | ApiError]:
        """Put images into a collection; give for each whether it went in now, or why it cannot."""
        there = await self._images.hold_visible(ids, owner.identity)
        collection = await self.get(collection_id, owner, lock=True)
        return _outcomes(ids, await self._collections.add_all(collection.id, sorted(there)), there)

    async def remove_all(
        self, collection_id: CollectionId, ids: Sequence[UUID], owner: Principal
    ) -> list[bool | ApiError]:
        """Take images out of a collection; give for each whether it went out now."""
        collection = await self.get(collection_id, owner, lock=True)
        return _outcomes(ids, await self._collections.remove_all(collection.id, ids), set(ids))

    async def images(
        self, collection_id: CollectionId, owner: Principal, *, cursor: str | None, limit: int
    ) -> tuple[list[ImageRecord], str | None]:
        collection = await self.get(collection_id, owner)
        made_for = ["collection", str(collection.id)]
        after = None
        if cursor is not None:
            added_at, image_id = decode_cursor(cursor, made_for, (datetime, UUID))
            after = (added_at, image_id)
        records, position = await self._collections.images(
            collection.id, viewer=owner.identity, after=after, limit=limit
        )
        return records, encode_cursor([*position], made_for) if position else None

    async def _favorites(self, owner: Principal) -> UUID:
        await self._images.name_owner(owner.identity, owner.name)
        return await self._collections.favorites(owner.identity)

    @staticmethod
    def _require_own_making(collection: CollectionRecord) -> None:
        if collection.kind == FAVORITES:
            raise FavoritesStay("Everyone has favorites: they can be emptied, not renamed or deleted.")


def _outcomes(ids: Sequence[UUID], changed: set[UUID], there: set[UUID]) -> list[bool | ApiError]:
    """One for each id in its order; of one that is named twice, the first has changed something."""
    outcomes, left = list[bool | ApiError](), set(changed)
    for image_id in ids:
        outcomes.append(image_id in left if image_id in there else NoSuchImage())
        left.discard(image_id)
    return outcomes
