"""From a search request to a page of images.

What labels, tags, words, owners, dates and sizes decide is answered from the segments, and from the database for the
images that changed since. Of phrases and beginnings of words, segments give candidates in order, and the database says
which of them fit. What other filters decide, the database finds; segments then order and count. Everything is read at
one moment.
"""

import asyncio
import heapq
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import partial
from uuid import UUID

import numpy as np

from services.catalog.domain import Facet, Facets, ImageRecord, Place, SearchFilter, Sort, Total
from services.catalog.services.search.facets import MOST, facets_of
from services.catalog.services.search.segments.library import FacetCounts, SegmentLibrary, View
from services.catalog.services.search.top_k import order_of
from services.catalog.services.terms.cache import Vocabularies
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.search.matches import SearchRepository
from services.catalog.storage.search.segments import SegmentRepository
from services.catalog.storage.search.terms import TermRepository
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.vision.labels import Taxonomy

MOST_PAGES = 10_000
"""Of an outline: at 100 a page, a million images."""
RANGES = frozenset({"taken_after", "taken_before", "created_after", "created_before", "width", "height"})
IN_BLOCKS = RANGES | {"label_groups", "not_labels", "tags", "min_score", "owner", "query", "query_labels"}
"""The filters that segments can answer."""
TAKEN = frozenset({Sort.TAKEN_NEWEST, Sort.TAKEN_OLDEST})
BY_TIME = TAKEN | {Sort.NEWEST, Sort.OLDEST}
KEYED = TAKEN | {Sort.RELEVANCE, Sort.RANDOM}
"""Orders in which something comes before the id."""
NEWEST = 100_000
"""Images found whose cameras are counted: each is read from its row."""
CANDIDATES, SHARE = 1_000, 100
"""Of so many images the database is asked whether they fit, then of one in so many of the library, if that is more, and
up to ten times as many. A page that is not full then is one of few images, and the database finds them all."""
MOST_COUNTED = 10_000
"""Images that the database counts for a total; of more it says that there are more."""


@dataclass(frozen=True)
class Found:
    images: list[ImageRecord]
    cursor: str | None
    facets: Facets | None
    total: Total | None
    outline: list[tuple[str, datetime]] | None
    cameras: list[Facet] | None


class SearchService:
    def __init__(
        self,
        repository: SearchRepository,
        images: ImageRepository,
        segments: SegmentRepository,
        terms: TermRepository,
        *,
        library: SegmentLibrary,
        vocabularies: Vocabularies,
        taxonomy: Taxonomy,
    ) -> None:
        self._repository = repository
        self._images = images
        self._segments = segments
        self._terms = terms
        self._library = library
        self._vocabularies = vocabularies
        self._taxonomy = taxonomy

    async def page(
        self,
        wanted: SearchFilter,
        *,
        viewer: UUID,
        sort: Sort | None,
        seed: int,
        cursor: str | None,
        limit: int,
        facets: bool = False,
        total: bool = False,
        outline: bool = False,
        cameras: bool = False,
    ) -> Found:
        """Give a page, the cursor of the next one, facets, the total, the outline and the cameras when asked.

        Raise InvalidCursor for a strange cursor.
        """
        sort = sort or (Sort.RELEVANCE if wanted.query or wanted.label_groups else Sort.NEWEST)
        made_for = [asdict(wanted), viewer, sort.value, seed]
        after = _place(cursor, made_for, sort) if cursor is not None else None
        await self._segments.begin_snapshot()
        counts: FacetCounts | None = None
        is_for_segments = _is_for_segments(wanted, sort)
        if is_for_segments:
            counted = facets and wanted != SearchFilter()
            places, counts = await self._ask_segments(wanted, viewer, sort, seed, after, limit + 1, count=counted)
        else:
            counted = False
            places = await self._repository.page(
                wanted, viewer=viewer, sort=sort, seed=seed, after=after, limit=limit + 1
            )
        if facets and not counted:
            counts = await self._facet_counts(wanted, viewer)
        shown = places[:limit]
        return Found(
            images=await self._images.get_many([place.image_id for place in shown], viewer),
            cursor=encode_cursor(_position(shown[-1], sort), made_for) if len(places) > limit else None,
            facets=await facets_of(counts, self._repository, self._taxonomy) if facets and counts else None,
            total=await self._total(wanted, viewer, counts if facets or is_for_segments else None) if total else None,
            outline=await self._outline(wanted, viewer, sort, limit, made_for) if outline else None,
            cameras=await self._repository.camera_counts(wanted, viewer, most=MOST, newest=NEWEST) if cameras else None,
        )

    async def _outline(
        self, wanted: SearchFilter, viewer: UUID, sort: Sort, step: int, made_for: object
    ) -> list[tuple[str, datetime]] | None:
        """Give the cursors of the pages after the first, and the time of the image before each; None without time."""
        if sort not in BY_TIME:
            return None
        starts = await self._repository.outline(wanted, viewer=viewer, sort=sort, step=step, most=MOST_PAGES)
        places = [Place(start.at.timestamp(), start.last) for start in starts]
        cursors = [encode_cursor(_position(place, sort), made_for) for place in places]
        return [(cursor, start.at) for cursor, start in zip(cursors, starts, strict=True)]

    async def _total(self, wanted: SearchFilter, viewer: UUID, counts: FacetCounts | None) -> Total:
        """Count exactly what segments or kept counts tell; of all else, the database counts up to MOST_COUNTED."""
        if wanted == SearchFilter():
            return Total(sum(count for _, _, count in await self._terms.of_kind(viewer, "owner")))
        if counts is None and _is_told_by_segments(wanted):
            _, counts = await self._ask_segments(wanted, viewer, Sort.NEWEST, 0, None, 1, count=False)
        if counts is not None:
            return Total(counts.images + await self._repository.count_changed(wanted, viewer))
        found = await self._repository.count(wanted, viewer, most=MOST_COUNTED + 1)
        return Total(min(found, MOST_COUNTED), is_lower_bound=found > MOST_COUNTED)

    async def _ask_segments(
        self,
        wanted: SearchFilter,
        viewer: UUID,
        sort: Sort,
        seed: int,
        after: Place | None,
        limit: int,
        *,
        count: bool,
    ) -> tuple[list[Place], FacetCounts | None]:
        """Give the first places after one, and the counts of all images found if these are known or asked for."""
        view = await self._library.view(self._segments)
        changed: list[Place] = []
        if not view.is_whole:
            changed = await self._repository.page(
                wanted, viewer=viewer, sort=sort, seed=seed, after=after, limit=limit, changed_only=True
            )
        if not count and _is_known_to_segments(wanted) and not _is_told_by_segments(wanted):
            fitting = await self._fitting(view, wanted, viewer, sort, seed, after, limit)
            if fitting is not None:
                return heapq.nsmallest(limit, [*changed, *fitting], key=order_of(sort)), None
        if _is_told_by_segments(wanted):
            ask = partial(view.find, wanted, viewer, sort=sort, seed=seed, after=after, limit=limit, count=count)
        else:
            matches = np.frombuffer(await self._repository.matches(wanted, viewer), ">i4").astype(np.int32)
            ask = partial(view.rank, matches, wanted, sort=sort, seed=seed, after=after, limit=limit, count=count)
        segments, counts = await asyncio.to_thread(ask)
        if count and not view.is_whole:
            await self._add_changed(counts, wanted, viewer)
        return heapq.nsmallest(limit, [*changed, *segments], key=order_of(sort)), counts

    async def _fitting(
        self, view: View, wanted: SearchFilter, viewer: UUID, sort: Sort, seed: int, after: Place | None, limit: int
    ) -> list[Place] | None:
        """Give the first places after one among candidates; None when too few of them fit."""
        found: list[Place] = []
        more = min(view.size // SHARE, 10 * CANDIDATES)
        for most in [CANDIDATES, more] if more > CANDIDATES else [CANDIDATES]:
            candidates, _ = await asyncio.to_thread(
                partial(view.find, wanted, viewer, sort=sort, seed=seed, after=after, limit=most, count=False)
            )
            among = [place.image_id for place in candidates]
            fit = set(await self._repository.ids(wanted, viewer, limit=most, among=among))
            found += [place for place in candidates if place.image_id in fit]
            if len(found) >= limit or len(candidates) < most:
                return found[:limit]
            after = candidates[-1]
        return None

    async def _facet_counts(self, wanted: SearchFilter, viewer: UUID) -> FacetCounts:
        if wanted == SearchFilter():
            dictionaries = await self._vocabularies.dictionaries(self._terms, viewer, self._taxonomy)
            owners = await self._terms.of_kind(viewer, "owner")
            return FacetCounts.of(
                [*owners, *(term for dictionary in dictionaries for term in dictionary.most_used(MOST))]
            )
        _, counts = await self._ask_segments(wanted, viewer, Sort.NEWEST, 0, None, 1, count=True)
        return counts or FacetCounts.of([])

    async def _add_changed(self, counts: FacetCounts, wanted: SearchFilter, viewer: UUID) -> None:
        for kind, term, count in await self._repository.term_counts(wanted, viewer):
            counts.add(kind, term, count)


def _is_for_segments(wanted: SearchFilter, sort: Sort) -> bool:
    """Whether segments find a page better than an index does: labels, tags, words or chance decide what comes first."""
    if sort in TAKEN:
        return False
    if sort is Sort.RANDOM or (sort is Sort.RELEVANCE and (wanted.scoring or wanted.query)):
        return True
    return bool(_given(wanted) - {"owner", "min_score"}) and _is_known_to_segments(wanted)


def _is_known_to_segments(wanted: SearchFilter) -> bool:
    """Whether segments know all that decides, but for phrases and beginnings of words."""
    return _given(wanted) <= IN_BLOCKS and not isinstance(wanted.owner, str)


def _is_told_by_segments(wanted: SearchFilter) -> bool:
    """Whether segments know all that decides."""
    return _is_known_to_segments(wanted) and (wanted.query is None or wanted.query.is_plain)


def _given(wanted: SearchFilter) -> set[str]:
    """Name the filters that are given."""
    plain = SearchFilter()
    return {field.name for field in fields(wanted) if getattr(wanted, field.name) != getattr(plain, field.name)}


def _place(cursor: str, made_for: object, sort: Sort) -> Place:
    keyed = sort in KEYED
    *key, image_id = decode_cursor(cursor, made_for, (float, UUID) if keyed else (UUID,))
    return Place(key[0] if key else 0.0, image_id)


def _position(place: Place, sort: Sort) -> list[float | UUID]:
    return [*([place.key] if sort in KEYED else []), place.image_id]
