"""SIGTERM: whoever was let in gets the answer, nobody else is let in. Real processes; the slow engine is a fake."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.classifier.pictures import an_image
from tests.classifier.server import running_server
from tests.classifier.slow_engine import SLOW_S
from tests.classifier.tensors import INFER, binary_request, images

WARM_UP = 1
SLOW = "tests.classifier.slow_engine:create_slow_app"


def test_what_was_taken_is_finished(tmp_path, package_folder):
    request = binary_request(images(1))
    with (
        running_server(
            tmp_path, package_folder, factory=SLOW, inference_max_batch="1", inference_max_queue="8"
        ) as server,
        server.client() as client,
        ThreadPoolExecutor(6) as pool,
    ):
        asked = [pool.submit(client.post, INFER, **request) for _ in range(5)]
        asked.append(
            pool.submit(client.post, "/v1/classify", content=an_image("JPEG"), headers={"content-type": "image/jpeg"})
        )
        until_six_are_in(client)
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 30
        answers = [future.result() for future in asked]
        assert [answer.status_code for answer in answers] == [200] * 6
        with pytest.raises(httpx.ConnectError):
            client.get("/livez")
    assert "Application shutdown complete" in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


def until_six_are_in(client: httpx.Client) -> None:
    for _ in range(1_000):
        values = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[0] != "#")
        done = float(values['pictor_inference_images_total{outcome="completed"}']) - WARM_UP
        under_way = sum(float(values[f"pictor_inference_{where}_images"]) for where in ("queue", "running"))
        if done + under_way == 6 and under_way:
            return
        time.sleep(0.02)
    raise AssertionError("the requests did not come as far as the queue")


def test_a_body_that_never_ends_does_not_keep_it(tmp_path, package_folder):
    sent = threading.Event()

    def endless():
        while True:
            yield b"\xff\xd8\xff"
            sent.set()
            time.sleep(SLOW_S)

    def upload(client: httpx.Client) -> int | None:
        try:
            return client.post("/v1/classify", content=endless(), headers={"content-type": "image/jpeg"}).status_code
        except httpx.TransportError:
            return None

    with (
        running_server(tmp_path, package_folder, factory=SLOW, grace_s=1) as server,
        server.client() as client,
        ThreadPoolExecutor(1) as pool,
    ):
        uploading = pool.submit(upload, client)
        assert sent.wait(60)
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 30
        assert uploading.result() in {500, None}  # uvicorn's own answer when its grace is over, if it still arrives
    assert list(server.temporary.rglob("*")) == []


def test_a_client_that_goes_away_leaves_nothing(server):
    def torn():
        yield an_image("JPEG")[:1000]
        raise ConnectionAbortedError("the client goes")

    with server.client() as client, pytest.raises(ConnectionAbortedError):
        client.post("/v1/classify", content=torn(), headers={"content-type": "image/jpeg"})

    until = time.monotonic() + 5
    while server.files_left() and time.monotonic() < until:
        time.sleep(0.05)
    assert server.files_left() == []
    assert "Traceback" not in server.log.read_text()
