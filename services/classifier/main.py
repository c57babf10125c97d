"""The classifier: labels and embeddings by one network, stateless."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.classifier.config import Settings
from services.classifier.handlers import classify, internal, model_management, open_inference
from services.classifier.handlers.protocol_errors import ProtocolErrorsMiddleware
from services.classifier.schemas.inference import InferRequest
from services.classifier.schemas.management import IndexRequest
from services.classifier.services.classification import ClassificationService
from services.classifier.services.inference_metrics import InferenceMetrics
from services.classifier.services.model_loading import model_loading
from services.classifier.services.model_watch import ModelWatch
from services.classifier.services.open_inference import OpenInferenceService
from services.classifier.services.queue_collector import QueueCollector
from services.kit.app import create_service_app
from services.kit.http.internal_auth import OPEN_PATHS, StaticToken
from services.kit.http.limits import service_body_limit
from services.vision.decoding import Decoder

logger = logging.getLogger(__name__)

DRAIN_S = 3.0
DESCRIPTION = """A network over HTTP: `POST /v1/classify` takes an image and gives labels; `/v2` is the
[Open Inference Protocol](https://github.com/kserve/open-inference-protocol) for tensors, with the binary tensor data
extension, and works with its clients as they are."""
PROBED_PATHS = {"/v2/health/live", "/v2/health/ready"}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the service together. It starts without a model package, and serves once there is one."""
    settings = settings or Settings()
    body_limit = service_body_limit(settings.upload_limit)
    registry = CollectorRegistry()
    metrics = InferenceMetrics(registry)
    decoder = Decoder(settings.decode_limits)
    models = ModelWatch(settings.model_package, model_loading(settings, decoder=decoder, metrics=metrics))
    registry.register(QueueCollector(models))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        """Look for the model beside serving, since without one there are answers to give as well.

        At the end the server has answered, or given up, every request before we come back here. Then: look no more,
        or a model could be loaded into a process that ends; finish the queue; last the decoder, which requests need
        before the queue.
        """
        if settings.auth == "none":
            logger.warning("PICTOR_AUTH=none: whoever reaches this port may use the model; keep it off public networks")
        watching = asyncio.create_task(models.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await models.close(within_s=DRAIN_S)
            await decoder.stop()

    app = create_service_app(
        "classifier",
        settings=settings,
        title="Pictor classifier",
        description=DESCRIPTION,
        # The paths that have no model's name come before those that do: a model may not be called `stats`.
        routers=[classify.router, model_management.router, open_inference.router, internal.router],
        checks={"model": models.check},
        lifespan=lifespan,
        registry=registry,
        body_limit=body_limit,
        internal=settings.auth != "none",
        tokens=None if settings.auth_token is None else StaticToken(settings.auth_token.get_secret_value()),
        open_paths=OPEN_PATHS | PROBED_PATHS,
        body_models=[classify.ClassifyForm, InferRequest, IndexRequest],
    )
    app.add_middleware(ProtocolErrorsMiddleware)
    app.state.body_limit = body_limit
    app.state.models = models
    app.state.classification = ClassificationService(
        models, decoder=decoder, metrics=metrics, deadline_s=settings.inference_deadline_s
    )
    app.state.open_inference = OpenInferenceService(
        models,
        deadline_s=settings.inference_deadline_s,
        ingest_deadline_s=settings.ingest_deadline_s,
        body_limit=body_limit,
    )
    return app
