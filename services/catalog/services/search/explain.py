"""Why images are found: what was asked, and what of it each image bears."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from uuid import UUID

import numpy as np

from services.catalog.domain import ImageLabelRecord, ImageRecord, LabelStatus, Match, MatchedBy
from services.text.analyzer import Analyzer
from services.text.folding import fold, tag_key
from services.text.query import Query
from services.vision.labels import Taxonomy

MOST_LABELS = 5
"""Labels named for one thing asked for: of a hundred dogs on an image, the best say enough."""
MOST_MATCHES = 50
SHORT = 200
"""Letters of texts of which it is remembered what is in them: names, tags, most titles."""
Words = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What a search was asked that says why an image is found."""

    query: str | None = None
    labels: Words = ()
    any_labels: Words = ()
    tags: Words = ()
    min_score: float = 0.0


@dataclass(frozen=True)
class _Term:
    """A word for a label: for the label borne, or for one above it."""

    text: str
    by: MatchedBy
    label_id: str


class ExplainService:
    def __init__(self, analyzer: Analyzer, taxonomy: Taxonomy) -> None:
        self._analyzer = analyzer
        self._taxonomy = taxonomy

    async def explain(self, images: Sequence[ImageRecord], asked: Asked) -> list[tuple[UUID, list[Match]]]:
        """Give the matches of each image of a page that the search found: labels first, then tags, then words.

        `asked` must be what the page was found by: its labels are known. At most 50 matches an image.
        """
        return await asyncio.to_thread(self._explained, images, asked)

    def _explained(self, images: Sequence[ImageRecord], asked: Asked) -> list[tuple[UUID, list[Match]]]:
        page, words = _Page(self._taxonomy), dict[str, Words]()
        if asked.query is not None:
            query = self._analyzer.query(asked.query)
            words = {text: found for text in page.texts(images) if (found := self._words_in(text, query))}
        return [(image.id, list(islice(page.matches(image, asked, words), MOST_MATCHES))) for image in images]

    def _words_in(self, text: str, query: Query) -> Words:
        """Give the words of the query that stand in the text, in the query's order."""
        analyze = self._analyzer.indexed_short if len(text) <= SHORT else self._analyzer.indexed
        indexed = analyze(text)
        return tuple(dict.fromkeys(word for clause in query.clauses if indexed.meets(clause) for word in clause.words))


class _Page:
    """What the labels of one page have in common is worked out once."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._terms = cache(lambda label_id: tuple(_terms_of(taxonomy, label_id)))
        self._term = cache(lambda asked, label_id: _term_for(taxonomy, asked, label_id))
        self._path = cache(lambda above, label_id: tuple(label.id for label in taxonomy.path(above, label_id)))

    def texts(self, images: Iterable[ImageRecord]) -> dict[str, None]:
        """Give all texts that make up the images' words, each once."""
        found: dict[str, None] = {}
        for image in images:
            found |= dict.fromkeys((image.title, image.description, image.file_name or "", *image.tags))
            for label in _borne(image):
                found |= dict.fromkeys(term.text for term in self._terms(label.label_id))
        return found

    def matches(self, image: ImageRecord, asked: Asked, words: dict[str, Words]) -> Iterator[Match]:
        for parameter, values in (("label", asked.labels), ("any_label", asked.any_labels)):
            for value in values:
                yield from self._by_label(image, parameter, value, asked.min_score)
        for value in asked.tags:
            key = tag_key(value)
            yield Match("tag", value, MatchedBy.TAG, term=next((t for t in image.tags if tag_key(t) == key), value))
        if asked.query is not None:
            yield from self._by_words(image, asked.query, words)

    def _by_label(self, image: ImageRecord, parameter: str, value: str, min_score: float) -> Iterator[Match]:
        # Scores are probabilities in single precision, and are compared as such.
        scored = (label for label in _borne(image) if np.float32(label.score) >= np.float32(min_score))
        named = ((label, self._term(value, label.label_id)) for label in scored)
        for label, term in islice(((label, term) for label, term in named if term), MOST_LABELS):
            path = self._path(term.label_id, label.label_id)
            yield Match(parameter, value, term.by, term=term.text, label=label, path=path)

    def _by_words(self, image: ImageRecord, query: str, words: dict[str, Words]) -> Iterator[Match]:
        for by, content in (
            (MatchedBy.TITLE, image.title),
            (MatchedBy.DESCRIPTION, image.description),
            (MatchedBy.FILE_NAME, image.file_name),
        ):
            if content in words:
                yield Match("q", query, by, words=words[content])
        for tag in image.tags:
            if tag in words:
                yield Match("q", query, MatchedBy.TAG, term=tag, words=words[tag])
        named: dict[str, int] = {}
        for label in _borne(image):
            said = {word for word in named if named[word] == MOST_LABELS}
            for term in self._terms(label.label_id):  # nearest first: "animal" says no more of what "dog" said
                new = tuple(word for word in words.get(term.text, ()) if word not in said)
                if new:
                    said |= set(new)
                    named |= {word: named.get(word, 0) + 1 for word in new}
                    path = self._path(term.label_id, label.label_id)
                    yield Match("q", query, term.by, term=term.text, words=new, label=label, path=path)


def _borne(image: ImageRecord) -> list[ImageLabelRecord]:
    """Give the labels by which the image can be found, best first."""
    kept = (label for label in image.labels if label.status is not LabelStatus.REJECTED)
    return sorted(kept, key=lambda label: (-label.score, label.rank))


def _terms_of(taxonomy: Taxonomy, label_id: str) -> Iterator[_Term]:
    """Give all words for a label and what it is a kind of, nearest first."""
    name, *synonyms = taxonomy.search_terms(label_id)
    yield _Term(name, MatchedBy.LABEL, label_id)
    yield from (_Term(synonym, MatchedBy.SYNONYM, label_id) for synonym in synonyms)
    for above in taxonomy.ancestors(label_id):
        yield from (_Term(word, MatchedBy.ANCESTOR, above.id) for word in (above.name, *above.synonyms))


def _term_for(taxonomy: Taxonomy, asked: str, label_id: str) -> _Term | None:
    """Give how an id or a name that was asked for stands for a label, the nearest of several; None when it does not."""
    near = (label_id, *(label.id for label in taxonomy.ancestors(label_id)))
    found = sorted(
        (label for label in taxonomy.called(asked) if label.id in near), key=lambda label: near.index(label.id)
    )
    if not found:
        return None
    label = found[0]
    if label.id != label_id:
        return _Term(label.name, MatchedBy.ANCESTOR, label.id)
    itself = asked == label.id or fold(asked.replace("_", " ")) == fold(label.name)
    return _Term(label.name, MatchedBy.LABEL, label_id) if itself else _Term(asked, MatchedBy.SYNONYM, label_id)
