"""What a query asks for: alternatives of clauses, each of which can be met in several forms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_TOKEN = re.compile(r'-*"[^"]*(?:"|$)|[^\s"]+')


class EmptyQueryError(ValueError):
    """There is no word in the query."""


@dataclass(frozen=True)
class Atom:
    """A lexeme, `place` words after the first one of its form; with `prefix`, all lexemes that begin so."""

    lexeme: str
    place: int = 0
    prefix: bool = False


Form = tuple[Atom, ...]


@dataclass(frozen=True)
class Clause:
    """What has to be there, or with `negated` must not: one of the forms. `words` are those of the query."""

    words: tuple[str, ...]
    forms: tuple[Form, ...]
    negated: bool = False

    @property
    def has_prefix(self) -> bool:
        return any(atom.prefix for form in self.forms for atom in form)

    @property
    def is_plain(self) -> bool:
        """Whether looking lexemes up is enough: no phrase, no beginnings of words."""
        return not self.has_prefix and all(len(form) == 1 for form in self.forms)


@dataclass(frozen=True)
class Query:
    """One of the alternatives must hold, with all its clauses."""

    alternatives: tuple[tuple[Clause, ...], ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Those that have to be there, of all alternatives."""
        return tuple(clause for group in self.alternatives for clause in group if not clause.negated)

    @property
    def is_plain(self) -> bool:
        return all(clause.is_plain for group in self.alternatives for clause in group)


@dataclass(frozen=True)
class Part:
    """A word or a phrase of a query as it was typed."""

    text: str
    negated: bool
    quoted: bool


def parts(text: str) -> Iterable[list[Part]]:
    """Split a cleaned query at `OR` between two words; `AND` there says nothing new. Quotes of any language count."""
    typed = _TOKEN.findall(text.translate(_QUOTES))
    group: list[Part] = []
    for number, word in enumerate(typed):
        between = 0 < number < len(typed) - 1
        if between and word in {"OR", "AND"}:
            if word == "OR":
                yield group
                group = []
            continue
        plain = word.lstrip("-")
        quoted = plain.startswith('"')
        group.append(Part(plain.strip('"') if quoted else plain, word != plain, quoted))
    yield group
