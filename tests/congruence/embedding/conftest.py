"""Every embedder over the same untrained package, behind one fixture."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.classifier import config as classifier_config
from services.classifier import main as classifier_main
from services.kit.clients import ServiceClient
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.problems import Unavailable
from services.kit.testing.apps import TEST_SECRET, running
from services.similarity.embedding import Embedder, LocalEmbedder, ModelState, RemoteEmbedder
from tests.similarity.serving import served
from tests.vision.package_cache import untrained_package

START_S = 180.0
LOOK_S = 0.05


@pytest.fixture(scope="session")
def package_folder() -> Path:
    """The folder of an untrained package; read-only."""
    return untrained_package()


@asynccontextmanager
async def an_embedder(kind: str, package: Path) -> AsyncIterator[Embedder]:
    """`remote` asks the real classifier, on a port of loopback; `local` has the package itself."""
    if kind == "local":
        local = LocalEmbedder(package, "openvino", look_every_s=0.1)
        await local.start()
        yield local
        await local.close()
        return
    settings = classifier_config.Settings(internal_secret=TEST_SECRET, model_package=package, engine="openvino")
    app = classifier_main.create_app(settings)
    async with running(app), served(app) as [url]:
        tokens = InternalTokens(TEST_SECRET, "similarity")
        remote = RemoteEmbedder(ServiceClient(url, audience="classifier", tokens=tokens))
        await remote.start()
        yield remote
        await remote.close()


async def until(embedder: Embedder, state: ModelState) -> None:
    for _ in range(int(START_S / LOOK_S)):
        with contextlib.suppress(Unavailable):  # opening an engine can keep a small process from answering in time
            if (await embedder.model()).state is state:
                return
        await asyncio.sleep(LOOK_S)
    pytest.fail(f"the model did not become {state}: {await embedder.model()}")


@pytest.fixture(params=["remote", "local"])
async def embedder(request: pytest.FixtureRequest, package_folder: Path) -> AsyncIterator[Embedder]:
    """Ready to embed."""
    async with an_embedder(request.param, package_folder) as made:
        await until(made, ModelState.READY)
        yield made
