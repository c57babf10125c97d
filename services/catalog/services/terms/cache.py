"""The vocabularies last asked for, kept in memory by version: what completion and statistics read."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from cachetools import LRUCache

from services.catalog.services.terms.dictionary import TermDictionary, Vocabulary
from services.catalog.storage.search.terms import PUBLIC, TermRepository
from services.vision.labels import Taxonomy

MOST_VIEWERS = 64


@dataclass(frozen=True)
class Known:
    versions: tuple[int, int]
    dictionaries: tuple[TermDictionary, ...]


class Vocabularies:
    """Lives as long as the process."""

    def __init__(self) -> None:
        self._public: tuple[int, Vocabulary] | None = None
        self._viewers: LRUCache[UUID, Known] = LRUCache(MOST_VIEWERS)
        self._lock = asyncio.Lock()

    async def dictionaries(self, repository: TermRepository, viewer: UUID, taxonomy: Taxonomy) -> list[TermDictionary]:
        """Give what the viewer may count, every term on one dictionary: as the repository's session sees it."""
        versions = await repository.versions([PUBLIC, viewer])
        wanted = versions.get(PUBLIC, 0), versions.get(viewer, 0)
        async with self._lock:
            known = self._viewers.get(viewer)
            if known is None or known.versions != wanted:
                known = Known(wanted, await self._load(repository, viewer, wanted, taxonomy))
                self._viewers[viewer] = known
        changes = await repository.changes([PUBLIC, viewer])
        dictionaries = []
        for dictionary in known.dictionaries:
            changed, changes = dictionary.with_changes(changes)
            dictionaries.append(changed)
        return [*dictionaries, TermDictionary.of(Vocabulary(changes, taxonomy))]

    async def _load(
        self, repository: TermRepository, viewer: UUID, versions: tuple[int, int], taxonomy: Taxonomy
    ) -> tuple[TermDictionary, ...]:
        """Put the viewer's private counts on the public dictionary, and the terms that it lacks on one of their own."""
        public = self._public
        if public is None or public[0] != versions[0]:
            counts = await repository.rolled_up(PUBLIC)
            public = versions[0], await asyncio.to_thread(Vocabulary, counts, taxonomy)
            if self._public is None or self._public[0] < versions[0]:
                self._public = public
        dictionary = TermDictionary.of(public[1])
        if not versions[1]:
            return (dictionary,)
        dictionary, private = dictionary.with_changes(await repository.rolled_up(viewer))
        return dictionary, TermDictionary.of(await asyncio.to_thread(Vocabulary, private, taxonomy))
