"""The gateway, put together: `uvicorn --factory services.gateway.main:create_app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from services.gateway.accounts.administration import Administration
from services.gateway.accounts.audit import AuditLog
from services.gateway.accounts.authentication import Authenticator
from services.gateway.accounts.credentials import Pepper
from services.gateway.accounts.deletion import DeletionService
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.pepper_check import require_same_pepper
from services.gateway.accounts.quotas import Quotas
from services.gateway.accounts.sessions import SessionService, SignInThrottle
from services.gateway.accounts.shares import ShareService
from services.gateway.clients.probes import Probes
from services.gateway.clients.upstream import Upstream
from services.gateway.config import Settings
from services.gateway.edge.addresses import ProxyMiddleware
from services.gateway.edge.compression import CompressionMiddleware
from services.gateway.edge.cors import CorsMiddleware
from services.gateway.edge.head import HeadMiddleware
from services.gateway.handlers import accounts, api_keys, audit, pages, sessions, shares, status, users
from services.gateway.handlers.gate import Gate
from services.gateway.process import Process
from services.gateway.proxy.admission import Admission
from services.gateway.proxy.contracts import (
    INNER_SERVICES,
    OWN,
    RoutingTable,
    public_operations,
    read_document,
)
from services.gateway.proxy.document import PublicDocument, read_public_document
from services.gateway.proxy.forwarding import Proxy
from services.gateway.services.model_routing import CANDIDATE, ModelRouter
from services.gateway.services.rates import TokenBuckets
from services.gateway.services.readiness import DatabaseCheck
from services.gateway.services.status import StatusService
from services.kit.app import create_service_app
from services.kit.clients import ServiceClient, trusted_certificates
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.openapi import Document, set_upload_limit
from services.kit.migrate import migrations_folder
from services.kit.postgres.database import Database
from services.kit.public_url import path_of
from services.protocol.quota import Quota

DESCRIPTION = "Users, sessions, API keys, and the state of the whole."


SECRETS_BEHIND = ("/v1/shares/", "/s/")
"""Of a path that begins so, what follows is the secret of a share link, and in no log."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the app. Contracts and database are first touched in the lifespan, so the document needs neither."""
    settings = settings or Settings()
    database = Database(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """Read the contracts before anything is opened: without them there is nothing to serve."""
        routes = _routing_table(settings, app.openapi())
        document = read_public_document(
            settings.contracts, upload_limit=settings.upload_limit, public_url=settings.public_url
        )
        await database.require_schema(migrations_folder(OWN))
        pepper = Pepper(settings.key_pepper.get_secret_value())
        await require_same_pepper(database, pepper, accept_change=settings.forget_keys)
        app.state.process = process = _process(settings, database, pepper, routes, document)
        background = [asyncio.create_task(process.deletions.run()), asyncio.create_task(process.audit.run())]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await process.close()
            await database.close()

    app = create_service_app(
        OWN,
        settings=settings,
        title="Pictor gateway",
        description=DESCRIPTION,
        routers=[
            users.router,
            accounts.router,
            sessions.router,
            api_keys.router,
            shares.router,
            audit.router,
            status.router,
            pages.pages_router(path_of(settings.public_url)),
        ],
        checks={"database": DatabaseCheck(database)},
        lifespan=lifespan,
        registry=CollectorRegistry(),
        internal=False,
        secrets_behind=SECRETS_BEHIND,
    )
    app.state.database = database
    app.state.registration_open = settings.registration == "open"
    _put_in_front(app, settings)
    return app


def _put_in_front(app: FastAPI, settings: Settings) -> None:
    """The gate stands behind the request context, which gives every refusal its id, and in front of all else."""
    gate = Middleware(Gate, process=lambda: app.state.process, settings=settings)
    app.user_middleware[1:1] = [Middleware(HeadMiddleware), Middleware(CompressionMiddleware), gate]
    proxies = Middleware(
        ProxyMiddleware,
        trusted=settings.trusted_proxies,
        header=settings.client_address_header,
        prefix=path_of(settings.public_url),
    )
    cors = [Middleware(CorsMiddleware, origins=settings.cors_origins)] if settings.cors_origins else []
    app.user_middleware[0:0] = [proxies, *cors]


def _routing_table(settings: Settings, own: Document) -> RoutingTable:
    inner = {name: read_document(settings.contracts, name) for name in INNER_SERVICES}
    documents = {OWN: own} | {name: set_upload_limit(found, settings.upload_limit) for name, found in inner.items()}
    return RoutingTable([found for name, document in documents.items() for found in public_operations(name, document)])


def _process(
    settings: Settings, database: Database, pepper: Pepper, routes: RoutingTable, document: PublicDocument
) -> Process:
    urls = {
        "catalog": settings.catalog_url,
        "classifier": settings.classifier_url,
        "similarity": settings.similarity_url,
    }
    if settings.candidate_url is not None:
        urls[CANDIDATE] = settings.candidate_url
    tokens = InternalTokens(settings.internal_secret.get_secret_value(), OWN)
    authenticator = Authenticator(database, pepper, cache_s=settings.key_cache_s)
    passwords = Passwords()
    trust = trusted_certificates()
    probes = Probes(urls, tokens, trust=trust)
    models = ModelRouter(probes, has_candidate=CANDIDATE in urls)
    upstreams = {
        name: Upstream(name, url, silence_s=settings.upstream_timeout_s, trust=trust) for name, url in urls.items()
    }
    catalog = ServiceClient(settings.catalog_url, audience="catalog", tokens=tokens)
    throttle = SignInThrottle()
    return Process(
        administration=Administration(database, passwords=passwords, authenticator=authenticator),
        admission=Admission(
            routes=routes,
            authenticator=authenticator,
            cookie_name=pepper.cookie_name,
            user_rate=TokenBuckets("user", rate_per_s=settings.rate_per_s, burst=settings.rate_burst),
            anonymous_rate=TokenBuckets(
                "anonymous", rate_per_s=settings.anonymous_rate_per_s, burst=settings.anonymous_rate_burst
            ),
            visitor_rate=TokenBuckets("visitor", rate_per_s=settings.rate_per_s, burst=settings.rate_burst),
        ),
        audit=AuditLog(database, kept=timedelta(days=settings.audit_days)),
        authenticator=authenticator,
        deletions=DeletionService(
            database, catalog, authenticator=authenticator, settle=timedelta(seconds=settings.account_settle_s)
        ),
        document=document,
        passwords=passwords,
        pepper=pepper,
        probes=probes,
        proxy=Proxy(upstreams, tokens, models),
        quotas=Quotas(catalog, default=Quota(settings.quota_bytes or None, settings.quota_images or None)),
        sessions=SessionService(
            database,
            passwords=passwords,
            pepper=pepper,
            throttle=throttle,
            authenticator=authenticator,
        ),
        shares=ShareService(database, catalog, passwords=passwords, pepper=pepper, throttle=throttle),
        catalog=catalog,
        status=StatusService(probes, models),
        upstreams=upstreams,
    )
