"""The service with its vectors in Milvus, as the settings ask for it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import pytest
from milvus_lite.server_manager import server_manager_instance

from services.kit.testing.apps import a_user
from services.similarity.config import Settings
from services.similarity.index.opening import MilvusNotInstalled
from services.similarity.main import create_app
from tests.similarity.stage import Stage, ids, staged
from tests.similarity.test_document import NOWHERE
from tests.similarity.test_points import X, Y, found, put

OTHER = a_user(2)


@pytest.fixture
async def stage(url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The same stories as elsewhere, on milvus-lite."""
    path = str(tmp_path / "milvus.db")
    async with staged(url, index="milvus", milvus_uri=path) as stage:
        yield stage
    server_manager_instance.release_server(path)


async def test_images_are_found_by_what_they_look_like(stage: Stage) -> None:
    drawn = np.random.default_rng(0).random((6, 8), dtype=np.float32)
    kept = [await stage.put(vector, owner=OTHER, public=number % 2 == 0) for number, vector in enumerate(drawn)]
    mine = await stage.put(drawn[2] + np.float32(0.01))
    answer = await stage.similar(mine)
    assert ids(answer)[0] == kept[2]
    assert set(ids(answer)) == {kept[0], kept[2], kept[4]}


async def test_a_point_is_stored_changed_and_forgotten(stage: Stage) -> None:
    assert await put(stage, 1, X, owner=OTHER) == 204
    assert await put(stage, 2, Y) == 204
    assert await found(stage) == [2]
    for _ in range(2):
        changed = await stage.service.patch(f"/points/{UUID(int=1)}", json={"public": True, "label_ids": ["n1"]})
        assert changed.status_code == 204
    assert await found(stage) == [1, 2]
    assert await found(stage, mode="exact", filter={"label_groups": [["n1", "n2"]]}) == [1]
    for _ in range(2):
        assert (await stage.service.delete(f"/points/{UUID(int=2)}")).status_code == 204
    assert await found(stage) == [1]
    [space] = (await stage.service.get("/internal/spaces")).json()["items"]
    assert (space["points"], space["modes"], space["trained"]) == (1, ["exact", "hnsw"], True)


async def test_it_says_that_milvus_is_there(stage: Stage) -> None:
    answer = await stage.client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (200, {"database": "ok", "milvus": "ok"})


async def test_it_is_not_ready_without_milvus() -> None:
    app = create_app(Settings(**NOWHERE, index="milvus", milvus_uri="http://127.0.0.1:9", milvus_timeout_s=0.5))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["milvus"] != "ok"


def test_without_the_setting_its_client_is_not_loaded() -> None:
    arguments = ", ".join(f"{name}={value!r}" for name, value in NOWHERE.items())
    program = (
        "import sys\n"
        "from services.similarity.config import Settings\n"
        "from services.similarity.main import create_app\n"
        f"create_app(Settings({arguments}))\n"
        "print([name for name in sys.modules if name.startswith(('pymilvus', 'grpc'))])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=180)
    assert said.stdout.strip() == "[]"


def test_without_its_package_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "services.similarity.index.milvus", None)
    with pytest.raises(MilvusNotInstalled, match=r"pictor\[milvus\]"):
        create_app(Settings(**NOWHERE, index="milvus", milvus_uri="http://127.0.0.1:9"))
