"""From the starter to another network while people search and send: nobody is without an answer, spaces never mix."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.vision.packages import load_package
from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import REPOSITORY, drawn
from tests.vision.package_cache import starter_package, untrained_package

COUNT = 40


@dataclass
class Traffic:
    """What people were answered while the model changed."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


@contextmanager
def traffic(stack: RunningStack, ids: list[str]) -> Iterator[Traffic]:
    """Search by id and by picture, classify and send, until the block ends."""
    found, over = Traffic(), threading.Event()

    def again(kind: str, call: Callable[[httpx.Client, int], httpx.Response], pause_s: float) -> None:
        with stack.client() as client:
            number = 0
            while not over.wait(pause_s):
                answer = call(client, number)
                number += 1
                found.statuses[kind, answer.status_code] += 1
                if not answer.is_success:
                    found.failures.append(f"{kind}: {answer.status_code} {answer.text[:300]}")
                elif kind == "send":
                    found.sent.append(answer.json()["id"])

    jpeg = {"headers": {"content-type": "image/jpeg"}}
    calls: list[tuple[str, Callable[[httpx.Client, int], httpx.Response], float]] = [
        ("by id", lambda client, number: client.get(f"/v1/images/{ids[number % len(ids)]}/similar"), 0.2),
        ("by picture", lambda client, _: client.post("/v1/search/similar:picture", content=drawn(0), **jpeg), 0.5),
        ("classify", lambda client, _: client.post("/v1/classify", content=drawn(1), **jpeg), 0.5),
        ("send", lambda client, number: client.post("/v1/images", content=drawn(1000 + number), **jpeg), 0.5),
    ]
    threads = [threading.Thread(target=again, args=call) for call in calls]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        over.set()
        for thread in threads:
            thread.join()


def use(stack: RunningStack, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "pictor.cli", "model", "use", *map(str, arguments)]
    environment = {**os.environ, "PICTOR_DATA": str(stack.data), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def models(client: httpx.Client) -> dict[str, dict[str, Any]]:
    return {model["name"]: model for model in client.get("/v1/models").raise_for_status().json()["items"]}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("data")
    with running_stack(folder, PICTOR_WEIGHTS=str(starter_package()), PICTOR_ENGINE="openvino") as stack:
        yield stack


def test_the_library_moves_to_another_network(stack: RunningStack) -> None:
    reference = load_package(untrained_package()).manifest.space
    with stack.client() as client:
        ids = [send(client, drawn(seed))["id"] for seed in range(COUNT)]
        starter = models(client)["efficientnet_lite2"]["space"]
        with traffic(stack, ids) as seen:
            stopped = use(stack, untrained_package())
            eventually(lambda: models(client).get("inception_v3", {}).get("points", 0), lambda points: points > 0)
            second = use(stack, untrained_package())
            said, _ = second.communicate(timeout=120)
            assert second.returncode == 1
            assert "Another `pictor model use` is under way" in said
            stopped.send_signal(signal.SIGINT)
            said, _ = stopped.communicate(timeout=60)
            assert stopped.returncode == 1
            assert said.splitlines()[-1].startswith("pictor: Stopped. What has begun goes on in the background")
            assert client.get(f"/v1/images/{ids[0]}/similar").json()["space"] == starter

            changed = use(stack, untrained_package())
            said, _ = changed.communicate(timeout=600)
            assert changed.returncode == 0, said
            assert said.splitlines()[-1] == f"{reference} labels what is uploaded and answers searches."
            assert "embedding: " in said
            assert "labelling: " in said
            time.sleep(3)
        assert seen.failures == []
        assert {kind for kind, _ in seen.statuses} == {"by id", "by picture", "classify", "send"}

        every = [*ids, *seen.sent]
        images = eventually(
            lambda: [client.get(f"/v1/images/{image_id}").json() for image_id in every],
            lambda found: all(labelled_by(image) == {reference} for image in found),
        )
        assert {frozenset(labelled_by(image)) for image in images} == {frozenset({reference})}
        found = eventually(lambda: models(client), lambda found: found["inception_v3"]["coverage"] == 1.0)
        assert found["inception_v3"]["active"]
        assert found["inception_v3"]["embedding_size"] == 2048
        assert (found["efficientnet_lite2"]["served"], found["efficientnet_lite2"]["active"]) == (False, False)
        for image_id in every[:: len(every) // 20]:
            assert client.get(f"/v1/images/{image_id}/similar").raise_for_status().json()["space"] == reference
        assert (
            client.post("/v1/classify", content=drawn(3), headers={"content-type": "image/jpeg"}).json()["model"][
                "space"
            ]
            == reference
        )
    assert eventually(lambda: stack.processes("classifier.main"), lambda running: len(running) == 1)


def labelled_by(image: dict[str, Any]) -> set[str]:
    return {label["model"] for label in image["labels"]}


def test_it_starts_again_with_the_new_one(stack: RunningStack) -> None:
    """Also where PICTOR_WEIGHTS still names the first: then both are served, and what was promoted answers."""
    stack.stop()
    stack.start()
    with stack.client() as client:
        found = eventually(lambda: models(client), lambda found: found["inception_v3"]["served"])
        assert found["inception_v3"]["active"]
        assert (
            client.post("/v1/search/similar:picture", content=drawn(0), headers={"content-type": "image/jpeg"}).json()[
                "space"
            ]
            == found["inception_v3"]["space"]
        )


def test_what_cannot_be_used_is_refused_and_nothing_changes(stack: RunningStack, tmp_path: Path) -> None:
    wrong = tmp_path / "weights.h5"
    wrong.write_bytes(b"no weights")
    for arguments, said in (
        (["alexnet"], "alexnet is neither a weights file nor a model package"),
        ([wrong], "cannot be read as its name says"),
        (["vgg16", "--weights", tmp_path], "is neither a weights file nor a model package"),
    ):
        refused = use(stack, *arguments)
        output, _ = refused.communicate(timeout=120)
        assert refused.returncode == 1
        assert output.splitlines()[-1].startswith("pictor: ")
        assert said in output.splitlines()[-1]
    with stack.client() as client:
        assert models(client)["inception_v3"]["active"]


def test_without_a_running_stack_it_says_so(tmp_path: Path) -> None:
    refused = use(RunningStack(tmp_path / "data"), "resnet50")
    output, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "No stack runs on" in output.splitlines()[-1]
