"""Waiting until services say that they are ready."""

import asyncio
import time
from collections.abc import Iterable

import httpx

_POLL_S = 0.1


async def until_ready(client: httpx.AsyncClient, urls: Iterable[str], *, timeout_s: float) -> dict[str, str]:
    """Poll `/readyz` of every base URL until all are ready; give what is still wrong after `timeout_s`, by URL."""
    waiting = dict.fromkeys(urls, "not asked yet")
    deadline = time.monotonic() + timeout_s
    while waiting and time.monotonic() < deadline:
        answers = await asyncio.gather(*(_reason(client, url) for url in waiting))
        waiting = {url: reason for url, reason in zip(waiting, answers, strict=True) if reason}
        if waiting:
            await asyncio.sleep(_POLL_S)
    return waiting


async def _reason(client: httpx.AsyncClient, url: str) -> str:
    """Empty when ready, else one line."""
    try:
        answer = await client.get(f"{url}/readyz", timeout=5)
        if answer.is_success:
            return ""
        checks = answer.json().get("checks", {})
        return ", ".join(f"{name}: {state}" for name, state in checks.items() if state != "ok") or str(
            answer.status_code
        )
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    except (ValueError, AttributeError):
        return f"an answer that is none of ours ({answer.status_code})"
