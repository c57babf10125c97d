"""A block of word search in memory, ready to be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import SearchFilter
from services.catalog.services.block_content import BlockContent, Codes, runs
from services.catalog.storage.sealed import BLOCK_SIZE

Array = NDArray[Any]
DENSE = 0.25
"""From this share of a block on, looking at all its terms is quicker than picking those of the rows found."""


@dataclass(frozen=True)
class Terms:
    """Which image bears which term: image by image (`starts`, `codes`), and by term (`by_term`, `rows`, `scores`)."""

    starts: Array
    codes: Array
    by_term: Array
    rows: Array
    scores: Array | None

    @classmethod
    def of(cls, lengths: Array, codes: Array, count: int, scores: Array | None = None) -> "Terms":
        order = np.argsort(codes, kind="stable")
        return cls(
            starts=_starts(lengths),
            codes=codes,
            by_term=_starts(np.bincount(codes, minlength=count)),
            rows=np.repeat(np.arange(len(lengths), dtype=np.uint16), lengths)[order],
            scores=None if scores is None else scores[order],
        )

    def bearing(self, code: int) -> slice:
        """Where in `rows` and `scores` the images of a term are."""
        return slice(int(self.by_term[code]), int(self.by_term[code + 1]))

    def count(self, found: Array, rows: Array) -> Array:
        """Count by term; `found` is the mask of `rows`."""
        if len(rows) >= DENSE * len(found):
            sums = np.concatenate([[0], np.cumsum(found[self.rows], dtype=np.int32)])
            counts: Array = sums[self.by_term[1:]] - sums[self.by_term[:-1]]
            return counts
        picked, _ = runs(self.starts, rows.astype(np.intp))
        return np.bincount(self.codes[picked], minlength=len(self.by_term) - 1)


class Block:
    """Immutable. `labels`, `tags` and `owners` of the process's word lists give the block's own codes their meaning."""

    def __init__(self, content: BlockContent, labels: Codes, tags: Codes, owners: Codes) -> None:
        columns = content.columns
        self.size = len(columns["offsets"])
        self.ids = columns["ids"]
        self._public, self._owners = columns["public"], columns["owners"]
        self._owner_words, self._label_words, self._tag_words = (
            Codes(words) for words in (content.owners, content.labels, content.tags)
        )
        self._labels = Terms.of(
            columns["label_lengths"], columns["label_codes"], len(content.labels), columns["label_scores"]
        )
        self._tags = Terms.of(columns["tag_lengths"], columns["tag_codes"], len(content.tags))
        self._row_of = np.full(BLOCK_SIZE, -1, np.int32)
        self._row_of[columns["offsets"]] = np.arange(self.size)
        self._label_map, self._tag_map, self._owner_map = (
            np.array([known.of(word) for word in words], np.intp)
            for known, words in ((labels, content.labels), (tags, content.tags), (owners, content.owners))
        )

    def rows_of(self, numbers: Array) -> Array:
        """Give the rows of the images with these numbers within the block; those that are not here are left out."""
        rows = self._row_of[numbers]
        here: Array = rows[rows >= 0]
        return here

    def find(self, wanted: SearchFilter, viewer: UUID) -> tuple[Array, Array]:
        """Give the mask of the images found, and for each image the best score of the labels asked for."""
        code = self._owner_words.find(str(viewer))
        found = self._public.copy() if code is None else self._public | (self._owners == code)
        best = np.zeros(self.size, np.float32)
        for group in wanted.label_groups:
            scores = self._best(group.asked)
            found &= scores >= np.float32(wanted.min_score)
            np.maximum(best, scores, out=best)
        for label_id in wanted.not_labels:
            found[self._bearing(self._labels, self._label_words.find(label_id))] = False
        for tag in wanted.tags:
            tagged = np.zeros(self.size, np.bool_)
            tagged[self._bearing(self._tags, self._tag_words.find(tag))] = True
            found &= tagged
        if wanted.owner is not None:
            owner = self._owner_words.find(str(wanted.owner))
            found &= False if owner is None else self._owners == owner
        return found, best

    def add_counts(self, found: Array, labels: Array, tags: Array, owners: Array) -> None:
        """Add how many of the images found bear each label and tag, and have each owner."""
        rows = np.flatnonzero(found)
        if len(rows):
            labels[self._label_map] += self._labels.count(found, rows)
            tags[self._tag_map] += self._tags.count(found, rows)
            owners[self._owner_map] += np.bincount(self._owners[rows], minlength=len(self._owner_map))

    def _best(self, asked: Iterable[str]) -> Array:
        """Give each image's best score among the labels, -1 where it bears none."""
        best = np.full(self.size, -1, np.float32)
        for label_id in asked:
            code = self._label_words.find(label_id)
            if code is not None and self._labels.scores is not None:
                where = self._labels.bearing(code)
                rows = self._labels.rows[where]
                best[rows] = np.maximum(best[rows], self._labels.scores[where])
        return best

    @staticmethod
    def _bearing(terms: Terms, code: int | None) -> Array:
        return terms.rows[:0] if code is None else terms.rows[terms.bearing(code)]


def _starts(lengths: Array) -> Array:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
