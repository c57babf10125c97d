"""Documents and queries in the syntax of tsvector and tsquery, every lexeme quoted.

Read from that syntax, PostgreSQL takes lexemes as they are: neither its parsers nor its locale have a say in them.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy import ColumnElement, cast
from sqlalchemy.dialects.postgresql import TSQUERY

from services.catalog.domain import Weight
from services.text.query import Atom, Clause, Query

MOST_PLACES = 255
"""Places of one lexeme that a tsvector keeps."""
TAG = "#"
"""Begins the lexeme of a whole tag. No word has such a letter."""


def vector(words: Mapping[str, Sequence[tuple[int, Weight]]], tag_keys: Sequence[str]) -> str:
    """Give the literal of a tsvector."""
    tags = [_quoted(TAG + key) for key in tag_keys]
    return " ".join([*(f"{_quoted(lexeme)}:{_places(places)}" for lexeme, places in words.items()), *tags])


def tsquery(query: Query) -> ColumnElement[object]:
    """Give the tsquery."""
    groups = [" & ".join(_clause(clause) for clause in group) for group in query.alternatives]
    return cast(" | ".join(f"({group})" for group in groups), TSQUERY)


def words_within(clause: Clause, weights: str) -> ColumnElement[object]:
    """Give the tsquery of the clause's words in places of some weights (any with ""), wherever they stand there."""
    forms = (" & ".join(f"{_quoted(atom.lexeme)}:{weights}" for atom in form) for form in clause.forms)
    return cast(" | ".join(f"({form})" for form in forms), TSQUERY)


def bears_tags(tag_keys: Sequence[str]) -> ColumnElement[object]:
    """Give the tsquery of documents with all these tags."""
    return cast(" & ".join(_quoted(TAG + key) for key in tag_keys), TSQUERY)


def _clause(clause: Clause) -> str:
    return f"{'!' if clause.negated else ''}({' | '.join(_form(form) for form in clause.forms)})"


def _form(form: Sequence[Atom]) -> str:
    found = _atom(form[0])
    for before, atom in pairwise(form):
        found = f"{found} <{atom.place - before.place}> {_atom(atom)}"
    return f"({found})"


def _atom(atom: Atom) -> str:
    return _quoted(atom.lexeme) + (":*" if atom.prefix else "")


def _places(places: Sequence[tuple[int, Weight]]) -> str:
    return ",".join(f"{place + 1}{weight}" for place, weight in places[:MOST_PLACES])


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
