"""Liveness, readiness, metrics: the same three paths on every service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel

CHECK_TIMEOUT_S = 3.0
Check = Callable[[], Awaitable[None]]
"""Returns when all is well; raises an exception whose text is the reason when not."""


class Readiness(BaseModel):
    status: str
    checks: dict[str, str]
    warnings: dict[str, str] = {}


def health_router(checks: Mapping[str, Check], registry: CollectorRegistry, warnings: Mapping[str, Check]) -> APIRouter:
    """Liveness means the process alone; readiness means all `checks` pass within 3 s each.

    What `warnings` find is said, and makes nothing unready: a full disk can still be read from.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", response_model_exclude_defaults=True)
    async def readyz(response: Response) -> Readiness:
        said = await asyncio.gather(*map(_outcome, [*checks.values(), *warnings.values()]))
        results = dict(zip(checks, said[: len(checks)], strict=True))
        amiss = {name: what for name, what in zip(warnings, said[len(checks) :], strict=True) if what != "ok"}
        ready = all(result == "ok" for result in results.values())
        response.status_code = 200 if ready else 503
        return Readiness(status="ready" if ready else "not_ready", checks=results, warnings=amiss)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def _outcome(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_TIMEOUT_S:.0f} s"
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the answer
        return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return "ok"
