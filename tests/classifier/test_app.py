"""How the service is put together: its document, its settings, what it imports."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.kit.http.openapi import operations
from services.kit.testing.apps import TEST_SECRET, client_of, running
from tests.classifier.server import REPOSITORY


def settings(tmp_path, **changes):
    return Settings(**{"model_package": tmp_path / "package", "internal_secret": TEST_SECRET, **changes})


def test_the_document_describes_images_as_files(tmp_path):
    document = create_app(settings(tmp_path)).openapi()

    raw, form = (document["paths"][path]["post"] for path in ("/v1/classify", "/v1/classify:upload"))
    assert (raw["operationId"], form["operationId"]) == ("classify_image", "classify_image_upload")
    for operation in (raw, form):
        assert operation["security"] == [{"bearer": ["classify"]}]
        assert operation["x-pictor-body-limit"] == 100 * 1024 * 1024 + 64 * 1024
    assert raw["requestBody"]["content"] == {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
    assert form["requestBody"]["content"] == {
        "multipart/form-data": {"schema": {"$ref": "#/components/schemas/ClassifyForm"}}
    }
    form = document["components"]["schemas"]["ClassifyForm"]
    assert (form["properties"]["file"]["format"], form["required"]) == ("binary", ["file"])


def test_every_reference_of_the_document_leads_somewhere(tmp_path):
    document = create_app(settings(tmp_path)).openapi()

    parts = {f"#/components/{kind}/{name}" for kind, named in document["components"].items() for name in named}
    assert set(references(document)) <= parts
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids)) == 18


def references(node):
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for value in node.values() for found in references(value)]
    return [found for item in node for found in references(item)] if isinstance(node, list) else []


async def test_alone_it_needs_no_token_and_says_so(tmp_path, capsys):
    app = create_app(Settings(model_package=tmp_path / "package", auth="none"))

    async with running(app), client_of(app, "classifier") as client:
        client.auth = None
        answers = [await client.get(path) for path in ("/v2", "/v2/health/live", "/internal/model")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "PICTOR_AUTH=none" in capsys.readouterr().out


async def test_in_the_stack_it_needs_one(tmp_path):
    app = create_app(settings(tmp_path))

    async with running(app), client_of(app, "classifier") as client:
        client.auth = None
        answer = await client.get("/v2")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.json()["error"] == answer.json()["detail"]


def test_in_the_stack_it_does_not_start_without_the_secret(tmp_path):
    with pytest.raises(ValidationError, match="internal_secret"):
        Settings(model_package=tmp_path)


def test_a_queue_smaller_than_a_batch_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="at least one batch"):
        settings(tmp_path, inference_max_batch=4, inference_max_queue=3)


def test_putting_it_together_loads_no_engine(tmp_path):
    program = (
        "import sys; from services.classifier.main import create_app; create_app(); "
        "print([name for name in ('openvino', 'tensorflow', 'PIL') if name in sys.modules])"
    )
    environment = {"PICTOR_AUTH": "none", "PICTOR_MODEL_PACKAGE": str(tmp_path / "package")}

    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, env=environment, check=True, capture_output=True, text=True
    )

    assert printed.stdout.strip() == "[]"
