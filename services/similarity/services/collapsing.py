"""Copies of one picture among the hits become one hit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.similarity.domain import Fingerprint, Hit
from services.vision.perceptual_hash import are_near_copies

WINDOW = 2
"""Copies are looked for among so many times as many of the nearest hits as are wanted, at least."""


@dataclass(frozen=True)
class Collapsed:
    """`complete` unless more hits should be seen before it can be said."""

    hits: tuple[Hit, ...]
    complete: bool


def are_copies(one: Fingerprint, other: Fingerprint) -> bool:
    """By their bytes, or by their hashes."""
    return one.sha256 == other.sha256 or are_near_copies(one.perceptual_hash, other.perceptual_hash)


def collapsed(hits: Sequence[Hit], limit: int) -> Collapsed:
    """Of hits that are copies the best one, with how many were folded into it; `limit` of them at the most.

    `hits` come best first. A copy is folded into the best hit that it is a copy of: no chains, which could join
    pictures that have nothing in common. Where to stop depends on nothing but the hits: so many as hold `limit`
    different pictures, and WINDOW times `limit` at least. What the viewer may not see is not among them, and so changes
    neither the hits nor how many were folded.
    """
    kept: list[Hit] = []
    for seen, hit in enumerate(hits):
        if len(kept) >= limit and seen >= WINDOW * limit:
            return Collapsed(tuple(kept[:limit]), complete=True)
        original = next((at for at, one in enumerate(kept) if are_copies(one.fingerprint, hit.fingerprint)), None)
        if original is None:
            kept.append(hit)
        else:
            kept[original] = replace(kept[original], collapsed=kept[original].collapsed + 1)
    return Collapsed(tuple(kept[:limit]), complete=len(kept) >= limit and len(hits) >= WINDOW * limit)
