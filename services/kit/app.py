"""The recipe that every service's `create_app` follows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from services import __version__
from services.kit.http.body_limit import BodyLimitMiddleware
from services.kit.http.health import Check, health_router
from services.kit.http.internal_auth import OPEN_PATHS, InternalAuthMiddleware, InternalTokens, TokenVerifier
from services.kit.http.limits import JSON_BODY_LIMIT
from services.kit.http.openapi import install_openapi
from services.kit.http.problems import install_problem_handlers
from services.kit.http.request_context import RequestContextMiddleware
from services.kit.logs import configure_logging
from services.kit.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service_app(
    name: str,
    *,
    settings: ServiceSettings,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    checks: Mapping[str, Check],
    warnings: Mapping[str, Check] | None = None,
    lifespan: Lifespan,
    registry: CollectorRegistry,
    body_limit: int = JSON_BODY_LIMIT,
    internal: bool = True,
    tokens: TokenVerifier | None = None,
    open_paths: Collection[str] = OPEN_PATHS,
    body_models: Sequence[type[BaseModel]] = (),
    secrets_behind: tuple[str, ...] = (),
) -> FastAPI:
    """Put a service together.

    Outermost first: request context (id, log line, metrics, 500), internal authentication (unless `internal` is
    False, as at the gateway, which does its own), the body's limit in bytes, then the routes. `tokens` stands in for
    internal tokens; `open_paths` need none. `body_models` go into the OpenAPI document beside the models that routes
    declare, for request bodies that are described by hand. What follows `secrets_behind` in a path is not logged.
    """
    configure_logging(name, level=settings.log_level, style=settings.log_format)
    app = FastAPI(
        title=title,
        description=description,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    install_problem_handlers(app)
    install_openapi(app, body_models, upload_limit=settings.upload_limit)
    app.state.upload_limit = settings.upload_limit
    for router in (health_router(checks, registry, warnings or {}), *routers):
        # Not include_router, which keeps the router as one route: it tries all its paths twice for every request.
        app.router.routes.extend(router.routes)
    app.add_middleware(BodyLimitMiddleware, max_body_size=body_limit)
    if internal:
        tokens = tokens or InternalTokens(settings.internal_secret.get_secret_value(), name)
        app.add_middleware(InternalAuthMiddleware, tokens=tokens, audience=name, open_paths=open_paths)
    app.add_middleware(
        RequestContextMiddleware, registry=registry, public_url=settings.public_url, secrets_behind=secrets_behind
    )
    return app
