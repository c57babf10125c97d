"""The vocabularies last asked for, kept in memory by version: what completion and statistics read."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from services.catalog.services.terms.dictionary import Sheet, Vocabulary
from services.catalog.storage.search.terms import PUBLIC, TermRepository
from services.vision.labels import Taxonomy

MOST_VIEWERS = 64


@dataclass(frozen=True)
class Known:
    versions: tuple[int, int]
    sheets: tuple[Sheet, ...]


class Vocabularies:
    """Lives as long as the process."""

    def __init__(self) -> None:
        self._public: tuple[int, Vocabulary] | None = None
        self._viewers: OrderedDict[UUID, Known] = OrderedDict()
        self._lock = asyncio.Lock()

    async def sheets(self, repository: TermRepository, viewer: UUID, taxonomy: Taxonomy) -> list[Sheet]:
        """Give what the viewer may count, every term on one sheet: as the repository's session sees it."""
        versions = await repository.versions([PUBLIC, viewer])
        wanted = versions.get(PUBLIC, 0), versions.get(viewer, 0)
        async with self._lock:
            known = self._viewers.get(viewer)
            if known is None or known.versions != wanted:
                known = Known(wanted, await self._load(repository, viewer, wanted, taxonomy))
                self._viewers[viewer] = known
            self._viewers.move_to_end(viewer)
            if len(self._viewers) > MOST_VIEWERS:
                self._viewers.popitem(last=False)
        changes = await repository.changes([PUBLIC, viewer])
        sheets = []
        for sheet in known.sheets:
            changed, changes = sheet.with_changes(changes)
            sheets.append(changed)
        return [*sheets, Sheet.of(Vocabulary(changes, taxonomy))]

    async def _load(
        self, repository: TermRepository, viewer: UUID, versions: tuple[int, int], taxonomy: Taxonomy
    ) -> tuple[Sheet, ...]:
        """Put the viewer's private counts on the public sheet, and the terms that it lacks on one of their own."""
        public = self._public
        if public is None or public[0] != versions[0]:
            counts = await repository.folded(PUBLIC)
            public = versions[0], await asyncio.to_thread(Vocabulary, counts, taxonomy)
            if self._public is None or self._public[0] < versions[0]:
                self._public = public
        sheet = Sheet.of(public[1])
        if not versions[1]:
            return (sheet,)
        sheet, private = sheet.with_changes(await repository.folded(viewer))
        return sheet, Sheet.of(await asyncio.to_thread(Vocabulary, private, taxonomy))
