"""What a filter names: labels by their ids or names, and words."""

from collections.abc import Sequence

from services.catalog.domain import LabelGroup
from services.catalog.services.errors import EmptyQuery
from services.catalog.services.labels.taxonomy import kinds
from services.kit.http.problems import FieldError
from services.protocol.filters import labels_called
from services.text.analyzer import Analyzer
from services.text.query import EmptyQueryError, Query
from services.vision.labels import Taxonomy, UnknownLabelError


def label_group(taxonomy: Taxonomy, asked: Sequence[str], pointer: str) -> LabelGroup:
    """Give the labels that ids or names stand for; raise UnknownLabel."""
    found = frozenset(known.id for label in asked for known in labels_called(taxonomy.called, label, pointer))
    return LabelGroup(found, kinds(taxonomy, found))


def analyzed(analyzer: Analyzer, query: str) -> Query:
    """Read a query; raise EmptyQuery when there is no word in it."""
    try:
        return analyzer.query(query)
    except EmptyQueryError as error:
        message = f"There is no word in {query!r}: give one, or leave `q` away to find everything."
        raise EmptyQuery(
            message, errors=[FieldError(pointer="/query/q", code=EmptyQuery.code, message=message)]
        ) from error


def query_labels(taxonomy: Taxonomy, query: str | None) -> LabelGroup | None:
    """Give the labels that the words of a query name, if they name any: their scores then order the answer."""
    try:
        asked = frozenset(known.id for known in taxonomy.called(query)) if query else None
    except UnknownLabelError:
        return None
    return LabelGroup(asked, kinds(taxonomy, asked)) if asked else None
