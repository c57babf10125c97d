"""From a request's parameters to a filter: labels by their ids or names, tags and words in their one form."""

from collections.abc import Sequence
from uuid import UUID

from services.catalog.domain import LabelGroup, SearchFilter
from services.catalog.schemas.search import ImageQuery
from services.catalog.services.errors import EmptyQuery, UnknownLabel
from services.catalog.services.labels.taxonomy import kinds
from services.kit.http.problems import FieldError
from services.protocol.identifiers import ME
from services.text.analyzer import Analyzer
from services.text.folding import tag_key
from services.text.query import EmptyQueryError, Query
from services.vision.labels import Taxonomy, UnknownLabelError


def search_filter(query: ImageQuery, viewer: UUID, taxonomy: Taxonomy, analyzer: Analyzer) -> SearchFilter:
    """Raises UnknownLabel and EmptyQuery."""
    groups = [label_group(taxonomy, [label], "/query/label") for label in query.label]
    if query.any_label:
        groups.append(label_group(taxonomy, query.any_label, "/query/any_label"))
    return SearchFilter(
        query=None if query.q is None else analyzed(analyzer, query.q),
        query_labels=query_labels(taxonomy, query.q),
        label_groups=tuple(groups),
        not_labels=label_group(taxonomy, query.not_label, "/query/not_label").asked,
        tags=tuple(dict.fromkeys(tag_key(tag) for tag in query.tag)),
        min_score=query.min_score,
        owner=viewer if query.owner == ME else query.owner,
        collection=query.collection,
        state=query.state,
        camera=query.camera,
        lens=query.lens,
        iso=query.iso,
        near=_near(query.near),
        taken_after=query.taken_after,
        taken_before=query.taken_before,
        created_after=query.created_after,
        created_before=query.created_before,
        width=(query.min_width, query.max_width),
        height=(query.min_height, query.max_height),
    )


def _near(said: str | None) -> tuple[float, float, float] | None:
    if said is None:
        return None
    latitude, longitude, km = (float(part) for part in said.split(","))
    return latitude, longitude, km


def label_group(taxonomy: Taxonomy, asked: Sequence[str], pointer: str) -> LabelGroup:
    """Give the labels that ids or names stand for; raise UnknownLabel."""
    found: set[str] = set()
    for label in asked:
        try:
            found |= {known.id for known in taxonomy.called(label)}
        except UnknownLabelError as error:
            message = f"There is no label {label!r}; GET /v1/labels?prefix=… completes."
            details = [FieldError(pointer=pointer, code=UnknownLabel.code, message=message)]
            raise UnknownLabel(message, errors=details) from error
    return LabelGroup(frozenset(found), kinds(taxonomy, found))


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
