"""A library with copies, as rows straight into the database, and what the right groups of it are."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.vision.perceptual_hash import NEAR_BITS, is_telling

SIZES = ((800, 600), (400, 300))
BATCH = 20_000


@dataclass(frozen=True)
class Row:
    number: int
    owner: int
    public: bool
    hash: int
    size: tuple[int, int]

    @property
    def id(self) -> str:
        return str(UUID(int=(7 << 76) + (2 << 62) + (self.number << 80)))


@dataclass(frozen=True)
class Group:
    newest: str
    kind: str
    members: tuple[str, ...]


def a_generated_library(count: int, *, copies: float, seed: int = 1, owners: int = 1, public: float = 0.0) -> list[Row]:
    """Rows, the oldest first: so many of them (a share) are copies of an earlier one, half of them in other bits."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    fresh = np.packbits(random.permuted(np.tile(np.arange(64) < 32, (count, 1)), axis=1), axis=1).view(">u8")[:, 0]
    is_copy, is_public = random.random(count) < copies, random.random(count) < public
    for number in range(count):
        perceptual_hash, size = int(fresh[number]), SIZES[int(random.integers(2))]
        if rows and is_copy[number]:
            original = rows[int(random.integers(number))]
            changed = random.permutation(64)[: int(random.integers(NEAR_BITS + 3))] if random.random() < 0.5 else []
            copied = original.hash ^ sum(1 << int(bit) for bit in changed)
            # With fewer bits it would be a flat picture, which is near to none.
            perceptual_hash = copied if is_telling(copied) else original.hash
        owner = 1 + int(random.integers(owners))
        rows.append(Row(number, owner, bool(is_public[number]), perceptual_hash, size))
    return rows


async def insert(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Write the rows, and enter their hashes as uploads would."""
    for owner in sorted({row.owner for row in rows}):
        named = {"id": UUID(int=owner), "name": f"user {owner}"}
        await connection.execute(text("INSERT INTO owners VALUES (:id, :name) ON CONFLICT DO NOTHING"), named)
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        columns = {
            "ids": [UUID(row.id) for row in some],
            "owners": [UUID(int=row.owner) for row in some],
            "digests": [f"{row.number:016x}".ljust(64, "0") for row in some],
            "hashes": [_signed(row.hash) for row in some],
            "widths": [row.size[0] for row in some],
            "heights": [row.size[1] for row in some],
            "visibilities": ["public" if row.public else "private" for row in some],
        }
        await connection.execute(_INSERT, columns)
    await connection.execute(
        text("INSERT INTO picture_hashes SELECT DISTINCT likeness(perceptual_hash, sha256) FROM images")
    )


_INSERT = text("""
    INSERT INTO images (id, owner_id, sha256, perceptual_hash, width, height, visibility, media_type, bytes, title,
                        description, tags, state, document)
    SELECT *, 'image/jpeg', 1, '', '', '{}', 'ready', '' FROM unnest(
        CAST(:ids AS uuid[]), CAST(:owners AS uuid[]), CAST(:digests AS text[]), CAST(:hashes AS bigint[]),
        CAST(:widths AS int[]), CAST(:heights AS int[]), CAST(:visibilities AS text[]))
""")


def near_pairs(hashes: NDArray[np.uint64], max_distance: int, *, segment: int = 256) -> list[tuple[int, int]]:
    """Every pair (i < j) within so many bits, by comparing all with all."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(hashes), segment):
        part = hashes[start : start + segment, None]
        left, right = np.nonzero(np.bitwise_count(part ^ hashes[None, start:]) <= max_distance)
        found += [(start + int(i), start + int(j)) for i, j in zip(left, right, strict=True) if i < j]
    return found


def right_groups(
    rows: Sequence[Row], sees: Callable[[Row], bool], *, kind: str = "all", max_distance: int = NEAR_BITS
) -> list[Group]:
    """Give the groups of what is seen, the newest first, found the slow way."""
    seen = [row for row in rows if sees(row)]
    hashes = np.array([row.hash for row in seen], np.uint64)
    parent = list(range(len(seen)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    for left, right in near_pairs(hashes, 0 if kind == "exact" else max_distance):
        if kind != "exact" or seen[left].size == seen[right].size:
            low, high = sorted((root(left), root(right)))
            parent[low] = high
    members = defaultdict(list)
    for place, row in enumerate(seen):
        members[root(place)].append(row)
    groups = [_group(found) for found in members.values() if len(found) > 1]
    return sorted((group for group in groups if kind in {group.kind, "all"}), key=lambda group: group.newest)[::-1]


def _group(rows: list[Row]) -> Group:
    exact = len({(row.hash, row.size) for row in rows}) == 1
    ordered = sorted(rows, key=lambda row: (-row.size[0] * row.size[1], row.number))
    newest = max(rows, key=lambda row: row.number)
    return Group(newest.id, "exact" if exact else "near", tuple(row.id for row in ordered))


def _signed(perceptual_hash: int) -> int:
    return perceptual_hash - (1 << 64) if perceptual_hash >= 1 << 63 else perceptual_hash
