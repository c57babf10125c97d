"""Several classifiers, each with the model of one space: which of them is meant."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog.clients.classifier import ClassifierModel
from services.catalog.clients.similarity import AnsweringSpace, SimilarityClient
from services.kit.cached import Cached
from services.kit.clients import Service
from services.kit.http.problems import ApiError, Unavailable
from services.kit.principal import service_principal
from services.vision.model_report import ModelReport, ModelState

KEPT_S = 2.0
"""How long is believed which space answers, and who serves which: a promotion is effective within 5 s."""
REPORT_TIMEOUT_S = 2


class NoModelForSpace(Unavailable):
    """No classifier that answers serves the space: images wait."""

    code = "model_not_ready"


@dataclass(frozen=True)
class _Report:
    """What a classifier said: the model that it serves, or why there is none; `there` unless it gave no answer."""

    model: ClassifierModel | None
    detail: str
    there: bool = True

    @property
    def space(self) -> str | None:
        return None if self.model is None else self.model.space


class Classifiers:
    """The classifiers of the settings, the first of which counts as long as no space was promoted.

    Remembers for 2 s. When the similarity service does not answer, what it said last goes on.
    """

    def __init__(
        self, services: Sequence[Service], similarity: SimilarityClient, *, labels_digest: str, caller: str
    ) -> None:
        """`labels_digest` is of the labels that the caller knows, by index: a model with others cannot be used."""
        self._labels_digest = labels_digest
        self._services = tuple(services)
        self._principal = service_principal(caller)
        self._answering = Cached(similarity.answering, keep_s=KEPT_S, survives=(ApiError,))
        self._said = tuple(_Report(None, "It was not asked yet.", there=False) for _ in services)
        self._reports = Cached(self._ask_all, keep_s=KEPT_S)

    async def promoted(self) -> AnsweringSpace:
        """Raises what the similarity service raised, when it has never answered."""
        return await self._answering.get()

    async def model(self, space: str | None = None) -> ClassifierModel:
        """Give the model of the space, or, without one, of the space that answers searches. Raises NoModelForSpace."""
        wanted = space or (await self.promoted()).promoted
        reports = await self._reports.get()
        if wanted is None and reports[0].model is not None:
            return reports[0].model
        for report in reports:
            if report.model is not None and report.model.space == wanted:
                return report.model
        raise NoModelForSpace(reports[0].detail if wanted is None else _nobody(wanted))

    async def models(self) -> list[ClassifierModel]:
        """Give all that are served, the first classifier's first."""
        return [report.model for report in await self._reports.get() if report.model is not None]

    async def serving(self, space: str) -> Service:
        """Raises NoModelForSpace when none serves the space."""
        for service, report in zip(self._services, await self._reports.get(), strict=True):
            if report.space == space:
                return service
        raise NoModelForSpace(_nobody(space))

    async def may_have_candidate(self) -> bool:
        """Whether a second classifier is there, even if its model is not ready yet."""
        return any(report.there for report in (await self._reports.get())[1:])

    async def candidate(self) -> str:
        """Give the space that is not the active one. Raises NoModelForSpace when no model for another is ready."""
        promoted = (await self.promoted()).promoted
        reports = await self._reports.get()
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
        self._reports.forget()

    async def close(self) -> None:
        for service in self._services:
            await service.close()

    async def _ask_all(self) -> tuple[_Report, ...]:
        pairs = zip(self._services, self._said, strict=True)
        self._said = tuple(await asyncio.gather(*(self._ask(service, last) for service, last in pairs)))
        return self._said

    async def _ask(self, service: Service, last: _Report) -> _Report:
        """Who does not answer goes on with what it served: the call itself then says what is amiss."""
        try:
            answer = await service.call("GET", "/internal/model", principal=self._principal, timeout_s=REPORT_TIMEOUT_S)
            said = ModelReport.model_validate_json(answer.content)
            if said.state is not ModelState.READY:
                return _Report(None, said.detail)
            model = ClassifierModel.of(said)
        except ApiError as error:
            return _Report(last.model, error.detail, there=False)
        except ValueError:
            return _Report(None, "The classifier's report on its model cannot be read.")
        if said.labels_digest != self._labels_digest:
            return _Report(None, f"The labels of {model.space} are not those of the taxonomy: serve another model.")
        return _Report(model, "")


def _nobody(space: str) -> str:
    return (
        f"No classifier serves the model space {space}: start the one that has its model package, or promote "
        "another space."
    )
