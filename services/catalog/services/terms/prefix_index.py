"""Names by how they or one of their words begin, also when one letter is wrong."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from services.text.folding import fold
from services.text.words import word_starts

FORGIVING_FROM = 4
"""Letters from which on one may be wrong."""
LAST = chr(0x10FFFF)
Span = tuple[int, int]


class NameIndex:
    """Finds keys by the beginning of a word of their names, going on over the words after it, folded."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        """Take pairs of a key and a name of it; a key may have several names."""
        found = sorted((start, key) for key, name in names for start in word_starts(name))
        self._starts = [start for start, _ in found]
        self._keys = np.array([key for _, key in found], np.intp)

    def beginning(self, prefix: str) -> NDArray[np.intp]:
        """Give the keys with a name of which a word begins so, in order."""
        low, high = self._span(fold(prefix), (0, len(self._starts)))
        return np.unique(self._keys[low:high])

    def nearly_beginning(self, prefix: str) -> NDArray[np.intp]:
        """Give the keys of which a word begins so but for one letter: one too many, missing, wrong, or two swapped."""
        spans = list(self._near(fold(prefix))) if len(fold(prefix)) >= FORGIVING_FROM else []
        return np.unique(np.concatenate([self._keys[:0], *(self._keys[low:high] for low, high in spans)]))

    def _near(self, prefix: str) -> Iterator[Span]:
        """Walk along the prefix, as far as there are words, and leave it once at every letter."""
        within = (0, len(self._starts))
        for place, letter in enumerate(prefix):
            if within[0] == within[1]:
                return
            head, rest = prefix[:place], prefix[place + 1 :]
            yield self._span(head + rest, within)
            yield self._span(head + rest[:1] + letter + rest[1:], within)
            for other in self._letters(place, head, within):
                if other != letter:
                    yield self._span(head + other + rest, within)
                    yield self._span(head + other + letter + rest, within)
            within = self._span(head + letter, within)

    def _letters(self, place: int, head: str, within: Span) -> Iterator[str]:
        """Give the letters that follow the head at that place."""
        at, high = within
        while at < high:
            word = self._starts[at]
            if len(word) > place:
                yield word[place]
                at = bisect_left(self._starts, head + word[place] + LAST, at, high)
            else:
                at = bisect_left(self._starts, word + "\0", at, high)

    def _span(self, prefix: str, within: Span) -> Span:
        low = bisect_left(self._starts, prefix, *within)
        return low, bisect_left(self._starts, prefix + LAST, low, within[1])
