"""What can be asked, and what is answered: values without behaviour of the web."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from services.similarity.index import Mode, Space, Vector
from services.vision.decoding import Box


@dataclass(frozen=True)
class StoredExample:
    """An image of the library; with a region, what the box shows of it."""

    image_id: UUID
    region: Box | None = None


@dataclass(frozen=True, eq=False)
class VectorExample:
    vector: Vector


@dataclass(frozen=True)
class FileExample:
    """A picture in a file of this request."""

    path: Path
    sha256: str
    region: Box | None = None


Example = StoredExample | VectorExample | FileExample


@dataclass(frozen=True)
class Question:
    """Images like these and unlike those. `label_groups` and `not_labels` as in index.Filter; `collapse`: of copies
    the best only; `matching`: further parameters of a word search, which the catalog knows and the index does not."""

    likes: tuple[Example, ...]
    unlikes: tuple[Example, ...]
    limit: int
    min_score: float
    mode: Mode
    owner: UUID | None = None
    label_groups: tuple[frozenset[str], ...] = ()
    not_labels: frozenset[str] = frozenset()
    recall_probe: bool = False
    collapse: bool = False
    matching: Mapping[str, Any] = field(default_factory=dict)

    @property
    def only_stored(self) -> UUID | None:
        """The image, when the question is one image of the library as it is, and nothing else."""
        match self.examples:
            case (StoredExample(image_id=image_id, region=None),):
                return image_id
        return None

    @property
    def examples(self) -> tuple[Example, ...]:
        return (*self.likes, *self.unlikes)


class Band(StrEnum):
    """How alike: the same picture in the same size, a copy of it (smaller, encoded again), or alike in content."""

    EXACT = "exact"
    NEAR_DUPLICATE = "near_duplicate"
    SIMILAR = "similar"


@dataclass(frozen=True)
class Fingerprint:
    """What tells copies of one picture apart from alike ones.

    `perceptual_hash` has 64 bits; `size` is width and height in pixels, upright.
    """

    sha256: str
    perceptual_hash: int
    size: tuple[int, int]


@dataclass(frozen=True)
class StoredImage:
    """`image` is the catalog's public JSON."""

    id: UUID
    image: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Query:
    """A question come down to one direction in one space; `space` may have no points, or not exist.

    `likenesses` are of the whole pictures that hits should be like; `excluded` are the images asked with. `stored` is
    the one image that is asked with as it is, if so: the index has its direction, and `vector` is None.
    """

    space: str
    trained: bool | None
    vector: Vector | None
    likenesses: tuple[Fingerprint, ...]
    excluded: frozenset[UUID]
    stored: StoredImage | None = None

    def __post_init__(self) -> None:
        assert (self.vector is None) == (self.stored is not None)  # noqa: S101 - an invariant of ours
        assert self.vector is None or self.vector.dtype == np.float32  # noqa: S101 - as well


@dataclass(frozen=True)
class Hit:
    """`image` is the catalog's public JSON; `collapsed` is how many copies of it were left out for it."""

    image: dict[str, Any]
    fingerprint: Fingerprint
    score: float
    band: Band
    collapsed: int = 0


@dataclass(frozen=True)
class Probe:
    """How much of what the exact search finds the search found (0..1), and what both took, in milliseconds."""

    recall: float
    search_ms: float
    exact_ms: float


@dataclass(frozen=True)
class Answer:
    """`coverage` is the share (0..1) of the images that the viewer may see which have a vector in the space."""

    hits: tuple[Hit, ...]
    space: str
    trained: bool | None
    mode: Mode
    coverage: float
    probe: Probe | None


@dataclass(frozen=True)
class KeptSpace:
    """A space with `points` vectors; `coverage` (0..1) is their share of all images, 1 where there are none.

    `active` is the one that answers; it was `promoted_at`, or answers by rule (None).
    """

    space: Space
    points: int
    coverage: float
    active: bool
    candidate: bool
    promoted_at: datetime | None


@dataclass(frozen=True)
class Answering:
    """The space that answers, and the one that was promoted, if any: the same, unless that one is gone."""

    active: str | None
    promoted: str | None
    promoted_at: datetime | None
    spaces: int


@dataclass(frozen=True)
class Overlap:
    """Shares (0..1) of the nearest that two spaces have in common, over a sample of images. Without one all are None.

    `histogram[i]` counts the images that have i tenths in common, rounded.
    """

    mean: float | None
    least: float | None
    p10: float | None
    median: float | None
    p90: float | None
    histogram: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """`compared` images of `sampled` had a vector in both spaces, and were reached in time."""

    a: KeptSpace
    b: KeptSpace
    sampled: int
    compared: int
    overlap: Overlap
