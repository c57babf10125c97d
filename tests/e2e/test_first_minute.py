"""What a stranger meets on a machine that reaches its package index and nothing else: real labels, and no variable set.

CI runs this on every Python that `make` takes.
"""

import json
import shlex
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import RunningStack, running_stack, send
from tests.photographs import photo_files

NOWHERE = "http://127.0.0.1:9"  # the discard port: the official weights cannot be had, with or without internet
STARTER = "efficientnet_lite2"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The real stack on a fresh data folder; PICTOR_WEIGHTS is not set."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    with running_stack(tmp_path_factory.mktemp("data"), no_proxy="127.0.0.1", **proxies) as stack:
        yield stack


@pytest.fixture
def client(stack: RunningStack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


def bundled(name: str) -> bytes:
    """A photograph that scikit-image brings."""
    found = find_spec("skimage")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "data" / name).read_bytes()


def test_the_first_curl_brings_labels_that_a_trained_network_gave(stack: RunningStack) -> None:
    said = "".join(stack.output)
    assert "Inception V3 cannot be had just now" in said
    assert f"{STARTER}, the starter" in said
    curl = next(shlex.split(line) for line in stack.output if line.startswith("  curl "))
    image = json.loads(subprocess.run(curl, capture_output=True, check=True, timeout=120).stdout)
    assert image["state"] == "ready"
    assert [label["trained"] for label in image["labels"]] == [True] * 5
    assert {label["model"].rpartition("-")[0] for label in image["labels"]} == {STARTER}


@pytest.mark.parametrize(
    ("name", "kind", "meaning"),
    [("chelsea.png", "png", "cat"), ("coffee.png", "png", "espresso"), ("rocket.jpg", "jpeg", "missile")],
)
def test_photographs_are_found_by_what_they_show(client: httpx.Client, name: str, kind: str, meaning: str) -> None:
    headers = {"content-type": f"image/{kind}", "prefer": "wait=30"}
    image = client.post("/v1/images", content=bundled(name), headers=headers).raise_for_status().json()
    found = client.get("/v1/images", params={"label": meaning, "min_score": 0.05}).raise_for_status().json()
    assert image["id"] in [one["id"] for one in found["items"]]


def test_the_class_is_first_in_four_of_five_photographs(client: httpx.Client) -> None:
    """Of those that are named after their classes, where the machine has them; without any, nothing is claimed."""
    files = [path for path in photo_files(40) if path.name[1:9].isdecimal()]
    first = five = 0
    for path in files:
        labels = [label["id"] for label in send(client, path.read_bytes())["labels"]]
        first, five = first + (labels[0] == path.name[:9]), five + (path.name[:9] in labels)
    assert first >= 0.8 * len(files)
    assert five >= 0.95 * len(files)


def test_the_model_says_what_it_is(client: httpx.Client) -> None:
    [model] = client.get("/v1/models").raise_for_status().json()["items"]
    assert (model["name"], model["served"], model["active"], model["trained"]) == (STARTER, True, True, True)
    assert (model["input"]["size"], model["classes"], model["embedding_size"]) == (260, 1000, 1280)
    assert model["licence"].startswith("Apache-2.0")
    assert model["coverage"] == 1.0
    assert model["speed"]["images_per_s"] > 0
    status = client.get("/v1/status").json()
    assert (status["state"], status["model"]["name"], status["model"]["trained"]) == ("ok", STARTER, True)
    assert "pictor model use inception_v3" in status["model"]["detail"]


def test_labels_can_be_asked_for_by_score_and_by_model(client: httpx.Client) -> None:
    headers = {"content-type": "image/png"}

    def classified(**query: str | float) -> httpx.Response:
        return client.post("/v1/classify", content=bundled("coffee.png"), headers=headers, params=query)

    every, sure = classified().json(), classified(min_score=0.5, model=STARTER).json()
    assert len(every["labels"]) == 5
    assert [label["name"] for label in sure["labels"]] == ["espresso"]
    by_space = classified(model=every["model"]["space"]).json()
    assert by_space["labels"][0]["name"] == "espresso"
    refused = classified(model="inception_v3")
    assert (refused.status_code, refused.json()["code"]) == (404, "model_not_found")
    image = client.post("/v1/images", content=bundled("coffee.png"), headers=headers).json()
    some = client.get(f"/v1/images/{image['id']}/labels", params={"min_score": 0.5}).json()
    assert [label["name"] for label in some["items"]] == ["espresso"]


def test_it_starts_again_with_what_was_chosen(stack: RunningStack) -> None:
    stack.stop()
    stack.start()
    said = "".join(stack.output)
    assert "building the model package" not in said
    assert "measuring" not in said
    assert f"{STARTER}, the starter" in said
