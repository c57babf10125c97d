"""A classifier that lets another one compute: as good as its own engine, and back by itself when the other is."""

import asyncio

import numpy as np
import pytest
from pydantic import ValidationError

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.kit.testing.apps import TEST_SECRET, client_of, running
from services.protocol.tensors import read_answer
from tests.classifier import server as serving
from tests.classifier.tensors import HEADER_LENGTH, INFER, binary_request, images

BINARY_OUTPUTS = [{"name": name, "parameters": {"binary_data": True}} for name in ("probabilities", "embedding")]


def the_other(folder, package_folder):
    """A second, real classifier."""
    folder.mkdir()
    return serving.running_server(folder, package_folder, auth="none", engine="openvino", precision="fp32")


async def until(front, state: str) -> dict:
    async with asyncio.timeout(120):
        while True:
            report = (await front.get("/internal/model")).json()
            if report["state"] == state:
                return report
            await asyncio.sleep(0.05)


async def answered(front, request: dict):
    """The answer; refusals that a busy machine causes (late, not checked yet) are asked again."""
    async with asyncio.timeout(120):
        while (answer := await front.post(INFER, **request)).status_code in {503, 504}:  # noqa: ASYNC110 - an answer over HTTP sets no event
            await asyncio.sleep(0.2)
    return answer


async def test_it_serves_while_the_other_does_and_comes_back_with_it(
    tmp_path, package_folder, engine, monkeypatch, capsys
):
    port = serving._free_port()
    monkeypatch.setattr(serving, "_free_port", lambda: port)  # the same address again after a restart
    settings = Settings(
        model_package=package_folder,
        internal_secret=TEST_SECRET,
        engine="remote",
        remote_url=f"http://127.0.0.1:{port}",
    )
    app = create_app(settings)
    async with running(app), client_of(app, "classifier") as front:
        report = await until(front, "broken")
        assert "cannot be reached" in report["detail"]
        assert (await front.get("/readyz")).status_code == 503

        with the_other(tmp_path / "first", package_folder):
            report = await until(front, "ready")
            assert (report["engine"], report["precision"]) == ("remote", "fp32")
            answer = await answered(front, binary_request(images(3), outputs=BINARY_OUTPUTS))
        expected = engine.infer(images(3))
        tensors = read_answer(answer.content, answer.headers[HEADER_LENGTH]).tensors
        np.testing.assert_allclose(tensors["embedding"], expected.embeddings, rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(tensors["probabilities"], expected.probabilities, rtol=1e-3)

        for _ in range(2):
            gone = await front.post(INFER, **binary_request(images(1)))
            assert (gone.status_code, gone.json()["code"]) == (503, "inference_failed")
            assert gone.headers["retry-after"] == "1"

        with the_other(tmp_path / "second", package_folder):
            assert (await answered(front, binary_request(images(1)))).status_code == 200
    log = capsys.readouterr().out
    assert log.count("is refused (package_remote_unfit)") == 1
    assert "it is checked again before it is used" in log


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"engine": "remote"}, "belong together"),
        ({"remote_url": "http://127.0.0.1:8000"}, "belong together"),
        ({"engine": "remote", "remote_url": "127.0.0.1:8000"}, "remote_url"),
        ({"engine": "remote", "remote_url": "http://me:secret@127.0.0.1"}, "remote_token"),
        ({"engine": "remote", "remote_url": "http://127.0.0.1", "remote_model": "../x"}, "remote_model"),
    ],
)
def test_settings_that_cannot_work_are_refused(tmp_path, changes, said):
    with pytest.raises(ValidationError, match=said):
        Settings(model_package=tmp_path, internal_secret=TEST_SECRET, **changes)


def test_the_settings_name_the_model(tmp_path):
    remote = Settings(
        model_package=tmp_path,
        internal_secret=TEST_SECRET,
        engine="remote",
        remote_url="https://models.example.org/triton/",
        remote_token="secret",
    ).remote

    assert remote is not None
    assert (remote.url, remote.name, remote.token) == ("https://models.example.org/triton", None, "secret")
