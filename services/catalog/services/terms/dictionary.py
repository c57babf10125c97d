"""The labels and tags in use in one scope, with how many images bear them; in memory, by version."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import TermCount
from services.catalog.domain.tags import most_used_spellings
from services.catalog.services.search.facets import name_of
from services.catalog.services.terms.prefix_index import NameIndex
from services.catalog.storage.search.terms import Counts
from services.text.folding import tag_key
from services.vision.labels import Taxonomy, UnknownLabelError

Counters = NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Ranked:
    """Where a term stands: exactly found before nearly found, then the most used, then by name."""

    nearly: int
    uses: int
    """Images, negated."""
    name: str
    label_id: str

    def term(self) -> TermCount:
        return TermCount(self.name, self.label_id or None, -self.uses)


class Vocabulary:
    """Immutable. Terms are numbered by name. `counts` and `borne` have, by number, how many images bear the term or a
    kind of it, and how many bear it itself."""

    def __init__(self, counts: Counts, taxonomy: Taxonomy) -> None:
        terms = {(kind, term) for kind, term in counts if kind in {"label", "tag"}}
        tags = most_used_spellings((term, counts[kind, term]) for kind, term in terms if kind == "tag")
        named = sorted(
            [
                *((name_of(taxonomy, term), term) for kind, term in terms if kind == "label"),
                *((tag, "") for tag, _ in tags),
            ]
        )
        self._terms = named
        self._keys = {
            ("label", label) if label else ("tag", tag_key(name)): key for key, (name, label) in enumerate(named)
        }
        self._index = NameIndex(
            (key, said) for key, (name, label) in enumerate(named) for said in _names(taxonomy, name, label)
        )
        self._is_label = np.array([bool(label) for _, label in named], np.bool_)
        self.counts, self.borne = np.zeros(len(named), np.int64), np.zeros(len(named), np.int64)
        self.add(counts, self.counts, self.borne)

    def add(self, changes: Counts, counts: Counters, borne: Counters) -> Counts:
        """Add changes to copies of the counts; give the changes of terms that are not here."""
        strange: Counts = {}
        for (kind, term), count in changes.items():
            if kind == "owner":
                continue
            key = self._keys.get(("tag", tag_key(term)) if kind == "tag" else ("label", term))
            if key is None:
                strange[kind, term] = count
                continue
            if kind != "own":
                counts[key] += count
            if kind != "label":
                borne[key] += count
        return strange

    def ranked(
        self, prefix: str, counts: Counters, borne: Counters, *, after: Ranked | None, limit: int
    ) -> list[Ranked]:
        """Give the first terms after one, with these counts. Without a prefix, those that images bear themselves."""
        if not prefix.strip():
            return self._first(np.flatnonzero(borne > 0), counts, 0, after, limit)
        exactly = self._index.beginning(prefix)
        found = self._first(exactly, counts, 0, after, limit)
        if len(found) < limit:
            nearly = np.setdiff1d(self._index.nearly_beginning(prefix), exactly, assume_unique=True)
            found += self._first(nearly, counts, 1, after, limit)
        return found[:limit]

    def most_used(self, counts: Counters, most: int) -> list[tuple[str, str, int]]:
        """Give (kind, term, count) of the labels and of the tags that are used most, equally used ones by name."""
        found = []
        for kind, keys in (("label", np.flatnonzero(self._is_label)), ("tag", np.flatnonzero(~self._is_label))):
            top = self._first(keys, counts, 0, None, most)
            found += [(kind, ranked.label_id or ranked.name, -ranked.uses) for ranked in top]
        return found

    def _first(
        self, keys: NDArray[np.intp], counts: Counters, nearly: int, after: Ranked | None, limit: int
    ) -> list[Ranked]:
        if after is not None and after.nearly > nearly:
            return []
        keys = keys[counts[keys] > 0]
        if after is not None and after.nearly == nearly:
            place = bisect_right(self._terms, (after.name, after.label_id))
            uses = counts[keys]
            keys = keys[(uses < -after.uses) | ((uses == -after.uses) & (keys >= place))]
        keys = keys[np.lexsort((keys, -counts[keys]))][:limit]
        return [Ranked(nearly, -int(counts[key]), *self._terms[key]) for key in keys]


@dataclass(frozen=True)
class TermDictionary:
    """A vocabulary with the counts that one viewer sees."""

    vocabulary: Vocabulary
    counts: Counters
    borne: Counters

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "TermDictionary":
        return cls(vocabulary, vocabulary.counts.copy(), vocabulary.borne.copy())

    def most_used(self, most: int) -> list[tuple[str, str, int]]:
        return self.vocabulary.most_used(self.counts, most)

    def with_changes(self, changes: Counts) -> tuple["TermDictionary", Counts]:
        """Give the dictionary with changes added, and the changes of terms that it does not have."""
        copy = TermDictionary(self.vocabulary, self.counts.copy(), self.borne.copy())
        return copy, copy.vocabulary.add(changes, copy.counts, copy.borne)


def _names(taxonomy: Taxonomy, name: str, label_id: str) -> Iterable[str]:
    try:
        return taxonomy.search_terms(label_id) if label_id else (name,)
    except UnknownLabelError:
        return (name,)
