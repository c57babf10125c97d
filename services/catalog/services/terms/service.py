"""Statistics and completion of labels and tags."""

from uuid import UUID

from services.catalog.domain import TermCount
from services.catalog.services.terms.cache import Vocabularies
from services.catalog.services.terms.dictionary import Ranked, TermDictionary
from services.catalog.storage.search.terms import TermRepository
from services.kit.http.pagination import NOT_OURS, decode_cursor, encode_cursor
from services.kit.http.problems import InvalidCursor
from services.vision.labels import Label, Taxonomy

MOST_USES = 2**62


class TermService:
    def __init__(self, repository: TermRepository, vocabularies: Vocabularies, taxonomy: Taxonomy) -> None:
        self._repository = repository
        self._vocabularies = vocabularies
        self._taxonomy = taxonomy

    async def page(
        self, *, viewer: UUID, prefix: str, cursor: str | None, limit: int
    ) -> tuple[list[TermCount], str | None]:
        """Give terms, most used first. A prefix also finds labels above the ones in use, and forgives one wrong letter.

        Raise InvalidCursor for a strange cursor.
        """
        made_for = [str(viewer), prefix]
        after = _after(cursor, made_for) if cursor is not None else None
        await self._repository.begin_snapshot()
        dictionaries = await self._vocabularies.dictionaries(self._repository, viewer, self._taxonomy)
        found = _ranked(dictionaries, prefix, after, limit + 1)
        page = found[:limit]
        if len(found) <= limit:
            return [ranked.term() for ranked in page], None
        last = page[-1]
        position = [last.nearly, last.uses, last.name, last.label_id]
        return [ranked.term() for ranked in page], encode_cursor(position, made_for)

    async def count(self, viewer: UUID, label: Label) -> int:
        """Count the images that bear the label or a kind of it."""
        return await self._repository.count(viewer, "label", label.id)


def _after(cursor: str, made_for: object) -> Ranked:
    after = Ranked(*decode_cursor(cursor, made_for, (int, int, str, str)))
    if abs(after.uses) > MOST_USES:
        raise InvalidCursor(NOT_OURS)
    return after


def _ranked(dictionaries: list[TermDictionary], prefix: str, after: Ranked | None, limit: int) -> list[Ranked]:
    found = [
        ranked
        for dictionary in dictionaries
        for ranked in dictionary.vocabulary.ranked(
            prefix, dictionary.counts, dictionary.borne, after=after, limit=limit
        )
    ]
    return sorted(found)[:limit]
