"""Places for what lasts: so many at once in all, and so many of one person's."""

from collections import Counter
from collections.abc import Hashable

from services.kit.http.problems import TooManyRequests, Unavailable


class Places:
    """Counts what is under way in this process."""

    def __init__(self, what: str, *, in_all: int, each: int) -> None:
        self._what = what
        self._in_all = in_all
        self._each = each
        self._taken: Counter[Hashable] = Counter()

    def take(self, holder: Hashable) -> "Place":
        """Raise TooManyRequests when the holder has as many as it may, Unavailable when nobody gets another."""
        if self._taken[holder] >= self._each:
            raise TooManyRequests(f"You have {self._each} {self._what} at once: that is the most.", retry_after_s=10)
        if self._taken.total() >= self._in_all:
            raise Unavailable(f"There are {self._in_all} {self._what} at once: that is the most.", retry_after_s=10)
        self._taken[holder] += 1
        return Place(self._taken, holder)


class Place:
    """One place, given back once."""

    def __init__(self, taken: "Counter[Hashable]", holder: Hashable) -> None:
        self._taken: Counter[Hashable] | None = taken
        self._holder = holder

    def give_back(self) -> None:
        if self._taken is not None:
            self._taken[self._holder] -= 1
            if not self._taken[self._holder]:
                del self._taken[self._holder]
            self._taken = None
