"""Which of two classifiers a request is for, while a second model stands beside the first."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from services.gateway.clients.probes import Answer, Probes
from services.kit.cached import Cached

CLASSIFIER, CANDIDATE = "classifier", "candidate"
KEPT_S = 2.0
PARAMETER = "model"


@dataclass(frozen=True)
class _Served:
    """What a classifier serves; None while that is not known."""

    name: str | None = None
    space: str | None = None


class ModelRouter:
    """The classifier that serves the model that a request names, else the one whose space answers searches.

    Remembers for 2 s what the others say. Without a second classifier nobody is asked.
    """

    def __init__(self, probes: Probes, *, has_candidate: bool) -> None:
        self._probes = probes
        self._has_candidate = has_candidate
        self._served = Cached(self._ask, keep_s=KEPT_S)
        self._promoted: str | None = None

    async def active(self) -> str:
        """Give the service whose model's space answers searches: `classifier` or `candidate`."""
        if not self._has_candidate:
            return CLASSIFIER
        served = await self._served.get()
        if self._promoted is None or served[CLASSIFIER].space == self._promoted:
            return CLASSIFIER
        return CANDIDATE if served[CANDIDATE].space == self._promoted else CLASSIFIER

    async def upstream(self, service: str, query: bytes) -> str:
        """Give the upstream of a request to the service: that itself, unless it is the classifier."""
        if service != CLASSIFIER:
            return service
        active = await self.active()
        wanted = parse_qs(query.decode("latin-1")).get(PARAMETER, [""])[-1]
        if not wanted or not self._has_candidate:
            return active
        other = CLASSIFIER if active == CANDIDATE else CANDIDATE
        served = await self._served.get()
        for name in (active, other):
            if wanted in {served[name].name, served[name].space}:
                return name
        return active  # which says that it has no such model

    async def _ask(self) -> dict[str, _Served]:
        first, second, answering = await asyncio.gather(
            self._probes.model(CLASSIFIER), self._probes.model(CANDIDATE), self._probes.answering()
        )
        if (said := _read(answering)) is not None:  # while nobody says otherwise, what was promoted stays so
            self._promoted = said.get("promoted")
        return {CLASSIFIER: _served(first), CANDIDATE: _served(second)}


def _served(answer: Answer | None) -> _Served:
    said = _read(answer) or {}
    return _Served(said.get("name"), said.get("space")) if said.get("state") == "ready" else _Served()


def _read(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None or not answer.success:
        return None
    try:
        said = json.loads(answer.body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
