"""The sealed part of the library in memory: blocks by version, and how they are asked together."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.catalog.domain import Place, SearchFilter, Sort
from services.catalog.services.block import Array, Block
from services.catalog.services.block_content import Codes, unpack
from services.catalog.storage.sealed import BLOCK_BITS, BLOCK_SIZE, SealedRepository
from services.catalog.storage.search import DESCENDING


@dataclass
class Tally:
    """Images by term, while they are counted. Terms that no block knows are in `others`, by (kind, term)."""

    counts: dict[str, tuple[Codes, Array]]
    others: dict[tuple[str, str], int]

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


class View:
    """Some blocks of one moment, and which of their images changed since: those are left out."""

    def __init__(self, blocks: dict[int, Block], changed: Array, codes: dict[str, Codes]) -> None:
        self._blocks = blocks
        self._changed = changed
        self._codes = codes
        self.is_whole = not len(changed)
        """Whether blocks tell every image."""

    def find(
        self, wanted: SearchFilter, viewer: UUID, *, sort: Sort, after: Place | None, limit: int, count: bool
    ) -> tuple[list[Place], Tally]:
        """Give the places of up to `limit` images after a place, in order, and with `count` the tally of all found."""
        tally = self._tally()
        places: list[Place] = []
        for number, block in self._blocks.items():
            found, scores = block.find(wanted, viewer)
            found[block.rows_of(self._inside(number, self._changed))] = False
            if count:
                block.add_counts(found, *(counts for _, counts in tally.counts.values()))
            keys = scores if sort is Sort.RELEVANCE else np.zeros(block.size, np.float32)
            places += _first(block.ids, keys, np.flatnonzero(found), sort, after, limit)
        return heapq.nsmallest(limit, places, key=order_of(sort)), tally

    def count(self, numbers: Array) -> Tally:
        """Tally the images of these numbers, as far as blocks tell them."""
        tally = self._tally()
        for number, block in self._blocks.items():
            found = np.zeros(block.size, np.bool_)
            found[block.rows_of(self._inside(number, numbers))] = True
            found[block.rows_of(self._inside(number, self._changed))] = False
            block.add_counts(found, *(counts for _, counts in tally.counts.values()))
        return tally

    def _tally(self) -> Tally:
        return Tally({kind: (codes, np.zeros(len(codes), np.int64)) for kind, codes in self._codes.items()}, {})

    @staticmethod
    def _inside(block: int, numbers: Array) -> Array:
        inside: Array = numbers[numbers >> BLOCK_BITS == block] & (BLOCK_SIZE - 1)
        return inside


class SealedLibrary:
    """Keeps the newest version of every block that was asked for; lives as long as the process."""

    def __init__(self) -> None:
        self._blocks: dict[int, tuple[int, Block]] = {}
        self._codes = {"label": Codes(), "tag": Codes(), "owner": Codes()}
        self._lock = asyncio.Lock()

    async def view(self, repository: SealedRepository) -> View:
        """Give the blocks as the repository's session sees them: one moment, when that reads one moment."""
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
        return Block(unpack(content), *self._codes.values())


def _first(ids: Array, keys: Array, rows: Array, sort: Sort, after: Place | None, limit: int) -> list[Place]:
    """Give the first places in order among the rows."""
    sign = -1 if sort in DESCENDING else 1
    high, low, key = ids[rows, 0], ids[rows, 1], keys[rows]
    if after is not None:
        value = np.float32(after.key)
        top, bottom = (np.uint64(after.image_id.int >> shift & 0xFFFF_FFFF_FFFF_FFFF) for shift in (64, 0))
        beyond = np.less if sign < 0 else np.greater
        later = beyond(high, top) | ((high == top) & beyond(low, bottom))
        kept = beyond(key, value) | ((key == value) & later)
        high, low, key = high[kept], low[kept], key[kept]
    kept = _leading(key, sign, limit)
    high, low, key = high[kept], low[kept], key[kept]
    if len(key) > limit and key.min() == key.max():  # most have equal keys: ids decide
        kept = _leading(high, sign, limit)
        high, low, key = high[kept], low[kept], key[kept]
    order = np.lexsort((low, high, key))[::sign][:limit]
    return [Place(float(key[i]), UUID(int=int(high[i]) << 64 | int(low[i]))) for i in order]


def _leading(column: Array, sign: int, limit: int) -> Array:
    """Give the mask of the values that are no worse than the best `limit`-th."""
    if len(column) <= limit:
        return np.ones(len(column), np.bool_)
    nth = len(column) - limit if sign < 0 else limit - 1
    edge = np.partition(column, nth)[nth]
    leading: Array = column >= edge if sign < 0 else column <= edge
    return leading


def order_of(sort: Sort) -> Callable[[Place], tuple[float, int]]:
    """Give the sort key of places: by key, then by id."""
    sign = -1 if sort in DESCENDING else 1
    return lambda place: (sign * place.key, sign * place.image_id.int)
