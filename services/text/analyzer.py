"""From texts to lexemes with places, and from queries to the same lexemes."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

import snowballstemmer

from services.text.folding import clean, fold
from services.text.query import Atom, Clause, EmptyQueryError, Form, Query, parts
from services.text.syllables import as_one_name
from services.text.words import MOST_LETTERS, SIGNS, Kind, Word, words

VERSION = 3
"""Another one makes every text be indexed again. Raise it with every change of what becomes of a text."""
STEM = "~"
"""Begins a lexeme that is the stem of a word, not a word."""
_IN_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_GERSHAYIM = re.compile('(?<=[א-ת])["“”″](?=[א-ת])')
"""What abbreviates in Hebrew (צה״ל) is typed as a quote, and is none."""

Language = StrEnum(  # type: ignore[misc]
    "Language", {name.upper(): name for name in ("simple", *sorted(set(snowballstemmer.algorithms()) - {"porter"}))}
)
"""Languages whose words can be found in other forms; `simple` is none."""


@dataclass
class Indexed:
    """Lexemes with the places at which they stand, and the first free place."""

    places: dict[str, list[int]] = field(default_factory=dict)
    end: int = 0

    def add(self, lexeme: str, place: int) -> None:
        self.places.setdefault(lexeme, []).append(place)

    def meets(self, clause: Clause) -> bool:
        """Whether one of the clause's forms stands here."""
        return any(self._has(form) for form in clause.forms)

    def _has(self, form: Form) -> bool:
        starts: set[int] | None = None
        for atom in form:
            found = {place - atom.place for place in self._places_of(atom)}
            starts = found if starts is None else starts & found
            if not starts:
                return False
        return True

    def _places_of(self, atom: Atom) -> Iterator[int]:
        if not atom.prefix:
            yield from self.places.get(atom.lexeme, ())
            return
        for lexeme, places in self.places.items():
            if lexeme.startswith(atom.lexeme):
                yield from places


class Analyzer:
    """Immutable but for what it remembers. `version` says what its lexemes depend on."""

    def __init__(self, language: str = "english") -> None:
        self.version = f"{VERSION}-{language}"
        self._stemmer = None if language == "simple" else snowballstemmer.stemmer(language)
        self._stems = lru_cache(maxsize=65536)(self._stems_of)
        self.indexed_short = lru_cache(maxsize=8192)(self.indexed)
        """The same for texts that come again and again, such as names of labels; not to be changed."""

    def indexed(self, text: str) -> Indexed:
        """Give what a text is found by."""
        return self.add(Indexed(), text)

    def add(self, indexed: Indexed, text: str) -> Indexed:
        """Add a text, apart from those that are there: no phrase goes from one into the other."""
        place = indexed.end + 1 if indexed.end else 0
        before: Word | None = None
        for word in words(_read(text)):
            for lexeme, offset in self._lexemes(word):
                indexed.add(lexeme, place + offset)
            if before and (name := as_one_name(before, word)):
                indexed.add(name, place - 1)
                indexed.add(name, place)
            before = word
            place += word.width
        indexed.end = place
        return indexed

    def query(self, text: str) -> Query:
        """Read a query: words, `"…"`, `-word`, `OR`, `begin*`. Raise EmptyQueryError when no word is in it."""
        groups = [[clause for part in group if (clause := self._clause(part.text, part.negated, part.quoted))]
                  for group in parts(_read(text))]  # fmt: skip
        alternatives = tuple(tuple(group) for group in groups if group)
        if not alternatives:
            raise EmptyQueryError(text)
        return Query(alternatives)

    def _clause(self, text: str, negated: bool, quoted: bool) -> Clause | None:
        found = list(words(text))
        if not found:
            return None
        whole: list[Atom] = []
        place = 0
        for word in found:
            whole += _phrase(word, place)
            place += word.width
        forms: list[Form] = [tuple(whole)]
        if len(found) == 1 and not quoted:
            forms += [_with_joined(found[0]), *((atom,) for atom in self._variants(found[0]))]
        return Clause(tuple(word.source for word in found), tuple(dict.fromkeys(forms)), negated)

    def _variants(self, word: Word) -> Iterator[Atom]:
        """Give the lexemes by which an unquoted word is found too: written as one, or in other forms."""
        prefix = word.source.endswith("*")
        for joined in word.joined:
            if joined.pieces == len(word.pieces):
                yield Atom(joined.text, prefix=prefix)
        if not prefix:
            for spoken in _spoken(word):
                yield from (Atom(spelled) for spelled in _in_two_letters(spoken))
                for stem in self._stems(spoken):
                    yield from (Atom(stem), Atom(STEM + stem))

    def _lexemes(self, word: Word) -> Iterator[tuple[str, int]]:
        for piece in word.pieces:
            if piece.kind is Kind.DENSE:
                yield from ((letter, piece.place + number) for number, letter in enumerate(piece.text))
                yield from ((piece.text[at : at + 2], piece.place + at) for at in range(len(piece.text) - 1))
            else:
                yield piece.text, piece.place
                if piece.kind is Kind.LETTERS:
                    bare, source = piece.text.rstrip(SIGNS), piece.source.rstrip(SIGNS)
                    if bare != piece.text:
                        yield bare, piece.place
                    yield from ((spelled, piece.place) for spelled in _in_two_letters(source))
                    yield from ((STEM + stem, piece.place) for stem in self._stems(source) if stem != bare)
        for joined in word.joined:
            yield joined.text, joined.place
            yield joined.text, joined.place + joined.pieces - 1  # in front of what follows
            yield from ((STEM + stem, joined.place) for stem in self._stems(joined.source) if stem != joined.text)

    def _stems_of(self, source: str) -> tuple[str, ...]:
        """Give the stems of a word with and without its accents: people type both."""
        if self._stemmer is None:
            return ()
        plain = fold(source)
        spelled = (source.replace("İ", "i").lower().replace("’", "'"), plain)
        return tuple(dict.fromkeys(stem for word in spelled if (stem := fold(self._stemmer.stemWord(word)))))


def _read(text: str) -> str:
    return _GERSHAYIM.sub("״", clean(text))


def _in_two_letters(source: str) -> Iterator[str]:
    """Give `mueller` for `Müller`: who has no such letter writes two."""
    if not source.isascii():
        letters = unicodedata.normalize("NFC", source.lower())
        spelled = letters.translate(_IN_TWO_LETTERS)
        if spelled != letters:
            yield fold(spelled)[:MOST_LETTERS]


def _phrase(word: Word, place: int) -> Iterable[Atom]:
    """Give the word's pieces one after the other; a run of a dense script by its pairs of letters."""
    for piece in word.pieces:
        at = place + piece.place
        if piece.kind is not Kind.DENSE:
            last = piece is word.pieces[-1]
            yield Atom(piece.text, at, prefix=last and word.source.endswith("*"))
        elif len(piece.text) == 1:
            yield Atom(piece.text, at)
        else:
            yield from (Atom(piece.text[begin : begin + 2], at + begin) for begin in range(len(piece.text) - 1))


def _with_joined(word: Word) -> Form:
    """Give the word's pieces with those as one that are written so too: `1234.56` for `1,234.56`."""
    joined = {one.place: one for one in word.joined}
    atoms: list[Atom] = []
    covered = place = 0
    for piece in word.pieces:
        if piece.place < covered:
            continue
        one = joined.get(piece.place)
        if one is None:
            atoms += _phrase(Word(piece.source, (replace(piece, place=0),), ()), place)
        else:
            atoms.append(Atom(one.text, place))
        covered = piece.place + (one.pieces if one else piece.width)
        place += 1 if one else piece.width
    if word.source.endswith("*") and word.pieces[-1].kind is not Kind.DENSE:
        atoms[-1] = replace(atoms[-1], prefix=True)
    return tuple(atoms)


def _spoken(word: Word) -> Iterator[str]:
    """Give what of a word may have other forms: letters, also around an apostrophe."""
    if word.pieces[-1].text[-1] in SIGNS:
        return
    if len(word.pieces) == 1 and word.pieces[0].kind is Kind.LETTERS:
        yield word.pieces[0].source
    yield from (joined.source for joined in word.joined if joined.pieces == len(word.pieces))
