"""No weights yet: uploads are kept and wait, everything says why, and the backlog drains when a package is there."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.stack import eventually, running_stack, send
from tests.photographs import photographs
from tests.vision.package_cache import untrained_package

NOWHERE = "http://127.0.0.1:9"  # the discard port: every download fails at once, with or without internet


def test_images_wait_for_a_model(tmp_path: Path) -> None:
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    with (
        running_stack(tmp_path, PICTOR_WEIGHTS="imagenet", no_proxy="127.0.0.1", **proxies) as stack,
        stack.client() as client,
    ):
        assert "PICTOR_WEIGHTS" in "".join(stack.output)
        sent = [send(client, photo, wait_s=0)["id"] for photo in photographs(3)]
        kept = eventually(
            lambda: [client.get(f"/v1/images/{image_id}").json() for image_id in sent],
            lambda images: all(image["state"] == "deferred" for image in images),
        )
        assert {image["state"] for image in kept} == {"deferred"}
        assert all("model" in image["state_reason"] for image in kept)
        status = client.get("/v1/status").json()
        assert (status["state"], status["model"]["state"]) == ("degraded", "missing")
        assert "pictor model build" in status["model"]["detail"]
        refused = client.post("/v1/classify", content=photographs(1)[0], headers={"content-type": "image/jpeg"})
        assert (refused.status_code, refused.json()["code"]) == (503, "model_missing")
        assert "pictor model build" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) > 0

        shutil.copytree(untrained_package(), tmp_path / "models" / "copy")
        (tmp_path / "models" / "copy").rename(tmp_path / "models" / "inception_v3-imagenet")
        ready = eventually(
            lambda: [client.get(f"/v1/images/{image['id']}").json()["state"] for image in kept],
            lambda found: set(found) == {"ready"},
        )
        assert ready == ["ready"] * 3


@pytest.mark.parametrize("weights", ["/no/such/file"])
def test_weights_that_are_not_there_end_the_start(tmp_path: Path, weights: str) -> None:
    with (
        pytest.raises(AssertionError, match="neither a file nor a model package"),
        running_stack(tmp_path, PICTOR_WEIGHTS=weights),
    ):
        pass
