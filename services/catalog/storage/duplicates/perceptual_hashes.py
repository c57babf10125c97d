"""Hashes that differ in few bits: found once a hash, kept as pairs.

Two hashes within 8 bits cannot differ in 3 bits or more of the first of four 16-bit chunks and in 2 or more of each of
the others: that were 9. So the keys within 2 bits of the first chunk (1 + 16 + 120) and within 1 bit of the others
(3 x 17) find every one, with 188 look-ups and none missed. Source: M. Norouzi, A. Punjani, D. J. Fleet, "Fast exact
search in Hamming space with multi-index hashing", IEEE PAMI 36(6), 2014.
"""

from collections.abc import Sequence
from itertools import combinations
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.util import AliasedClass

from services.catalog.storage.visible import alive, visible_to
from services.catalog.tables import DuplicateCandidate, HashPair, Image, PictureHash
from services.catalog.tables.perceptual_hash import CHUNKS
from services.vision.perceptual_hash import NEAR_BITS, is_telling

MOST_NEIGHBOURS = 250
"""Pairs kept of one hash, the nearest: so thousands of frames of a still scene do not make millions of pairs."""
_ONE = [0, *(1 << bit for bit in range(16))]
_TWO = [*_ONE, *(1 << low | 1 << high for low, high in combinations(range(16), 2))]


def _candidates(start: int) -> str:
    masks = ":within_two" if start == CHUNKS[0] else ":within_one"
    return f"""
        SELECT hash FROM picture_hashes
        WHERE NOT flat AND ((hash >> {start}) & 65535) = ANY(ARRAY(
            SELECT ((asked.hash >> {start}) & 65535) # mask FROM unnest(CAST({masks} AS bigint[])) mask
        )) AND bit_count((hash # asked.hash)::bit(64)) <= :near
    """  # noqa: S608 - our own numbers


_FIND_PAIRS = text(f"""
    INSERT INTO hash_pairs (hash, other, distance)
    WITH found AS (
        SELECT asked.hash, near.hash AS other, near.distance
        FROM unnest(CAST(:hashes AS bigint[])) asked(hash), LATERAL (
            SELECT hash, bit_count((hash # asked.hash)::bit(64)) AS distance
            FROM ({" UNION ".join(_candidates(start) for start in CHUNKS)}) candidate
            WHERE hash <> asked.hash
            ORDER BY distance, hash LIMIT :most
        ) near
    )
    SELECT hash, other, distance FROM found UNION SELECT other, hash, distance FROM found
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING
""")  # noqa: S608 - our own numbers; in order, so that two who insert the same pairs never wait for each other


_MARK_ALIKE = text("""
    INSERT INTO alike_images (image_id)
    WITH alike AS (
        SELECT hash FROM hash_pairs WHERE hash = ANY(CAST(:hashes AS bigint[]))
        UNION
        SELECT other FROM hash_pairs WHERE hash = ANY(CAST(:hashes AS bigint[]))
        UNION
        SELECT likeness(perceptual_hash, sha256) FROM images
        WHERE likeness(perceptual_hash, sha256) = ANY(CAST(:hashes AS bigint[])) AND deleted_at IS NULL
        GROUP BY 1 HAVING count(*) > 1
    )
    SELECT images.id FROM alike JOIN images ON likeness(perceptual_hash, sha256) = alike.hash
    WHERE deleted_at IS NULL ORDER BY images.id
    ON CONFLICT DO NOTHING
""")


def likeness(image: type[Image] | AliasedClass[Image]) -> ColumnElement[int]:
    """What images of the same picture have in common: the perceptual hash or, where that says nothing, the bytes."""
    return func.likeness(image.perceptual_hash, image.sha256)


def likeness_key(perceptual_hash: int, sha256: str) -> tuple[int, bool]:
    """The same of values that are not in the database yet, and whether the hash says nothing. Hashes are signed."""
    flat = not is_telling(perceptual_hash)
    return (int.from_bytes(bytes.fromhex(sha256[:16]), signed=True) if flat else perceptual_hash), flat


class PerceptualHashRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def wait_for_locks(self, *, seconds: int) -> None:
        """In this transaction: for what others hold no longer than this, then LockTimeout."""
        await self._session.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))

    async def compare(self, *, limit: int, wait: bool) -> int:
        """Find the copies of images that have come, those of up to `limit` hashes; give how many hashes those were.

        Only what is committed is found. Of two images that came at once, each is compared after its own commit:
        whichever is the later sees the other. So the transaction must be READ COMMITTED. Without `wait`, what somebody
        else is at is left to them.
        """
        waiting = (
            select(PictureHash.hash, PictureHash.flat)
            .where(~PictureHash.compared)
            .order_by(PictureHash.hash)
            .limit(limit)
            .with_for_update(skip_locked=not wait)
        )
        rows = (await self._session.execute(waiting)).all()
        if rows:
            telling = [row[0] for row in rows if not row[1]]
            asked = {"within_one": _ONE, "within_two": _TWO, "near": NEAR_BITS, "most": MOST_NEIGHBOURS}
            await self._session.execute(_FIND_PAIRS, {"hashes": telling, **asked})
            hashes = [row[0] for row in rows]
            await self._session.execute(_MARK_ALIKE, {"hashes": hashes})
            await self._session.execute(update(PictureHash).where(PictureHash.hash.in_(hashes)).values(compared=True))
        return len(rows)

    async def is_complete(self, viewer: UUID) -> bool:
        """Whether everything that the viewer may see has been compared."""
        waiting = select(PictureHash.hash).where(
            ~PictureHash.compared, exists().where(likeness(Image) == PictureHash.hash, visible_to(viewer))
        )
        return not await self._session.scalar(select(waiting.exists()))

    async def move(self, image_id: UUID, *, before: int, after: tuple[int, bool]) -> None:
        """An image whose row is held and written has another likeness: what was known is forgotten, and it is compared
        after the commit."""
        await self.forget(image_id, before)
        key, flat = after
        arrived = insert(PictureHash).values(hash=key, flat=flat)
        await self._session.execute(arrived.on_conflict_do_update(index_elements=["hash"], set_={"compared": False}))

    async def compare_again(self, image_ids: Sequence[UUID]) -> None:
        """Images, whose rows are held, are back: the hashes of those that went meanwhile may be forgotten, and copies
        that came meanwhile did not find them. After the commit they are compared as new ones are."""
        hashed = select(Image.perceptual_hash, Image.sha256).where(Image.id.in_(image_ids))
        keys = {likeness_key(row[0], row[1]) for row in await self._session.execute(hashed)}
        if keys:
            back = insert(PictureHash).values([{"hash": key, "flat": flat} for key, flat in sorted(keys)])
            await self._session.execute(back.on_conflict_do_update(index_elements=["hash"], set_={"compared": False}))

    async def forget(self, image_id: UUID, key: int) -> None:
        """Remove what is known of an image that is gone, and of its likeness unless another image has that."""
        await self._session.execute(delete(DuplicateCandidate).where(DuplicateCandidate.image_id == image_id))
        held = select(PictureHash.hash).where(PictureHash.hash == key).with_for_update()
        if await self._session.scalar(held) is None:
            return
        used = select(Image.id).where(likeness(Image) == key, alive())
        if await self._session.scalar(select(used.exists())):
            return
        mirrored = select(HashPair.other, HashPair.hash).where(HashPair.hash == key)
        pairs = or_(HashPair.hash == key, tuple_(HashPair.hash, HashPair.other).in_(mirrored))
        in_order = select(HashPair.hash).where(pairs).order_by(HashPair.hash, HashPair.other).with_for_update()
        await self._session.execute(in_order)  # two that go at once and are near hold the same rows
        await self._session.execute(delete(HashPair).where(pairs))
        await self._session.execute(delete(PictureHash).where(PictureHash.hash == key))
