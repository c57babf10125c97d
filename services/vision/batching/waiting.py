"""Who waits, who goes first, who gives way: the queue's rules, without threads or clocks."""

from services.vision.batching.item import Call, Item, Priority


class WaitingRoom:
    """Holds at most `capacity` pictures. Not thread-safe: the queue calls it under its lock.

    The most urgent priority goes first, and within one the oldest. A full room lets a more urgent call in by sending
    out whole calls of a less urgent priority, the least urgent and newest first, unless one of their pictures has been
    computed already.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._items: list[Item] = []

    def __len__(self) -> int:
        """The number of pictures waiting."""
        return len(self._items)

    @property
    def calls(self) -> list[Call]:
        """The calls with pictures waiting, most urgent first."""
        return list(dict.fromkeys(item.call for item in self._items))

    @property
    def oldest(self) -> float:
        """When the picture that waits longest came; only for a room that is not empty."""
        return min(item.call.enqueued for item in self._items)

    def might_admit(self, priority: Priority) -> bool:
        """Whether one more picture of this priority would find room, or somebody who gives way."""
        return len(self._items) < self.capacity or any(item.call.priority > priority for item in self._items)

    def admit(self, call: Call) -> list[Call] | None:
        """Let every picture of the call in and return the calls that had to go for it; None when there is no room."""
        missing = len(self._items) + len(call.images) - self.capacity
        sent_out: list[Call] = []
        for other in reversed(self.calls):
            if missing <= 0 or other.priority <= call.priority:
                break
            if not other.results and not other.running:
                sent_out.append(other)
                missing -= len(other.images)
        if missing > 0:
            return None
        for other in sent_out:
            self.remove(other)
        self._items += [Item(call, position, image) for position, image in enumerate(call.images)]
        self._items.sort(key=lambda item: item.call.order)  # stable: a call's pictures keep their order
        return sent_out

    def remove(self, call: Call) -> None:
        """Forget the call's pictures that still wait."""
        self._items = [item for item in self._items if item.call is not call]

    def take(self, count: int) -> list[Item]:
        """The next pictures to compute, at most `count`."""
        taken, self._items = self._items[:count], self._items[count:]
        for item in taken:
            item.call.running += 1
        return taken
