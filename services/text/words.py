"""Cutting text into words, and words into the pieces that they can be found by.

White space ends a word. In a word, a piece is letters of one case pattern (`sunset`, `Beach`), with `++` or, after one
letter, `#`; digits; a run of a script that has no spaces between words; or one pictograph. `IMG_20240501.jpg` is one
word of three pieces.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from services.text.folding import JOINERS, fold

MOST_LETTERS = 100
"""Of longer pieces the first so many letters count."""
_DENSE = (
    (0x0E01, 0x0E4E), (0x0E81, 0x0ECD), (0x0F40, 0x0FBC), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17D3),
    (0x3005, 0x3007), (0x3041, 0x30FA), (0x30FC, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA48C),
    (0xA960, 0xA97C), (0xAC00, 0xD7FB), (0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Tibetan, Burmese, Khmer, kana, Chinese, Yi, and Korean, which glues its particles to its words."""
_LETTERS = r"(?:u+(?=ul)|ul+|l+|u+)"
_PIECE = re.compile(
    rf"(?P<dense>c+)|(?P<digits>d+)|(?P<letters>(?<![ul])[ul]n(?![uldn])|{_LETTERS}(?:\+\+(?!\+))?)|(?P<symbol>s)"
)
_SEPARATORS = {
    **dict.fromkeys("-‐\u2011", "h"), **dict.fromkeys("'’‘ʼ＇ʻʽʾʿ′`׳״", "a"), **dict.fromkeys("._&", "p"), ",": "t",
    "+": "+", "#": "n",
}  # fmt: skip
_UNSPOKEN = str.maketrans(dict.fromkeys("._,&"))
SIGNS = "+#"
"""With these a piece of letters may end: `C++`, `C#`."""


class Kind(StrEnum):
    LETTERS = "letters"
    DIGITS = "digits"
    DENSE = "dense"
    SYMBOL = "symbol"


@dataclass(frozen=True)
class Piece:
    """`place` counts pieces, and letters of a dense run, from the beginning of the word."""

    kind: Kind
    text: str
    source: str
    place: int

    @property
    def width(self) -> int:
        return len(self.text) if self.kind is Kind.DENSE else 1


@dataclass(frozen=True)
class Joined:
    """Pieces that people write as one too: `wi-fi`, `don't`, `sunsetBeach`, `v2`, `U.S.A.`, `AT&T`, `1,000`."""

    text: str
    source: str
    place: int
    pieces: int


@dataclass(frozen=True)
class Word:
    source: str
    pieces: tuple[Piece, ...]
    joined: tuple[Joined, ...]

    @property
    def width(self) -> int:
        return self.pieces[-1].place + self.pieces[-1].width


def words(text: str) -> Iterator[Word]:
    """Cut a text that is cleaned. Words without a piece (`…`) are left out."""
    for source in text.split():
        found = _word(source)
        if found.pieces:
            yield found


def _word(source: str) -> Word:
    if source.isascii() and source.isalpha() and (source.islower() or source.isupper() or source[1:].islower()):
        text = source.lower()[:MOST_LETTERS]
        return Word(source, (Piece(Kind.LETTERS, text, source, 0),), ())
    classes = "".join(_classes(source))
    pieces: list[Piece] = []
    joined: list[Joined] = []
    group: list[tuple[Piece, int]] = []  # with where it ends in the word
    place = 0
    for match in _PIECE.finditer(classes):
        kind = Kind(str(match.lastgroup))
        written = source[match.start() : match.end()]
        text = fold(written)
        if not text:
            continue
        piece = Piece(kind, text if kind is Kind.DENSE else text[:MOST_LETTERS], written, place)
        if group and not _is_joined(group[-1][0], piece, classes[group[-1][1] : match.start()]):
            joined += _joined(group, source)
            group = []
        if piece.kind in {Kind.LETTERS, Kind.DIGITS}:
            group.append((piece, match.end()))
        pieces.append(piece)
        place += piece.width
    joined += _joined(group, source)
    return Word(source, tuple(pieces), tuple(joined))


def _is_joined(before: Piece, after: Piece, between: str) -> bool:
    kinds = {before.kind, after.kind}
    if after.kind not in {Kind.LETTERS, Kind.DIGITS}:
        return False
    if before.text[-1] in SIGNS:
        return False
    if between == "p":  # node.js, snake_case, at&t; never 2.1
        return kinds == {Kind.LETTERS}
    if between == "t":  # 1,000
        return kinds == {Kind.DIGITS} and len(before.text) <= 3 == len(after.text)
    return between in {"", "h", "a"}


def _joined(group: list[tuple[Piece, int]], source: str) -> list[Joined]:
    if len(group) < 2:
        return []
    first, last = group[0], group[-1]
    begin = first[1] - len(first[0].source)
    text = "".join(piece.text for piece, _ in group)[:MOST_LETTERS]
    return [Joined(text, source[begin : last[1]].translate(_UNSPOKEN), first[0].place, len(group))]


def _classes(word: str) -> Iterator[str]:
    """Give a class for every letter; marks are of the class of what they stand on.

    The zero-width non-joiner is a hyphen to Persian and Arabic, and a mark to Indic scripts.
    """
    before, last = "x", ""
    for letter in word:
        found = _class_of(letter)
        if letter == "\u200c" and "\u0600" <= last <= "\u06ff":
            found = "h"
        elif found == "m":
            found = {"u": "l", "l": "l", "c": "c"}.get(before, "x")
        before, last = found, letter
        yield found


@cache
def _class_of(letter: str) -> str:
    code, category = ord(letter), unicodedata.category(letter)
    if letter in _SEPARATORS:
        return _SEPARATORS[letter]
    if category.startswith("N"):
        return "d"
    if any(first <= code <= last for first, last in _DENSE):
        return "c"
    if category.startswith("L"):
        return "u" if category in {"Lu", "Lt"} else "l"
    if category.startswith("M") or letter in JOINERS:
        return "m"
    return "s" if category == "So" and code >= 0x2190 else "x"


def word_starts(text: str) -> set[str]:
    """Give the folded text from each of its words on, and from each piece and each letter of a dense run."""
    whole = fold(text)
    found = {whole}
    for match in _PIECE.finditer("".join(_classes(whole))):
        ends = match.end() if match.lastgroup == "dense" else match.start() + 1
        found |= {whole[at:] for at in range(match.start(), ends)}
    return found
