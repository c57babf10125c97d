"""A segment of word search in memory, ready to be asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import numpy as np

from services.catalog.domain import LabelGroup, SearchFilter
from services.catalog.services.search.segments.codec import NEVER, Array, Codes, SegmentContent, TagCodes, microseconds
from services.catalog.services.search.segments.postings import FacetCounter, Terms
from services.catalog.services.search.segments.words import LABEL, LabelWords, SegmentWords
from services.catalog.storage.search.segments import SEGMENT_SIZE
from services.text.query import Clause, Query

FEW_WORDS = ("label", "owner")
"""Kinds of which there are thousands, not hundreds of thousands."""


class Segment:
    """Immutable. Words have codes in the segment, and others in the process, whose word lists grow with segments."""

    def __init__(self, content: SegmentContent, words: Mapping[str, Codes], label_words: LabelWords) -> None:
        """Take the process's word lists by kind: `label`, `tag`, `owner`."""
        columns = content.columns
        self.size = len(columns["offsets"])
        self.ids = columns["ids"]
        self.offsets = columns["offsets"]
        self._public = columns["public"]
        self._measured = {name: columns[name] for name in ("created", "taken", "width", "height")}
        self._words = words
        self._label_words = label_words
        self._text = SegmentWords.of(columns)
        self._known = {
            "label": words["label"].all_of(content.labels),
            "tag": words["tag"].all_of(content.tags),
            "owner": words["owner"].all_of(content.owners),
        }
        self._own = {kind: {known: own for own, known in enumerate(self._known[kind].tolist())} for kind in FEW_WORDS}
        self._owners = columns["owners"]
        self._labels = Terms.of(
            columns["label_lengths"], columns["label_codes"], self._known["label"], columns["label_scores"]
        )
        self._tags = Terms.of(columns["tag_lengths"], columns["tag_codes"], self._known["tag"])
        self._row_of = np.full(SEGMENT_SIZE, -1, np.int32)
        self._row_of[columns["offsets"]] = np.arange(self.size)

    def rows_of(self, numbers: Array, *, missing: bool = False) -> Array:
        """Give the rows of the images with these numbers within the segment; those that are not here are left out, or
        with `missing` have -1."""
        rows: Array = self._row_of[numbers]
        return rows if missing else rows[rows >= 0]

    def scores(self, groups: Iterable[LabelGroup]) -> Array:
        """Give for each image the best score of the labels, 0 without any."""
        best = np.zeros(self.size, np.float32)
        for group in groups:
            np.maximum(best, self._best(group.asked), out=best)
        return best

    def find(self, wanted: SearchFilter, viewer: UUID) -> tuple[Array, Array]:
        """Give the mask of the images found, and what orders them: how well words fit and the best score of labels.

        Of a query with phrases or beginnings of words, which only the database can tell, more than those that fit.
        """
        code = self._code("owner", str(viewer))
        found = self._public.copy() if code is None else self._public | (self._owners == code)
        best: Array = np.zeros(self.size, np.float32)
        for group in wanted.label_groups:
            scores = self._best(group.asked)
            found &= scores >= np.float32(wanted.min_score)
            np.maximum(best, scores, out=best)
        for label_id in wanted.not_labels:
            found[self._labels.rows[self._labels.bearing(self._code("label", label_id))]] = False
        for key in wanted.tags:
            tagged = np.zeros(self.size, np.bool_)
            for code in self._tag_codes(key):
                tagged[self._tags.rows[self._tags.bearing(code)]] = True
            found &= tagged
        if wanted.owner is not None:
            owner = self._code("owner", str(wanted.owner))
            found &= False if owner is None else self._owners == owner
        for name, least, most in _ranges(wanted):
            values = self._measured[name]
            found &= (values >= (NEVER + 1 if least is None else least)) & (
                values <= most if most is not None else True
            )
        if wanted.query is None:
            return found, best
        weights = self._weights(wanted.query)
        found &= self._fits(wanted.query, weights)
        return found, self._rank(wanted.query, weights) + self.scores(wanted.scoring)

    def count(self, rows: Array, counters: Mapping[str, FacetCounter]) -> None:
        """Count the labels, tags and owners of the images in these rows."""
        if len(rows):
            self._labels.count(rows, counters["label"])
            self._tags.count(rows, counters["tag"])
            counters["owner"].add_each(self._known["owner"][self._owners[rows]])

    def relevance(self, wanted: SearchFilter) -> Array:
        """Give for each image what orders the answer (float64): how well its words fit, plus the best label score."""
        found: Array = self.scores(wanted.scoring).astype(np.float64)
        return found if wanted.query is None else found + self._rank(wanted.query, self._weights(wanted.query))

    @staticmethod
    def _rank(query: Query, weights: Mapping[Clause, Array]) -> Array:
        """Give for each image how well its words fit, 0 to 1 (float64): the mean over the clauses of how much the best
        place says where they are met. Whether words of a phrase stand together is not looked at, and beginnings of
        words count nothing, here as in storage."""
        clauses = dict.fromkeys(query.clauses)
        ranks = [weights[clause].astype(np.float64) for clause in clauses if not clause.has_prefix]
        total: Array = sum(ranks[1:], ranks[0]) if ranks else np.zeros(1)
        return total / max(len(clauses), 1)

    def _fits(self, query: Query, weights: Mapping[Clause, Array]) -> Array:
        """Give the mask of the images that the query may find: of phrases, those that have the words anywhere."""
        fits = np.zeros(self.size, np.bool_)
        for group in query.alternatives:
            all_of = np.ones(self.size, np.bool_)
            for clause in group:
                if clause.is_plain or not (clause.has_prefix or clause.negated):
                    all_of &= (weights[clause] > 0) != clause.negated
            fits |= all_of
        return fits

    def _weights(self, query: Query) -> dict[Clause, Array]:
        """Give by clause, for each image, how much its words say of it, 0 where one is missing (float32)."""
        clauses = dict.fromkeys(clause for group in query.alternatives for clause in group)
        return {clause: self._weights_of(clause) for clause in clauses if not clause.has_prefix}

    def _weights_of(self, clause: Clause) -> Array:
        alone = [form[0].lexeme for form in clause.forms if len(form) == 1]
        best = self._weights_of_any(alone)
        for form in clause.forms:
            if len(form) > 1:
                least = np.full(self.size, np.inf, np.float32)
                for atom in form:
                    np.minimum(least, self._weights_of_any([atom.lexeme]), out=least)
                np.maximum(best, least, out=best)
        return best

    def _weights_of_any(self, lexemes: Iterable[str]) -> Array:
        weights = np.zeros(self.size, np.float32)
        for label_id in {label_id for lexeme in lexemes for label_id in self._label_words.labels(lexeme)}:
            weights[self._labels.rows[self._labels.bearing(self._code("label", label_id))]] = LABEL
        for lexeme in lexemes:
            self._text.weigh(lexeme, weights)
        return weights

    def _best(self, asked: Iterable[str]) -> Array:
        """Give each image's best score among the labels, -1 where it bears none."""
        best = np.full(self.size, -1, np.float32)
        for label_id in asked:
            where = self._labels.bearing(self._code("label", label_id))
            if self._labels.scores is not None:
                rows = self._labels.rows[where]
                best[rows] = np.maximum(best[rows], self._labels.scores[where])
        return best

    def _tag_codes(self, key: str) -> list[int]:
        """Give the segment's own codes of the spellings of a tag."""
        codes = self._words["tag"]
        spellings = codes.with_key(key) if isinstance(codes, TagCodes) else ()
        return [place for code in spellings for place in np.flatnonzero(self._known["tag"] == code).tolist()]

    def _code(self, kind: str, word: str) -> int | None:
        """Give the segment's own code of a word, None when no image here bears it."""
        known = self._words[kind].find(word)
        return None if known is None else self._own[kind].get(known)


def _ranges(wanted: SearchFilter) -> list[tuple[str, int | None, int | None]]:
    """Give the columns that are asked for in a range, with its bounds, which belong to it."""
    asked = [
        ("created", _moment(wanted.created_after), _moment(wanted.created_before)),
        ("taken", _moment(wanted.taken_after), _moment(wanted.taken_before)),
        ("width", *wanted.width),
        ("height", *wanted.height),
    ]
    return [one for one in asked if one[1:] != (None, None)]


def _moment(given: datetime | None) -> int | None:
    return None if given is None else microseconds(given)
