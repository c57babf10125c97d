"""Several classifiers, each with the model of one space: which of them is meant."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from services.catalog.clients.similarity import AnsweringSpace, SimilarityClient
from services.kit.clients import Service
from services.kit.principal import Principal, service_principal
from services.kit.problems import ApiError, Unavailable

KEPT_S = 2.0
"""How long is believed which space answers, and who serves which: a promotion is effective within 5 s."""
REPORT_TIMEOUT_S = 2


class NoModelForSpace(Unavailable):
    """No classifier that answers serves the space: images wait."""

    code = "model_not_ready"


@dataclass(frozen=True)
class _Report:
    """What a classifier said of its model: its space, or why there is none."""

    space: str | None
    detail: str


class Classifiers:
    """The classifiers of the settings, the first of which counts as long as no space was promoted.

    Remembers for 2 s. When the similarity service does not answer, what it said last goes on.
    """

    def __init__(self, services: Sequence[Service], similarity: SimilarityClient, *, caller: str) -> None:
        self._services = tuple(services)
        self._similarity = similarity
        self._principal = service_principal(caller)
        self._asking_similarity, self._asking_models = asyncio.Lock(), asyncio.Lock()
        self._answering: AnsweringSpace | None = None
        self._reports = tuple(_Report(None, "It was not asked yet.") for _ in services)
        self._answering_until = self._reports_until = 0.0

    async def promoted(self) -> AnsweringSpace:
        """Raises what the similarity service raised, when it has never answered."""
        async with self._asking_similarity:
            if self._answering is None or time.monotonic() >= self._answering_until:
                try:
                    self._answering = await self._similarity.answering()
                except ApiError:
                    if self._answering is None:
                        raise
                self._answering_until = time.monotonic() + KEPT_S
            return self._answering

    async def active(self) -> Service:
        """Give the one whose space answers searches. Raises NoModelForSpace."""
        promoted = (await self.promoted()).promoted
        return self._services[0] if promoted is None else await self.serving(promoted)

    async def serving(self, space: str) -> Service:
        """Raises NoModelForSpace when none serves the space."""
        for service, report in zip(self._services, await self._asked(), strict=True):
            if report.space == space:
                return service
        raise NoModelForSpace(
            f"No classifier serves the model space {space}: start the one that has its model package, or promote "
            "another space."
        )

    async def candidate(self) -> str:
        """Give the space that is not the active one. Raises NoModelForSpace when no model for another is ready."""
        promoted = (await self.promoted()).promoted
        reports = await self._asked()
        active = promoted or reports[0].space
        if active is None:
            raise NoModelForSpace(f"The model is not ready: {reports[0].detail}")
        others = [report.space for report in reversed(reports) if report.space not in {None, active}]
        for space in others:
            if space is not None:
                return space
        raise NoModelForSpace(
            f"No classifier serves another space than {active}, which is the active one: PICTOR_CANDIDATE_URL must "
            f"name one with another model package. {reports[-1].detail}".strip()
        )

    def look_again(self) -> None:
        """Forget who serves what: somebody did not answer as expected."""
        self._reports_until = 0.0

    async def close(self) -> None:
        for service in self._services:
            await service.close()

    async def _asked(self) -> tuple[_Report, ...]:
        async with self._asking_models:
            if time.monotonic() >= self._reports_until:
                pairs = zip(self._services, self._reports, strict=True)
                self._reports = tuple(await asyncio.gather(*(self._ask(service, last) for service, last in pairs)))
                self._reports_until = time.monotonic() + KEPT_S
            return self._reports

    async def _ask(self, service: Service, last: _Report) -> _Report:
        """Who does not answer goes on with what it served: the call itself then says what is amiss."""
        try:
            answer = await service.call(
                "GET", "/internal/model", principal=self._principal, timeout_s=REPORT_TIMEOUT_S
            )
            said = answer.json()
            ready = said["state"] == "ready"
            return _Report(said["space"] if ready else None, "" if ready else str(said["detail"]))
        except ApiError as error:
            return _Report(last.space, error.detail)
        except (ValueError, KeyError, TypeError):
            return _Report(None, "The classifier's report on its model cannot be read.")


class RoutedClassifier:
    """A Service: at each call the classifier that serves the space, or, without one, the active space."""

    def __init__(self, classifiers: Classifiers, space: str | None = None) -> None:
        self._classifiers = classifiers
        self._space = space

    async def call(
        self,
        method: str,
        path: str,
        *,
        principal: Principal,
        json_body: object = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        """Raises NoModelForSpace, and what ServiceClient.call raises."""
        choosing = self._classifiers.active() if self._space is None else self._classifiers.serving(self._space)
        service = await choosing
        try:
            return await service.call(
                method,
                path,
                principal=principal,
                json_body=json_body,
                content=content,
                params=params,
                headers=headers,
                timeout_s=timeout_s,
            )
        except ApiError:
            self._classifiers.look_again()
            raise

    async def close(self) -> None:
        """The classifiers are closed by who made them."""
