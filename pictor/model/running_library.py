"""The running stack, as `pictor model use` steers it: over its public API, with the first user's key."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from pictor.stack.settings import StackError, StackSettings

SERVED_S = 300.0
UNTIL_COMPLETE_S = 600.0
"""How long images that came meanwhile are waited for, before their lack is said."""
SETTLED_S = 30.0
"""What was uploaded so long ago has its vector in the new space as well."""
LOOK_EVERY_S = 0.5
SAY_EVERY_S = 2.0
TRIES = 20
"""Of a call that the gateway does not answer: it may be restarting."""


class ModelUseError(StackError):
    """The model is not changed; the message says why and what to do."""


class SpaceIncomplete(ModelUseError):
    """An image has no vector in the new space yet."""


class RunningLibrary:
    """Every method may be repeated. Raises ModelUseError."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=60, trust_env=False)

    @classmethod
    def of(cls, settings: StackSettings) -> "RunningLibrary":
        """The stack that runs on the data folder."""
        try:
            url = _running(settings.lock)
            key = json.loads(settings.credentials.read_text(encoding="utf-8"))["api_key"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUseError(
                f"No stack runs on {settings.data}: start it (`make run`, or `pictor up`), or say with PICTOR_DATA "
                "where its data are."
            ) from error
        return cls(url, str(key))

    def __enter__(self) -> "RunningLibrary":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def images(self) -> int:
        """How many there are, of those that the first user may see."""
        return int(self._get("/v1/status")["coverage"]["total"])

    def answers_from(self, space: str) -> bool:
        """Whether searches are answered from the space, and the model that it is of is served."""
        return any(model["space"] == space and model["active"] and model["served"] for model in self._models())

    def until_served(self, space: str) -> None:
        """Wait until a classifier serves the space's model."""
        self._until(
            lambda: any(model["space"] == space and model["served"] for model in self._models()),
            within_s=SERVED_S,
            otherwise=f"No classifier serves {space} after {SERVED_S:.0f} s: the stack's output says why.",
        )

    def fill(self, space: str) -> None:
        """Embed every image into the space, with progress; one that fills it already is watched."""
        self._watch(self._filling(space) or self._begin("candidate"), "embedding")

    def promote(self, space: str, *, force: bool) -> None:
        """Have the space answer, once every image that has a vector now has one in it."""
        began = time.monotonic()
        while True:
            models = {model["space"]: model for model in self._models()}
            new = models.get(space, {"points": 0, "coverage": 0.0})
            if new.get("active") and new["served"] and new["points"]:
                return self._promote(space, force=True)
            now = max((model["points"] for model in models.values() if model["active"]), default=0)
            waited_s = time.monotonic() - began
            # An image that cannot be decoded has a vector in no space: nothing is lost by going on without it.
            as_many = new["points"] >= now > 0 and waited_s > SETTLED_S
            if force or new["coverage"] >= 1 or as_many:
                try:
                    return self._promote(space, force=force or new["coverage"] < 1)
                except SpaceIncomplete:  # an image came just now: it is filled in a moment
                    if waited_s > UNTIL_COMPLETE_S:
                        raise
            if waited_s > UNTIL_COMPLETE_S:
                raise ModelUseError(
                    f"{now - new['points']} images have a vector now and none in {space}: GET /v1/operations says why. "
                    "Run this again, or with --force. Until then the old space answers."
                )
            time.sleep(LOOK_EVERY_S)

    def label_again(self) -> None:
        """Label every image with the model that answers, with progress."""
        self._watch(self._begin("active"), "labelling")

    def _promote(self, space: str, *, force: bool) -> None:
        self._post(f"/v1/spaces/{space}:promote", {"force": force})
        sys.stderr.write(f"{space} answers searches now\n")

    def _filling(self, space: str) -> dict[str, Any] | None:
        """The operation that fills the space and is not over."""
        for operation in self._get("/v1/operations?limit=50")["items"]:
            filled = operation["parameters"]["space"]
            waits = operation["parameters"]["model"] == "candidate" and filled is None
            if operation["state"] == "running" and (filled == space or waits):
                found: dict[str, Any] = operation
                return found
        return None

    def _begin(self, model: str) -> dict[str, Any]:
        return self._post("/v1/images:reprocess", {"model": model})

    def _watch(self, operation: dict[str, Any], doing: str) -> None:
        """Say how far it is until it is over."""
        began, first, said = time.monotonic(), operation["progress"]["done"], 0.0
        while operation["state"] == "running":
            if time.monotonic() - said >= SAY_EVERY_S:
                said = time.monotonic()
                sys.stderr.write(_progress(operation, doing, first=first, seconds=said - began))
            time.sleep(LOOK_EVERY_S)
            operation = self._get(f"/v1/operations/{operation['id']}")
        progress = operation["progress"]
        if operation["state"] != "succeeded":
            raise ModelUseError(
                f"The {doing} has {operation['state']} ({operation['error'] or 'no reason given'}). Run this again to "
                "go on; until the new space is complete the old one answers."
            )
        sys.stderr.write(f"{doing}: {progress['done']} done, {progress['failed']} failed\n")

    def _models(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._get("/v1/models")["items"]
        return items

    def _until(self, there: Callable[[], bool], *, within_s: float, otherwise: str) -> None:
        until = time.monotonic() + within_s
        while not there():
            if time.monotonic() > until:
                raise ModelUseError(otherwise)
            time.sleep(LOOK_EVERY_S)

    def _get(self, path: str) -> dict[str, Any]:
        return self._call("GET", path, None)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        """Reads are repeated while a service is away for a moment; what begins something is not."""
        refused: type[ModelUseError] = ModelUseError
        for _ in range(TRIES if method == "GET" else 1):
            try:
                answer = self._http.request(method, path, json=body)
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
            else:
                if answer.is_success:
                    found: dict[str, Any] = answer.json()
                    return found
                code, reason = _problem(answer)
                if not answer.is_server_error:
                    refused = SpaceIncomplete if code == "coverage_incomplete" else ModelUseError
                    break
            time.sleep(LOOK_EVERY_S)
        raise refused(f"{method} {path}: {reason}")


def _running(lock: Path) -> str:
    """The address of the stack that holds the lock file. Raises ValueError when none does, OSError without the file."""
    with lock.open("r") as file:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            raise ValueError("nobody holds it")
        return str(json.loads(os.pread(file.fileno(), 4096, 0))["url"])


def _progress(operation: dict[str, Any], doing: str, *, first: int, seconds: float) -> str:
    progress = operation["progress"]
    done, total = progress["done"], progress["total"]
    line = f"{doing}: {done} of {total}"
    rate = (done - first) / seconds if seconds else 0
    if rate > 0:
        line += f", {rate:.1f} a second, {max(total - done, 0) / rate:.0f} s left"
    return f"{line}{'; it waits: ' + operation['error'] if operation['error'] else ''}\n"


def _problem(answer: httpx.Response) -> tuple[str, str]:
    """Code and detail of a problem document; without one, the status."""
    try:
        problem = answer.json()
        return str(problem["code"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return "", f"status {answer.status_code}"
