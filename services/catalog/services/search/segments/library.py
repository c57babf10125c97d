"""The segments in memory, by version, and how they are searched together."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.catalog.domain import Place, SearchFilter, Sort, shuffled
from services.catalog.domain.tags import most_used_spellings
from services.catalog.services.search.segments.codec import Array, Codes, TagCodes, unpack
from services.catalog.services.search.segments.postings import FacetCounter
from services.catalog.services.search.segments.segment import Segment
from services.catalog.services.search.segments.words import LabelWords
from services.catalog.services.search.top_k import TopK
from services.catalog.storage.search.segments import SEGMENT_BITS, SEGMENT_SIZE, SegmentRepository


@dataclass
class FacetCounts:
    """Images by term, while they are counted. Terms that no segment knows are in `others`, by (kind, term)."""

    counts: dict[str, tuple[Codes, Array]]
    others: dict[tuple[str, str], int]
    images: int = 0
    """How many images were counted."""

    @classmethod
    def of(cls, terms: Iterable[tuple[str, str, int]]) -> "FacetCounts":
        """Take counts that are complete, by (kind, term)."""
        nothing = {kind: (Codes(), np.zeros(0, np.int64)) for kind in ("label", "tag", "owner")}
        return cls(nothing, {(kind, term): count for kind, term, count in terms})

    def add(self, kind: str, term: str, count: int) -> None:
        codes, counts = self.counts[kind]
        code = codes.find(term)
        if code is None or code >= len(counts):
            self.others[kind, term] = self.others.get((kind, term), 0) + count
        else:
            counts[code] += count

    def terms(self, kind: str, most: int) -> list[tuple[str, int]]:
        """Give the terms used as often as the `most`-th or more often, with their counts, in no order."""
        codes, counts = self.counts[kind]
        counts = codes.together(counts)
        least = int(np.partition(counts, -most)[-most]) if len(counts) > most else 0
        found = [(codes.words[code], int(counts[code])) for code in np.flatnonzero(counts >= max(least, 1))]
        others = [(term, count) for (of, term), count in self.others.items() if of == kind and count > 0]
        return found + (most_used_spellings(others) if kind == "tag" else others)


class View:
    """Some segments of one moment, and which of their images changed since: those are left out."""

    def __init__(self, segments: dict[int, Segment], changed: Array, codes: dict[str, Codes]) -> None:
        self._segments = segments
        self._changed = changed
        self._codes = codes
        self.is_whole = not len(changed)
        """Whether segments tell every image."""
        self.size = sum(segment.size for segment in segments.values())
        """How many images there are in the segments."""

    def find(
        self, wanted: SearchFilter, viewer: UUID, *, sort: Sort, seed: int, after: Place | None, limit: int, count: bool
    ) -> tuple[list[Place], FacetCounts]:
        """Give the places of up to `limit` images after a place, in order; how many there are in all, with `count` by
        term."""
        counters, images = self._counters(), 0
        top = [TopK.none()]
        for number, segment in self._segments.items():
            found, scores = segment.find(wanted, viewer)
            found[segment.rows_of(self._inside(number, self._changed))] = False
            rows = np.flatnonzero(found)
            images += len(rows)
            if count:
                segment.count(rows, counters)
            if sort is Sort.RELEVANCE:
                keys = scores[rows].astype(np.float64)
            else:
                keys = _keys(sort, seed, number, segment, rows)
            top.append(TopK.of(segment.ids[rows], keys).first(sort, after, limit))
        return TopK.together(top).first(sort, after, limit).places(), self._facet_counts(counters, images)

    def rank(
        self,
        matches: Array,
        wanted: SearchFilter,
        *,
        sort: Sort,
        seed: int,
        after: Place | None,
        limit: int,
        count: bool,
    ) -> tuple[list[Place], FacetCounts]:
        """Do as `find` for images that were found elsewhere, as far as segments tell them. `matches`: their numbers."""
        counters, images = self._counters(), 0
        top = [TopK.none()]
        for number, segment in self._segments.items():
            rows = segment.rows_of(matches[matches >> SEGMENT_BITS == number] & (SEGMENT_SIZE - 1), missing=True)
            changed = np.zeros(segment.size + 1, np.bool_)  # one more for the missing ones, at -1
            changed[[*segment.rows_of(self._inside(number, self._changed)), -1]] = True
            rows = rows[~changed[rows]]
            images += len(rows)
            if count:
                segment.count(rows, counters)
            if sort is Sort.RELEVANCE:
                keys = segment.relevance(wanted)[rows]
            else:
                keys = _keys(sort, seed, number, segment, rows)
            top.append(TopK.of(segment.ids[rows], keys).first(sort, after, limit))
        return TopK.together(top).first(sort, after, limit).places(), self._facet_counts(counters, images)

    def _counters(self) -> dict[str, FacetCounter]:
        return {kind: FacetCounter(len(codes)) for kind, codes in self._codes.items()}

    def _facet_counts(self, counters: dict[str, FacetCounter], images: int) -> FacetCounts:
        counts = {kind: (codes, counters[kind].counts()) for kind, codes in self._codes.items()}
        return FacetCounts(counts, {}, images)

    @staticmethod
    def _inside(segment: int, numbers: Array) -> Array:
        inside: Array = numbers[numbers >> SEGMENT_BITS == segment] & (SEGMENT_SIZE - 1)
        return inside


def _keys(sort: Sort, seed: int, number: int, segment: Segment, rows: Array) -> Array:
    """Give what comes before the id in an order that is not by relevance."""
    if sort is not Sort.RANDOM:
        return np.zeros(len(rows))
    keys: Array = shuffled((number << SEGMENT_BITS) + segment.offsets[rows].astype(np.int64), seed).astype(np.float64)
    return keys


class SegmentLibrary:
    """Keeps the newest version of every segment that was asked for; lives as long as the process."""

    def __init__(self, label_words: LabelWords) -> None:
        self._label_words = label_words
        self._segments: dict[int, tuple[int, Segment]] = {}
        self._codes: dict[str, Codes] = {"label": Codes(), "tag": TagCodes(), "owner": Codes()}
        self._lock = asyncio.Lock()

    def prepare(self) -> None:
        """Do at the start what the first search by words would wait for."""
        self._label_words.labels("")

    async def view(self, repository: SegmentRepository) -> View:
        """Give the segments as they are in the snapshot that the repository's session has begun."""
        numbers, versions = await repository.state()
        changed = np.frombuffer(numbers, ">i4").astype(np.int32)
        async with self._lock:
            segments = {
                segment: self._segments[segment][1] for segment in versions if self._has(segment, versions[segment])
            }
            missing = sorted(versions.keys() - segments.keys())
            async for segment, content in repository.contents(missing):
                segments[segment] = await asyncio.to_thread(self._load, content)
                if segment not in self._segments or self._segments[segment][0] < versions[segment]:
                    self._segments[segment] = versions[segment], segments[segment]
        return View(segments, changed, self._codes)

    def _has(self, segment: int, version: int) -> bool:
        return segment in self._segments and self._segments[segment][0] == version

    def _load(self, content: bytes) -> Segment:
        return Segment(unpack(content), self._codes, self._label_words)
