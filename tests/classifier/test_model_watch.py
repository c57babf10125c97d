"""The model's life: missing, loading, ready or broken, and mended, without a restart."""

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.kit.testing.apps import TEST_SECRET, a_user, client_of, running
from services.vision.model_report import ModelReport
from services.vision.packages.package import file_digest
from tests.classifier.pictures import an_image
from tests.classifier.tensors import INFER, binary_request, images

KNOWN = [name for name in ModelReport.model_fields if name not in {"state", "detail"}]
JPEG = {"content": an_image("JPEG"), "headers": {"content-type": "image/jpeg"}}
ADVICE = (
    "There is no model package yet. Put one where PICTOR_MODEL_PACKAGE points: `pictor model build starter --to "
    "DIR`, whose weights are installed, or another network. It is picked up by itself."
)


@asynccontextmanager
async def a_classifier(folder: Path):
    app = create_app(Settings(model_package=folder, internal_secret=TEST_SECRET))
    async with running(app), client_of(app, "classifier") as service:
        service.app = app
        yield service


async def until(service, state: str) -> dict:
    async with asyncio.timeout(120):
        while True:
            report = (await service.get("/internal/model")).json()
            if report["state"] == state:
                return report
            await asyncio.sleep(0.05)


def put_package(package_folder: Path, folder: Path) -> None:
    """Make a package of links to another's files, so that some can be replaced."""
    shutil.copytree(package_folder, folder, copy_function=lambda source, target: Path(target).symlink_to(source))


async def test_without_a_package_it_says_what_to_do_and_serves_once_there_is_one(tmp_path, package_folder, capsys):
    folder = tmp_path / "package"
    async with a_classifier(folder) as service:
        report = (await service.get("/internal/model")).json()
        assert report == {
            "state": "missing",
            "detail": ADVICE,
            **dict.fromkeys(KNOWN),
        }
        assert (await service.get("/readyz")).json() == {
            "status": "not_ready",
            "checks": {"model": f"missing: {ADVICE}"[:200]},
        }
        assert (await service.get("/livez")).status_code == 200
        assert (await service.get("/v2/health/live")).json() == {"live": True}
        ready = await service.get("/v2/health/ready")
        assert (ready.status_code, ready.json()) == (503, {"ready": False})
        for refused in [
            await service.post("/v1/classify", **JPEG),
            await service.post(INFER, **binary_request(images(1))),
            await service.get("/v2/models/inception_v3/ready"),
        ]:
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "15")
            assert (refused.json()["code"], refused.json()["detail"]) == ("model_missing", ADVICE)
        assert 'pictor_model_state{state="missing"} 1.0' in (await service.get("/metrics")).text

        put_package(package_folder, folder)
        report = await until(service, "ready")

        assert report["name"] == "inception_v3"
        assert report["trained"] is False
        assert (await service.get("/readyz")).json() == {"status": "ready", "checks": {"model": "ok"}}
        assert (await service.post("/v1/classify", **JPEG)).status_code == 200
        assert (await service.post(INFER, **binary_request(images(1)))).status_code == 200
    [missing, untrained] = [line for line in capsys.readouterr().out.splitlines() if "WARNING" in line]
    assert ADVICE in missing
    assert str(folder) in missing
    assert "the weights are untrained" in untrained


async def test_a_broken_package_says_why_and_serves_once_it_is_mended(tmp_path, package_folder, capsys):
    folder = tmp_path / "package"
    put_package(package_folder, folder)
    labels = folder / "labels.json"
    labels.unlink()
    labels.write_text("[]")
    async with a_classifier(folder) as service:
        report = await until(service, "broken")
        assert report["detail"].startswith(f"{labels} is not the file that was built")
        assert (await service.get("/readyz")).status_code == 503
        refused = await service.post("/v1/classify", **JPEG)
        assert (refused.status_code, refused.json()["code"]) == (503, "model_not_ready")
        assert str(folder) not in refused.text

        labels.unlink()
        labels.symlink_to(package_folder / "labels.json")
        await until(service, "ready")

        assert (await service.post("/v1/classify", **JPEG)).status_code == 200
    assert capsys.readouterr().out.count("is refused") == 1  # tried once, and again only when it had changed


async def test_a_network_that_computes_something_else_is_refused(tmp_path, package_folder):
    folder = tmp_path / "package"
    put_package(package_folder, folder)
    weights = folder / "model.bin"
    content = bytearray(weights.read_bytes())
    content[1_000_000:9_000_000] = content[9_000_000:17_000_000]
    weights.unlink()
    weights.write_bytes(content)
    declare(folder, "model.bin")

    async with a_classifier(folder) as service:
        report = await until(service, "broken")

    assert "strays from the reference" in report["detail"]


def declare(folder: Path, name: str) -> None:
    """Write the digest of a changed file into the manifest, as somebody would who wants it accepted."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name] = file_digest(folder / name)
    path.unlink()
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("content", ["", "{}", "not JSON"])
async def test_a_manifest_that_cannot_be_read_is_a_reason(tmp_path, content):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "manifest.json").write_text(content)

    async with a_classifier(folder) as service:
        report = await until(service, "broken")

    assert "is not a manifest" in report["detail"]


async def test_a_package_that_goes_before_it_was_loaded_is_missing_again(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    async with a_classifier(folder) as service:
        await until(service, "broken")

        shutil.rmtree(folder)

        assert (await until(service, "missing"))["detail"] == ADVICE


async def test_users_do_not_see_the_internal_report(tmp_path):
    async with a_classifier(tmp_path) as service, client_of(service.app, "classifier", a_user()) as user:
        refused = await user.get("/internal/model")

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
