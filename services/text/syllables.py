"""Names that Vietnamese writes in syllables and others as one word: `Hà Nội`, `hanoi`."""

from services.text.words import Kind, Word

_MOST_LETTERS = 7
"""Of a syllable: `nghiêng`."""
_ONLY_THERE = frozenset("ơưƠƯ") | frozenset(map(chr, range(0x1EA0, 0x1EFA)))
_THERE_TOO = frozenset("àáâãèéêìíòóôõùúýăđĩũÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨ")


def as_one_name(first: Word, second: Word) -> str | None:
    """Give two words as one where they may be syllables of one name: a letter of either is Vietnamese alone, or each
    has one that is Vietnamese too. Punctuation between them ends a name."""
    if (first.source.isascii() and second.source.isascii()) or not (_is_syllable(first) and _is_syllable(second)):
        return None
    if not (first.source.endswith(first.pieces[0].source) and second.source.startswith(second.pieces[0].source)):
        return None
    letters = set(first.source), set(second.source)
    if any(some & _ONLY_THERE for some in letters) or all(some & _THERE_TOO for some in letters):
        return first.pieces[0].text + second.pieces[0].text
    return None


def _is_syllable(word: Word) -> bool:
    piece = word.pieces[0]
    return len(word.pieces) == 1 and piece.kind is Kind.LETTERS and len(piece.text) <= _MOST_LETTERS
