"""What runs, which model, how far along: gathered at once, said also where nobody answers."""

import asyncio
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from services import __version__
from services.gateway.clients.probes import TIMEOUT_S, Answer, Probes
from services.gateway.schemas.status import Coverage, ModelStatus, ServicesStatus, ServiceStatus, Status
from services.gateway.services.model_routing import ModelRouter
from services.kit.cached import Cached
from services.kit.http.health import Readiness
from services.kit.principal import Principal

M = TypeVar("M", bound=BaseModel)
REMEMBERED_S = 5.0
MAX_DETAIL = 300


class StatusService:
    def __init__(self, probes: Probes, models: ModelRouter) -> None:
        self._probes = probes
        self._models = models
        self._state = Cached(self._ask_state, keep_s=REMEMBERED_S)

    async def describe(self, principal: Principal) -> Status:
        """Ask everyone. Admins read the reasons of failing checks, which may name hosts and files; others the names."""
        sees_images = "images:read" in principal.scopes
        (services, model), coverage = await asyncio.gather(
            self._ask(reasons="admin" in principal.scopes), self._coverage(principal) if sees_images else _nothing()
        )
        images_well = coverage.failed == 0 if coverage is not None else not sees_images
        return Status(
            state="ok" if _is_well(services, model) and images_well else "degraded",
            version=__version__,
            services=services,
            model=model,
            coverage=coverage,
        )

    async def state(self) -> str:
        """Say `ok` or `degraded` to strangers, asked at most every 5 s."""
        return await self._state.get()

    async def _ask_state(self) -> str:
        return "ok" if _is_well(*await self._ask(reasons=False)) else "degraded"

    async def _ask(self, *, reasons: bool) -> tuple[ServicesStatus, ModelStatus]:
        catalog, classifier, similarity, model = await asyncio.gather(
            self._probes.readiness("catalog"),
            self._probes.readiness("classifier"),
            self._probes.readiness("similarity"),
            self._model(),
        )
        services = ServicesStatus(
            catalog=_service(catalog, reasons=reasons),
            classifier=_service(classifier, reasons=reasons),
            similarity=_service(similarity, reasons=reasons),
        )
        unknown = ModelStatus(state="unknown", detail="The classifier service does not say which model it has.")
        return services, _read(ModelStatus, model) or unknown

    async def _model(self) -> Answer | None:
        return await self._probes.model(await self._models.active())

    async def _coverage(self, principal: Principal) -> Coverage | None:
        return _read(Coverage, await self._probes.coverage(principal.identity))


def _service(answer: Answer | None, *, reasons: bool) -> ServiceStatus:
    if answer is None:
        return ServiceStatus(status="unreachable", detail=f"It gave no answer within {TIMEOUT_S:g} s.")
    try:
        found = Readiness.model_validate_json(answer.body)
    except ValidationError:
        return ServiceStatus(status="unreachable", detail="It answered, but not with its state.")
    if answer.success:
        amiss = [f"{name} ({reason})" if reasons else name for name, reason in found.warnings.items()]
        return ServiceStatus(status="ready", detail=f"See to: {', '.join(amiss)}."[:MAX_DETAIL] if amiss else "")
    failing = [f"{name} ({reason})" if reasons else name for name, reason in found.checks.items() if reason != "ok"]
    return ServiceStatus(status="not_ready", detail=f"Not ready: {', '.join(failing)}."[:MAX_DETAIL])


def _read(model: type[M], answer: Answer | None) -> M | None:
    try:
        return model.model_validate_json(answer.body) if answer is not None and answer.success else None
    except ValidationError:
        return None


async def _nothing() -> None:
    return None


def _is_well(services: ServicesStatus, model: ModelStatus) -> bool:
    every = (services.catalog, services.classifier, services.similarity)
    return model.state == "ready" and all(service.status == "ready" and not service.detail for service in every)
