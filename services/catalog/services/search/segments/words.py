"""Which image of a segment has which word in its title, tags, description or file name; and the words of labels."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.text.analyzer import Analyzer
from services.vision.labels import Taxonomy

Array = NDArray[Any]
HASH_BYTES = 7
"""Of a lexeme's SHA-256: two of ten million lexemes share them with a probability of 1 : 1,400."""
TITLE, LABEL, DESCRIPTION = 1.0, 0.5, 0.25
"""How much a word says of an image, by the best place where it stands. Exact in single precision."""


def word_hash(lexeme: str) -> int:
    """Give what stands for a lexeme in segments: the same as storage's SQL."""
    return int.from_bytes(hashlib.sha256(lexeme.encode()).digest()[:HASH_BYTES], "big")


def word_columns(words: Sequence[bytes]) -> dict[str, Array]:
    """Arrange the words of all images, by number: 8 bytes each, the hash and whether it stands in title or tags.

    Gives `word_hashes` (uint64, sorted, each once), and for word i from `word_starts[i]` (int64) to the next one, the
    images in `word_rows` (uint16) and `word_heavy` (bool).
    """
    lengths = np.array([len(image) // 8 for image in words], np.intp)
    both = np.frombuffer(b"".join(words), ">u8").astype(np.uint64)
    order = np.argsort(both >> np.uint64(8), kind="stable")
    hashes, starts = np.unique(both[order] >> np.uint64(8), return_index=True)
    return {
        "word_hashes": hashes,
        "word_starts": np.append(starts, len(both)).astype(np.int64),
        "word_rows": np.repeat(np.arange(len(words), dtype=np.uint16), lengths)[order],
        "word_heavy": (both[order] & np.uint64(1)).astype(np.bool_),
    }


@dataclass(frozen=True)
class SegmentWords:
    hashes: Array
    starts: Array
    rows: Array
    heavy: Array

    @classmethod
    def of(cls, columns: dict[str, Array]) -> "SegmentWords":
        return cls(*(columns[name] for name in ("word_hashes", "word_starts", "word_rows", "word_heavy")))

    def weigh(self, lexeme: str, weights: Array) -> None:
        """Raise the weights (float32, by image) of those that have the lexeme."""
        wanted = np.uint64(word_hash(lexeme))
        place = int(np.searchsorted(self.hashes, wanted))
        if place < len(self.hashes) and self.hashes[place] == wanted:
            where = slice(int(self.starts[place]), int(self.starts[place + 1]))
            rows = self.rows[where]
            found = np.where(self.heavy[where], np.float32(TITLE), np.float32(DESCRIPTION))
            weights[rows] = np.maximum(weights[rows], found)


class LabelWords:
    """The labels by the lexemes of their names and synonyms. An image has those of its labels and of what they are
    kinds of: segments know these labels, so that their words need not be kept for each image."""

    def __init__(self, taxonomy: Taxonomy, analyzer: Analyzer) -> None:
        self._taxonomy = taxonomy
        self._analyzer = analyzer

    def labels(self, lexeme: str) -> Sequence[str]:
        """Give the labels with the lexeme, without kinds of others among them: who bears a kind bears those too."""
        return self._by_lexeme.get(lexeme, ())

    @cached_property
    def _by_lexeme(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for label in self._taxonomy.labels:
            for text in self._taxonomy.search_terms(label.id):
                for lexeme in self._analyzer.indexed_short(text).places:
                    found[lexeme][label.id] = None
        above = {label.id: {one.id for one in self._taxonomy.ancestors(label.id)} for label in self._taxonomy.labels}
        return {
            lexeme: [label_id for label_id in labels if not above[label_id] & labels.keys()]
            for lexeme, labels in found.items()
        }
