"""From a search request to a page of images."""

from dataclasses import asdict
from uuid import UUID

from services.catalog.domain import ImageRecord, SearchFilter, Sort
from services.catalog.services.errors import UnknownLabel
from services.catalog.storage.search import SearchRepository
from services.kit.pagination import decode_cursor, encode_cursor
from services.kit.problems import FieldError, InvalidCursor
from services.vision.labels import Taxonomy, UnknownLabelError


class SearchService:
    def __init__(self, repository: SearchRepository) -> None:
        self._repository = repository

    async def page(
        self, wanted: SearchFilter, *, viewer: UUID, sort: Sort, seed: int, cursor: str | None, limit: int
    ) -> tuple[list[ImageRecord], str | None]:
        """Give a page and the cursor of the next one. Raise InvalidCursor for one that does not fit."""
        made_for = [asdict(wanted), viewer, sort.value, seed]
        after = None
        if cursor is not None:
            keyed = sort in {Sort.RELEVANCE, Sort.RANDOM}
            after = decode_cursor(cursor, made_for, (float, str) if keyed else (str,))
            _require_uuid(after[-1])
        records, position = await self._repository.page(
            wanted, viewer=viewer, sort=sort, seed=seed, after=after, limit=limit
        )
        return records, encode_cursor(position, made_for) if position else None


def label_group(taxonomy: Taxonomy, asked: str, pointer: str) -> frozenset[str]:
    """Give the classes that a label id or name stands for, kinds of it included; raise UnknownLabel."""
    try:
        return taxonomy.classes_called(asked)
    except UnknownLabelError as error:
        message = f"There is no label {asked!r}; GET /v1/labels?prefix=… completes."
        details = [FieldError(pointer=pointer, code=UnknownLabel.code, message=message)]
        raise UnknownLabel(message, errors=details) from error


def query_labels(taxonomy: Taxonomy, query: str | None) -> frozenset[str]:
    """Give the classes that the words of a query name, if they name any: their scores then order the answer."""
    try:
        return taxonomy.classes_called(query) if query else frozenset()
    except UnknownLabelError:
        return frozenset()


def _require_uuid(value: str) -> None:
    try:
        UUID(value)
    except ValueError as error:
        raise InvalidCursor("The cursor is not one of ours; start again without it.") from error
