"""The sealed part of the library in memory: blocks by version, and how they are asked together."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.catalog.domain import Place, SearchFilter, Sort
from services.catalog.services.search.random_order import shuffled
from services.catalog.services.search.segments.codec import Array, Codes, unpack
from services.catalog.services.search.segments.postings import Counting
from services.catalog.services.search.segments.segment import Block
from services.catalog.services.search.top_k import Leading
from services.catalog.storage.search.segments import BLOCK_BITS, BLOCK_SIZE, SealedRepository


@dataclass
class Tally:
    """Images by term, while they are counted. Terms that no block knows are in `others`, by (kind, term)."""

    counts: dict[str, tuple[Codes, Array]]
    others: dict[tuple[str, str], int]

    @classmethod
    def of(cls, terms: Iterable[tuple[str, str, int]]) -> "Tally":
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
        least = int(np.partition(counts, -most)[-most]) if len(counts) > most else 0
        found = [(codes.words[code], int(counts[code])) for code in np.flatnonzero(counts >= max(least, 1))]
        return found + [(term, count) for (of, term), count in self.others.items() if of == kind and count > 0]


@dataclass(frozen=True)
class Matches:
    """Numbers of images (int32), and how well the words of the query fit each (float64; 0 without words)."""

    numbers: Array
    ranks: Array

    @classmethod
    def read(cls, numbers: bytes, ranks: bytes) -> "Matches":
        """Read big-endian int32 and float32."""
        found = np.frombuffer(numbers, ">i4").astype(np.int32)
        return cls(found, np.frombuffer(ranks, ">f4").astype(np.float64) if ranks else np.zeros(len(found)))


class View:
    """Some blocks of one moment, and which of their images changed since: those are left out."""

    def __init__(self, blocks: dict[int, Block], changed: Array, codes: dict[str, Codes]) -> None:
        self._blocks = blocks
        self._changed = changed
        self._codes = codes
        self.is_whole = not len(changed)
        """Whether blocks tell every image."""

    def find(
        self, wanted: SearchFilter, viewer: UUID, *, sort: Sort, seed: int, after: Place | None, limit: int, count: bool
    ) -> tuple[list[Place], Tally]:
        """Give the places of up to `limit` images after a place, in order, and with `count` the tally of all found."""
        counting = self._counting()
        leading = [Leading.none()]
        for number, block in self._blocks.items():
            found, scores = block.find(wanted, viewer)
            found[block.rows_of(self._inside(number, self._changed))] = False
            rows = np.flatnonzero(found)
            if count:
                block.count(rows, counting)
            keys = scores[rows].astype(np.float64) if sort is Sort.RELEVANCE else _keys(sort, seed, number, block, rows)
            leading.append(Leading.of(block.ids[rows], keys).first(sort, after, limit))
        return Leading.together(leading).first(sort, after, limit).places(), self._tally(counting)

    def rank(
        self,
        matches: Matches,
        wanted: SearchFilter,
        *,
        sort: Sort,
        seed: int,
        after: Place | None,
        limit: int,
        count: bool,
    ) -> tuple[list[Place], Tally]:
        """Do as `find` for images that were found elsewhere, as far as blocks tell them."""
        counting = self._counting()
        leading = [Leading.none()]
        for number, block in self._blocks.items():
            inside = matches.numbers >> BLOCK_BITS == number
            rows = block.rows_of(matches.numbers[inside] & (BLOCK_SIZE - 1), missing=True)
            changed = np.zeros(block.size + 1, np.bool_)  # one more for the missing ones, at -1
            changed[[*block.rows_of(self._inside(number, self._changed)), -1]] = True
            kept = ~changed[rows]
            rows = rows[kept]
            if count:
                block.count(rows, counting)
            if sort is Sort.RELEVANCE:
                keys = matches.ranks[inside][kept] + block.scores(wanted.scoring)[rows]
            else:
                keys = _keys(sort, seed, number, block, rows)
            leading.append(Leading.of(block.ids[rows], keys).first(sort, after, limit))
        return Leading.together(leading).first(sort, after, limit).places(), self._tally(counting)

    def _counting(self) -> dict[str, Counting]:
        return {kind: Counting(len(codes)) for kind, codes in self._codes.items()}

    def _tally(self, counting: dict[str, Counting]) -> Tally:
        return Tally({kind: (codes, counting[kind].counts()) for kind, codes in self._codes.items()}, {})

    @staticmethod
    def _inside(block: int, numbers: Array) -> Array:
        inside: Array = numbers[numbers >> BLOCK_BITS == block] & (BLOCK_SIZE - 1)
        return inside


def _keys(sort: Sort, seed: int, number: int, block: Block, rows: Array) -> Array:
    """Give what comes before the id in an order that is not by relevance."""
    if sort is not Sort.RANDOM:
        return np.zeros(len(rows))
    return shuffled((number << BLOCK_BITS) + block.offsets[rows].astype(np.int32), seed)


class SealedLibrary:
    """Keeps the newest version of every block that was asked for; lives as long as the process."""

    def __init__(self) -> None:
        self._blocks: dict[int, tuple[int, Block]] = {}
        self._codes = {"label": Codes(), "tag": Codes(), "owner": Codes()}
        self._lock = asyncio.Lock()

    async def view(self, repository: SealedRepository) -> View:
        """Give the blocks as they are in the snapshot that the repository's session has begun."""
        numbers, versions = await repository.state()
        changed = np.frombuffer(numbers, ">i4").astype(np.int32)
        async with self._lock:
            blocks = {block: self._blocks[block][1] for block in versions if self._has(block, versions[block])}
            missing = sorted(versions.keys() - blocks.keys())
            async for block, content in repository.contents(missing):
                blocks[block] = await asyncio.to_thread(self._load, content)
                if block not in self._blocks or self._blocks[block][0] < versions[block]:
                    self._blocks[block] = versions[block], blocks[block]
        return View(blocks, changed, self._codes)

    def _has(self, block: int, version: int) -> bool:
        return block in self._blocks and self._blocks[block][0] == version

    def _load(self, content: bytes) -> Block:
        return Block(unpack(content), self._codes)
