"""Statistics and completion of labels and tags."""

from uuid import UUID

from services.catalog.domain import TermCount
from services.catalog.storage.terms import TermRepository
from services.kit.pagination import decode_cursor, encode_cursor
from services.vision.labels import Label, Taxonomy


class TermService:
    def __init__(self, repository: TermRepository, taxonomy: Taxonomy) -> None:
        self._repository = repository
        self._taxonomy = taxonomy

    async def page(
        self, *, viewer: UUID, prefix: str, cursor: str | None, limit: int
    ) -> tuple[list[TermCount], str | None]:
        """Give terms, most used first. With a prefix, labels above the ones in use are found too."""
        made_for = [str(viewer), prefix]
        terms = await self._tags(viewer, prefix) + await self._labels(viewer, prefix)
        terms.sort(key=_order)
        if cursor is not None:
            count, name, label_id = decode_cursor(cursor, made_for, (int, str, str))
            terms = [term for term in terms if _order(term) > (-count, name, label_id)]
        page = terms[:limit]
        if len(terms) <= limit:
            return page, None
        last = page[-1]
        return page, encode_cursor([last.count, last.name, last.label_id or ""], made_for)

    async def count(self, viewer: UUID, label: Label) -> int:
        """Count the images that bear the label or a kind of it."""
        counts = await self._repository.group_counts(viewer, {label.id: self._taxonomy.descendants(label.id)})
        return counts.get(label.id, 0)

    async def _tags(self, viewer: UUID, prefix: str) -> list[TermCount]:
        return await self._repository.tag_counts(viewer, prefix=prefix.strip().lower())

    async def _labels(self, viewer: UUID, prefix: str) -> list[TermCount]:
        counts = await self._repository.label_counts(viewer)
        if not prefix.strip():
            return [TermCount(self._taxonomy.get(key).name, key, count) for key, count in counts.items()]
        wanted: dict[str, Label] = {}
        for used in counts:
            for label in (self._taxonomy.get(used), *self._taxonomy.ancestors(used)):
                if _begins(self._taxonomy, label, prefix):
                    wanted[label.id] = label
        groups = {key: self._taxonomy.descendants(key) for key in wanted}
        found = await self._repository.group_counts(viewer, groups)
        return [TermCount(wanted[key].name, key, count) for key, count in found.items()]


def _order(term: TermCount) -> tuple[int, str, str]:
    return -term.count, term.name, term.label_id or ""


def _begins(taxonomy: Taxonomy, label: Label, prefix: str) -> bool:
    """Whether a word of the label's name or synonyms begins with the prefix."""
    start = prefix.strip().casefold()
    return any(f" {term.casefold()}".find(f" {start}") >= 0 for term in taxonomy.search_terms(label.id))
