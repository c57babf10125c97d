"""How many images share one inference: fewer on a machine that is too slow for many."""

GROW_AFTER = 20


class GroupSize:
    """`now` is at most `most`: halved when a group missed its deadline, doubled after 20 full groups in time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = most
        self._in_time = 0

    def missed(self, size: int) -> None:
        """A group of that size was late. Several that were under way at once count as one."""
        self.now, self._in_time = max(min(self.now, size // 2), 1), 0

    def worked(self, size: int) -> None:
        """A group of that size was in time."""
        self._in_time += size >= self.now
        if self._in_time >= GROW_AFTER:
            self.now, self._in_time = min(2 * self.now, self.most), 0
