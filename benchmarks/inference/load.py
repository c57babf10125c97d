"""Load from a few threads over kept connections: plain http.client, which costs the measured machine least."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Tally:
    """What came back: seconds of each answer by its status."""

    seconds: dict[int, list[float]] = field(default_factory=dict)
    lasted_s: float = 0

    def add(self, status: int, took_s: float) -> None:
        self.seconds.setdefault(status, []).append(took_s)

    def count(self, *statuses: int) -> int:
        return sum(len(self.seconds.get(status, [])) for status in statuses)

    @property
    def good(self) -> list[float]:
        return self.seconds.get(200, []) + self.seconds.get(201, [])

    @property
    def rate(self) -> float:
        return len(self.good) / self.lasted_s


Request = tuple[str, str, bytes, dict[str, str]]
"""Method, path, body, headers."""


def run_load(
    url: str,
    requests: Callable[[], Request | None],
    *,
    clients: int,
    seconds: float | None = None,
    rate: float | None = None,
    timeout_s: float = 30,
) -> Tally:
    """Send what `requests` gives from so many clients at once, until it gives None or the time is over.

    With `rate`, so many requests a second are due, whatever comes back, and an answer's time counts from when its
    request was due; without, each client sends its next as soon as it has an answer.
    """
    host = urlsplit(url).netloc
    tally, lock = Tally(), threading.Lock()
    began = time.perf_counter()
    end = began + seconds if seconds else None
    due = itertools.count()

    def client() -> None:
        connection = http.client.HTTPConnection(host, timeout=timeout_s)
        while end is None or time.perf_counter() < end:
            with lock:
                request = requests()
            if request is None:
                break
            method, path, body, headers = request
            sent = time.perf_counter()
            if rate:
                sent = began + next(due) / rate
                time.sleep(max(sent - time.perf_counter(), 0))
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException):
                connection.close()
                status = 0
            with lock:
                tally.add(status, time.perf_counter() - sent)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.lasted_s = time.perf_counter() - began
    return tally


def percentile(values: list[float], part: float) -> float:
    """The nearest-rank percentile, 0..1; NaN of nothing."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else float("nan")
