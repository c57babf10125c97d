"""PICTOR_UPLOAD_LIMIT, smaller and larger than usual: one variable, which gateway, services and documents follow.

Real services behind a real gateway that routes by the committed contracts; only the classifier's model is a fake.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from pictor.contracts import FOLDER
from services.classifier import config as classifier_config
from services.classifier import main as classifier_main
from services.classifier.schemas.classification import Classification, ClassifierModel
from services.kit.http.limits import FORM_OVERHEAD, JSON_BODY_LIMIT, MIB
from services.kit.testing.apps import TEST_SECRET, client_of, running
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import running_catalog
from tests.catalog.pictures import a_picture
from tests.gateway.stage import Gateway, served
from tests.gateway.stage import Stage as GatewayStage
from tests.similarity.stage import staged

SMALLER, LARGER = 100_000, 26 * MIB
WORDS = {SMALLER: "100,000 bytes", LARGER: "26 MiB"}
RAW = {"/v1/images": "catalog", "/v1/classify": "classifier", "/v1/search/similar:picture": "similarity"}
FORMS = {"/v1/images:upload": "catalog", "/v1/classify:upload": "classifier", "/v1/search/similar:upload": "similarity"}
ROUTES = {**RAW, **FORMS}
MODEL = ClassifierModel(name="a fake", version="0", space="a_fake-0", trained=False, engine="none", precision="fp32")


class FakeClassification:
    """A FAKE model: it labels nothing."""

    def require_room(self, _model: str | None) -> None: ...

    async def classify(self, _image: Path, **_asked: float) -> Classification:
        return Classification(labels=[], model=MODEL)


@dataclass
class Whole:
    limit: int
    gateway: Gateway
    inner: dict[str, FastAPI]
    headers: dict[str, str]
    kept: UUID
    """An image that everybody may see."""

    async def send(self, path: str, size: int, **more: str) -> httpx.Response:
        picture = a_picture()
        headers = {**self.headers, "content-type": "image/jpeg", **more}
        return await self.gateway.client.post(path, content=picture + bytes(size - len(picture)), headers=headers)

    async def send_form(self, path: str, size: int) -> httpx.Response:
        file = ("a.jpg", a_picture() + bytes(size - len(a_picture())), "image/jpeg")
        return await self.gateway.client.post(path, files={"file": file}, headers=self.headers)


@pytest.fixture(params=[SMALLER, LARGER])
async def whole(
    request: pytest.FixtureRequest, postgres: TestPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Whole]:
    monkeypatch.setenv("PICTOR_UPLOAD_LIMIT", str(request.param))
    async with AsyncExitStack() as stack:
        catalog = await stack.enter_async_context(running_catalog(postgres, tmp_path))
        similarity = await stack.enter_async_context(staged(await postgres.create("similarity")))
        kept = await similarity.keep(a_picture(), public=True)
        settings = classifier_config.Settings(internal_secret=TEST_SECRET, model_package=tmp_path / "none")
        classifier = await stack.enter_async_context(running(classifier_main.create_app(settings)))
        classifier.state.classification = FakeClassification()
        inner = {"catalog": catalog.app, "classifier": classifier, "similarity": similarity.app}
        urls = {f"{name}_url": await stack.enter_async_context(served(app)) for name, app in inner.items()}
        gateway = await GatewayStage(stack, postgres, tmp_path).gateway(contracts=FOLDER, **urls)
        yield Whole(request.param, gateway, inner, await gateway.joined(), kept)


async def test_a_file_of_that_size_is_taken_and_one_byte_more_is_not(whole: Whole) -> None:
    for paths, send in ((RAW, whole.send), (FORMS, whole.send_form)):
        for path in paths:
            taken = await send(path, whole.limit)
            assert taken.status_code in (200, 201), (path, taken.text)
            refused = await send(path, whole.limit + 1)
            assert (refused.status_code, refused.json()["code"]) == (413, "content_too_large"), path
    for path in RAW:
        assert (await whole.send(path, whole.limit + 1)).json()["detail"] == (
            f"A file may have {WORDS[whole.limit]} at the most."
        )


async def test_the_gateway_refuses_what_it_needs_not_pass_on(whole: Whole) -> None:
    most = max(whole.limit + FORM_OVERHEAD, JSON_BODY_LIMIT)
    for path in ROUTES:
        refused = await whole.send(path, len(a_picture()), **{"content-length": str(most + 1)})
        assert (refused.status_code, refused.json()["code"]) == (413, "content_too_large")
        assert refused.json()["detail"] == f"The body has {most + 1} bytes; {most} are the most that this path takes."


async def test_the_documents_say_it(whole: Whole) -> None:
    public = (await whole.gateway.client.get("/v1/openapi.json")).json()
    for path, name in ROUTES.items():
        async with client_of(whole.inner[name], name) as client:
            own = (await client.get("/openapi.json")).json()
        for document in (public, own):
            operation = document["paths"][path]["post"]
            assert operation["x-pictor-upload-limit"] == whole.limit
            assert operation["x-pictor-body-limit"] == max(whole.limit + FORM_OVERHEAD, JSON_BODY_LIMIT)
            assert "100 MiB" not in operation["description"]
            if "/v1/images" not in path:
                assert WORDS[whole.limit] in operation["description"]


async def test_other_bodies_are_as_large_as_ever(whole: Whole) -> None:
    """JSON through the gateway, and tensors from another service."""
    example = json.dumps({"like": [{"image_id": str(whole.kept)}]})
    updates = json.dumps({"updates": [{"id": str(UUID(int=1)), "title": "nobody's"}]})
    said = {**whole.headers, "content-type": "application/json"}
    for path, body, most in (("search/similar", example, MIB), ("images:batchUpdate", updates, 8 * MIB)):
        answer = await whole.gateway.client.post(f"/v1/{path}", content=body.ljust(most).encode(), headers=said)
        assert answer.status_code == 200, answer.text
    async with client_of(whole.inner["classifier"], "classifier") as client:
        tensors = await client.post("/v2/models/inception_v3/infer", content=bytes(25 * MIB))
    assert tensors.json()["code"] != "content_too_large"
