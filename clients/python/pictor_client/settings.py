"""How both clients are set up."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any, Final

import httpx

from pictor_client.version import VERSION

WAIT_S: Final = 60.0
"""What `wait=True` means."""
DEFAULT_TIMEOUT: Final = httpx.Timeout(60, connect=10)
"""Longer than the server waits for labels at most."""


def http_options(url: str, key: str, timeout: httpx.Timeout | float) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {key}", "user-agent": f"pictor-client/{VERSION}"}
    return {"base_url": url, "headers": headers, "timeout": timeout}


def poll_waits() -> Iterator[float]:
    """Seconds between questions whether an image has its labels."""
    return chain((0.25, 0.25, 0.5, 0.5, 1.0), repeat(2.0))
