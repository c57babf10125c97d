"""`pictor import --watch`: look again and again; folders on other machines tell nobody of changes."""

import time
from collections.abc import Callable, Mapping

from pictor_client.command.importing.report import Outcome
from pictor_client.command.importing.sources import Passed, Source, sources

_AGAIN = frozenset({Outcome.NOT_SENT, Outcome.CHANGED, Outcome.UNREADABLE})


def watch(
    folders: list[str], send: Callable[[list[Source]], None], outcomes: Mapping[Source, Outcome], interval_s: float
) -> None:
    """Send what is new or changed, once it was the same in two looks, until KeyboardInterrupt."""
    before: set[Source] = set()
    while True:
        time.sleep(interval_s)
        now = set(sources(folders, Passed()))
        settled = [source for source in now & before if outcomes.get(source, Outcome.NOT_SENT) in _AGAIN]
        if settled:
            send(sorted(settled, key=lambda source: source.name))
        before = now
