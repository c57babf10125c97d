"""The change feed as a stream, through the gateway of the real stack."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import photographs

STREAM = {"accept": "text/event-stream"}


class Listener:
    """Follows the feed in a thread of its own until the server ends the stream."""

    def __init__(self, client: httpx.Client, **headers: str) -> None:
        self.events: list[tuple[str, str, str]] = []
        self.status = 0
        self.ended: float | None = None
        self._client, self._headers = client, {**STREAM, **headers}
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        eventually(lambda: self.status, bool, seconds=30)

    def _listen(self) -> None:
        with self._client.stream("GET", "/v1/events?after=now", headers=self._headers, timeout=60) as answer:
            self.status = answer.status_code
            said: dict[str, str] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                said[name] = value
                if not line:
                    if "data" in said:
                        self.events.append((said["id"], said["event"], json.loads(said["data"])["subject_id"]))
                    said = {}
        self.ended = time.monotonic()

    def images(self) -> list[tuple[str, str]]:
        return [(kind, subject) for _, kind, subject in self.events if kind.startswith("image")]

    def join(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


def a_key(client: httpx.Client) -> dict[str, Any]:
    made: dict[str, Any] = client.post("/v1/api-keys", json={"name": "stream", "scopes": ["images:read"]}).json()
    return made


def test_a_stream_from_its_begin_to_the_end_of_its_server(tmp_path: Path) -> None:
    with running_stack(tmp_path / "data", PICTOR_WEIGHTS="starter") as stack, stack.client() as client:
        listener = Listener(stack.client())
        assert listener.status == 200
        image = send(client, photographs(1)[0])["id"]
        client.delete(f"/v1/images/{image}").raise_for_status()
        eventually(lambda: ("image.deleted", image) in listener.images(), bool, seconds=30)
        assert listener.images()[0] == ("image.created", image)
        assert listener.images()[-1] == ("image.deleted", image)

        again = Listener(stack.client(), **{"last-event-id": listener.events[0][0]})
        eventually(lambda: again.images()[-1:] == listener.images()[-1:], bool, seconds=30)
        assert again.images() == listener.images()[1:]

        revoked_key_ends_its_stream(stack, client)
        no_more_than_five(stack, client)
        seconds = stack.stop()
        assert listener.join(5)
        assert again.join(5)
        assert seconds < 12
        stack.start()


def revoked_key_ends_its_stream(stack: RunningStack, client: httpx.Client) -> None:
    key = a_key(client)
    listener = Listener(stack.client(key["key"]))
    began = time.monotonic()
    client.delete(f"/v1/api-keys/{key['id']}").raise_for_status()
    assert listener.join(10)
    assert listener.ended is not None
    assert listener.ended - began < 5


def no_more_than_five(stack: RunningStack, client: httpx.Client) -> None:
    """Two are open already."""
    listeners = [Listener(stack.client()) for _ in range(3)]
    assert [listener.status for listener in listeners] == [200] * 3
    refused = client.get("/v1/events", headers=STREAM)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert client.get("/v1/events").status_code == 200
