"""One model of another server, over HTTP. Its errors become EngineError here, with what to do."""

import json
import ssl
import time
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from services.protocol.tensors import (
    BINARY_EXTENSION,
    HEADER_LENGTH,
    InferenceAnswer,
    TensorError,
    read_answer,
    write_request,
)
from services.vision.engines.port import EngineError, RemoteModel

CONNECT_S = 2.0
MAX_METADATA_BYTES = 1_000_000
MAX_ANSWER_BYTES_AN_IMAGE = 1_000_000  # a number as JSON text is 23 bytes: room for 40,000 of them
MAX_REASON_CHARACTERS = 200
# An engine has one thread. Idle connections go before the 5 s after which uvicorn closes them.
POOL = httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=4)
BUSY = (429, 503)


class RemoteLostError(EngineError):
    """The server may be another one when it is back: check it again before its answers are used."""


class RemoteMissingError(RemoteLostError):
    """It knows no such path."""


class RemoteServer:
    """Every call raises EngineError (busy: it may be asked again as it is) or its kind RemoteLostError."""

    def __init__(self, model: RemoteModel) -> None:
        self._model = model
        self._path = f"/v2/models/{model.name}"
        self._http = httpx.Client(
            base_url=model.url,
            headers={
                "accept-encoding": "identity",  # vectors hardly get smaller
                **({"authorization": f"Bearer {model.token}"} if model.token else {}),
            },
            timeout=httpx.Timeout(model.timeout_s, connect=min(CONNECT_S, model.timeout_s)),
            limits=POOL,
            trust_env=False,  # neither HTTP_PROXY nor ~/.netrc may get the token
            verify=ssl.create_default_context(),  # the system's authorities, or those of SSL_CERT_FILE
        )

    def __str__(self) -> str:
        return f"the model {self._model.name} at {self._model.url}"

    def takes_binary(self) -> bool:
        """Whether GET /v2 announces tensors as raw bytes. A server that does not answer there takes JSON, as all do."""
        try:
            said = self._json("/v2")
        except RemoteMissingError:
            return False
        extensions = said.get("extensions") if isinstance(said, dict) else None
        return isinstance(extensions, list) and BINARY_EXTENSION in extensions

    def metadata(self) -> Any:  # noqa: ANN401 (JSON, which read_contract looks at)
        """The answer of GET /v2/models/{name}."""
        return self._json(self._path)

    def infer(
        self, images: NDArray[np.uint8], *, input_name: str, outputs: Sequence[str], binary: bool
    ) -> InferenceAnswer:
        """Run uint8 (N, size, size, 3), N ≥ 1, sent as raw bytes or as JSON."""
        message = write_request({input_name: images}, outputs, binary=binary)
        body, headers = self._call(
            "POST",
            f"{self._path}/infer",
            limit=MAX_METADATA_BYTES + len(images) * MAX_ANSWER_BYTES_AN_IMAGE,
            content=message.body,
            headers=message.headers,
        )
        try:
            return read_answer(body, headers.get(HEADER_LENGTH))
        except TensorError as error:
            raise RemoteLostError(f"{self} gave an answer that cannot be read ({error})") from error

    def close(self) -> None:
        """Close its connections. Twice is fine."""
        self._http.close()

    def _json(self, path: str) -> Any:  # noqa: ANN401 (whatever JSON holds)
        body, _ = self._call("GET", path, limit=MAX_METADATA_BYTES)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RemoteLostError(f"{self} does not speak the Open Inference Protocol: correct its address") from error

    def _call(self, method: str, path: str, *, limit: int, **options: Any) -> tuple[bytes, httpx.Headers]:  # noqa: ANN401
        until = time.monotonic() + self._model.timeout_s  # httpx bounds each read, not all of them together
        body = bytearray()
        try:
            with self._http.stream(method, path, **options) as answer:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > limit or time.monotonic() > until:
                        raise RemoteLostError(f"{self} sends too much, or too slowly, for an answer")
        except httpx.TimeoutException as error:
            raise RemoteLostError(f"{self} did not answer within {self._model.timeout_s:g} s") from error
        except (httpx.HTTPError, OSError) as error:
            raise RemoteLostError(
                f"{self} cannot be reached ({error}): start it, or correct PICTOR_REMOTE_URL"
            ) from error
        if answer.status_code != httpx.codes.OK:
            raise self._refused(answer.status_code, bytes(body))
        return bytes(body), answer.headers

    def _refused(self, status: int, body: bytes) -> EngineError:
        match status:
            case 401 | 403:
                return RemoteLostError(f"{self} refuses the token ({status}): set PICTOR_REMOTE_TOKEN")
            case 404:
                return RemoteMissingError(f"{self} is not served (404): set PICTOR_REMOTE_MODEL, or load it there")
        reason = " ".join(body.decode(errors="replace").split())[:MAX_REASON_CHARACTERS]
        kind = EngineError if status in BUSY else RemoteLostError
        return kind(f"{self} answered {status}: {reason}")
