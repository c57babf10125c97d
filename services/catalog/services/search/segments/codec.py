"""A segment of word search as bytes: columns of numbers, and the words that they stand for.

Per image, by number: `offsets` (uint16, the number within the segment), `ids` (two uint64, big end first), `public`
(bool), `owners` (uint16), `created` and `taken` (int64, microseconds of Unix time; NEVER where that is not known),
`width` and `height` (int32). Per image and label or tag, image by image: `label_lengths` (uint16) of `label_codes`
(uint16) with `label_scores` (float32), `tag_lengths` of `tag_codes` (int32). Codes count into the lists of `words`.
By word, what `word_columns` gives.
"""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.services.labels.taxonomy import above
from services.catalog.services.search.segments.words import word_columns
from services.catalog.storage.search.segments import SEGMENT_BITS, SearchableImage
from services.text.folding import tag_key
from services.vision.labels import Taxonomy

Array = NDArray[Any]
NEVER = -(2**63)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True)
class SegmentContent:
    columns: dict[str, Array]
    labels: list[str]
    tags: list[str]
    owners: list[str]


def pack(images: Sequence[SearchableImage], taxonomy: Taxonomy) -> bytes:
    """Make a segment of its images, by number; labels stand with all they are kinds of, each with its best score."""
    owners, tags = Codes(), Codes()
    columns: dict[str, Array] = {
        "offsets": np.array([image.n & ((1 << SEGMENT_BITS) - 1) for image in images], np.uint16),
        "ids": np.frombuffer(b"".join(image.id.bytes for image in images), ">u8").reshape(-1, 2).astype(np.uint64),
        "public": np.array([image.public for image in images], np.bool_),
        "owners": np.array([owners.of(str(image.owner_id)) for image in images], np.uint16),
        "created": np.array([microseconds(image.created_at) for image in images], np.int64),
        "taken": np.array(
            [NEVER if image.taken_at is None else microseconds(image.taken_at) for image in images], np.int64
        ),
        "width": np.array([image.width for image in images], np.int32),
        "height": np.array([image.height for image in images], np.int32),
    }
    tagged = [[tags.of(tag) for tag in dict.fromkeys(image.tags)] for image in images]
    columns["tag_lengths"] = np.array([len(codes) for codes in tagged], np.uint16)
    columns["tag_codes"] = np.array([code for codes in tagged for code in codes], np.int32)
    columns |= word_columns([image.words for image in images])
    closures, labels = _closures(images, taxonomy)
    target = io.BytesIO()
    words = json.dumps([labels, tags.words, owners.words]).encode()
    archived = {"words": np.frombuffer(words, np.uint8), **columns, **closures}
    np.savez(target, allow_pickle=False, **archived)
    return target.getvalue()


def unpack(content: bytes) -> SegmentContent:
    """Raise ValueError or KeyError for bytes that `pack` did not make."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        columns = {name: archive[name] for name in archive.files}
    labels, tags, owners = json.loads(columns.pop("words").tobytes())
    return SegmentContent(columns, labels, tags, owners)


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


class Codes:
    """Numbers for words, in the order in which they come."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words: list[str] = []
        self._codes: dict[str, int] = {}
        for word in words:
            self.of(word)

    def __len__(self) -> int:
        return len(self.words)

    def of(self, word: str) -> int:
        """Give the word's number, a new one when it is new."""
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = len(self.words)
            self.words.append(word)
        return code

    def all_of(self, words: Iterable[str]) -> Array:
        """Give the numbers of the words, as an index."""
        return np.array([self.of(word) for word in words], np.intp)

    def find(self, word: str) -> int | None:
        return self._codes.get(word)

    def together(self, counts: Array) -> Array:
        """Give counts by code, with those of words that mean the same on one of them."""
        return counts


class TagCodes(Codes):
    """Tags as they are spelled; spellings with the same key mean the same."""

    def __init__(self) -> None:
        super().__init__()
        self._spellings: dict[str, list[int]] = {}
        self._first: list[int] = []

    def of(self, word: str) -> int:
        code = super().of(word)
        if code == len(self._first):
            spellings = self._spellings.setdefault(tag_key(word), [])
            spellings.append(code)
            self._first.append(spellings[0])
        return code

    def find(self, word: str) -> int | None:
        """Give the number of the word, or of another spelling of it."""
        code = super().find(word)
        return code if code is not None else next(iter(self.with_key(tag_key(word))), None)

    def with_key(self, key: str) -> Sequence[int]:
        return self._spellings.get(key, ())

    def together(self, counts: Array) -> Array:
        """Put the sum on the spelling that is used most."""
        first = np.array(self._first[: len(counts)], np.intp)
        order = np.lexsort((counts, first))
        best = order[np.flatnonzero(np.diff(first[order], append=-1))]
        found = np.zeros_like(counts)
        found[best] = np.bincount(first, weights=counts, minlength=len(counts)).astype(counts.dtype)[first[best]]
        return found


def _closures(images: Sequence[SearchableImage], taxonomy: Taxonomy) -> tuple[dict[str, Array], list[str]]:
    """Give the label columns: every label and what it is a kind of, once an image."""
    own, labels = Codes(), Codes()
    flat = [own.of(label_id) for image in images for label_id, _ in image.labels]
    borne = np.array(flat, np.intp)
    scores = np.array([score for image in images for _, score in image.labels], np.float32)
    rows = np.repeat(np.arange(len(images)), [len(image.labels) for image in images])
    wholes = [[labels.of(word) for word in (label_id, *above(taxonomy, label_id))] for label_id in own.words]
    lengths = np.array([len(whole) for whole in wholes], np.intp)
    codes = np.array([code for whole in wholes for code in whole], np.intp)
    picked, counts = runs(np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp), borne)
    keys = np.repeat(rows, counts) * max(len(labels), 1) + codes[picked]
    order = np.argsort(keys, kind="stable")
    keys, starts = np.unique(keys[order], return_index=True)
    best = np.maximum.reduceat(np.repeat(scores, counts)[order], starts) if len(starts) else scores[:0]
    found = {
        "label_codes": (keys % max(len(labels), 1)).astype(np.uint16),
        "label_scores": best.astype(np.float32),
        "label_lengths": np.bincount(keys // max(len(labels), 1), minlength=len(images)).astype(np.uint16),
    }
    return found, labels.words


def runs(starts: Array, picked: Array) -> tuple[Array, Array]:
    """Give the indices of all elements of the picked runs, and the length of each; run i is starts[i]:starts[i+1]."""
    lengths = starts[picked + 1] - starts[picked]
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts[picked] - (ends - lengths), lengths), lengths
