"""FAKES of the classifier and the similarity service: they keep to the interface and know nothing of images.

The fake classifier looks at the colour in the middle of the model input and says what it was told to say of it. The
fake similarity service remembers what it was told. Both check internal tokens as the real ones do.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from services.kit.http.internal_auth import InternalAuthMiddleware, InternalTokens
from services.kit.http.problems import problem_response
from services.kit.testing.apps import TEST_SECRET
from services.vision.labels import load_taxonomy
from tests.catalog.pictures import colour_of
from tests.catalog.serving import a_free_port, served
from tests.model_reports import a_report

SPACE = "inception_v3-fa4efa4efa4e"
HEADER_LENGTH = "inference-header-content-length"
Scores = dict[str, float]

DOGS: Scores = {"n02093428": 0.9, "n02093256": 0.05, "n02108089": 0.02, "n02108422": 0.01, "n02087394": 0.005}
CATS: Scores = {"n02123045": 0.8, "n02123159": 0.1, "n02124075": 0.05, "n02123394": 0.02, "n02123597": 0.01}
ELEPHANTS: Scores = {"n02504458": 0.7, "n01871265": 0.2, "n02504013": 0.05, "n02408429": 0.02, "n02398521": 0.01}
FRUITS: Scores = {"n07753592": 0.6, "n07749582": 0.3, "n07747607": 0.05, "n07753275": 0.02, "n07742313": 0.01}


@dataclass
class FakeClassifier:
    """`trouble` answers every inference with a problem of that status and code; `gate` holds answers back.

    `poison` is a colour that the engine fails on; `counts` are the images of each inference, `tried` those of all that
    were asked for. After `holds_after` inferences the gate closes by itself. `takes` are seconds for so many images.
    """

    says: dict[str, Scores] = field(
        default_factory=lambda: {"red": DOGS, "green": CATS, "blue": ELEPHANTS, "yellow": FRUITS}
    )
    trouble: tuple[int, str] | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    poison: str | None = None
    state_lies: bool = False
    space: str = SPACE
    asked: int = 0
    tried: int = 0
    counts: list[int] = field(default_factory=list)
    priorities: list[int | None] = field(default_factory=list)
    holds_after: int | None = None
    takes: Callable[[int], float] = lambda _: 0.0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def app(self) -> FastAPI:
        app = FastAPI(title="FAKE classifier", openapi_url=None)
        app.add_middleware(
            InternalAuthMiddleware, tokens=InternalTokens(TEST_SECRET, "classifier"), audience="classifier"
        )

        @app.get("/internal/model")
        async def model() -> dict[str, Any]:
            lacks_model = self.trouble is not None and self.trouble[1] not in {"inference_busy", "broken"}
            if lacks_model and self.trouble and not self.state_lies:
                return {"state": "missing", "detail": f"FAKE: {self.trouble[1]}"}
            return a_report(space=self.space)

        @app.post("/v2/models/inception_v3/infer")
        async def infer(request: Request) -> Response:
            body = await request.body()
            self.asked += 1
            self.begun.set()
            if self.holds_after is not None and self.asked > self.holds_after:
                self.gate.clear()
            await self.gate.wait()
            head_length = int(request.headers[HEADER_LENGTH])
            head = json.loads(body[:head_length])
            count = head["inputs"][0]["shape"][0]
            self.tried += count
            deadline_s = head["parameters"]["timeout"] / 1e6
            await asyncio.sleep(min(self.takes(count), deadline_s))
            if self.takes(count) > deadline_s:
                return problem_response(
                    request.url.path, status=503, code="deadline_exceeded", detail="FAKE: deadline_exceeded"
                )
            trouble = self.trouble or self._poisoned(body[head_length:])
            if trouble:
                status, code = trouble
                return problem_response(request.url.path, status=status, code=code, detail=f"FAKE: {code}")
            return self._answer(body, head_length)

        return app

    def _poisoned(self, tensor: bytes) -> tuple[int, str] | None:
        middles = np.frombuffer(tensor, np.uint8).reshape(-1, 299, 299, 3)[:, 150, 150]
        return (503, "inference_failed") if self.poison in {colour_of(middle) for middle in middles} else None

    def _answer(self, body: bytes, head_length: int) -> Response:
        head, tensor = json.loads(body[:head_length]), body[head_length:]
        self.priorities.append(head.get("parameters", {}).get("priority"))
        [described] = head["inputs"]
        assert described["name"] == "image"
        count = described["shape"][0]
        assert (described["shape"], described["datatype"]) == ([count, 299, 299, 3], "UINT8")
        assert described["parameters"]["binary_data_size"] == len(tensor) == count * 299 * 299 * 3
        assert [output["name"] for output in head["outputs"]] == ["probabilities", "embedding"]
        self.counts.append(count)
        middles = np.frombuffer(tensor, np.uint8).reshape(count, 299, 299, 3)[:, 150, 150]
        indices = {label.id: label.index for label in load_taxonomy().classes}
        probabilities = np.zeros((count, 1000), "<f4")
        for row, middle in zip(probabilities, middles, strict=True):
            for label_id, score in self.says[colour_of(middle)].items():
                row[indices[label_id]] = score
        embedding = np.tile(middles.astype("<f4"), 683)[:, :2048]
        parts = {"probabilities": probabilities, "embedding": np.ascontiguousarray(embedding)}
        answer = {
            "model_name": "inception_v3",
            "model_version": self.space.partition("-")[2],
            "parameters": {"space": self.space, "trained": True, "engine": "fake", "precision": "fake"},
            "outputs": [
                {
                    "name": name,
                    "datatype": "FP32",
                    "shape": list(part.shape),
                    "parameters": {"binary_data_size": part.nbytes},
                }
                for name, part in parts.items()
            ],
        }
        said = json.dumps(answer).encode()
        return Response(
            said + b"".join(part.tobytes() for part in parts.values()),
            media_type="application/octet-stream",
            headers={HEADER_LENGTH: str(len(said))},
        )


@dataclass
class FakeSimilarity:
    """`points` is what it was told, by image id, and `beside` what was told of announced spaces, by space and image id.

    `promoted` is the space that answers. `trouble` answers with that status; `gates` hold back by method.
    """

    points: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    beside: dict[str, dict[UUID, dict[str, Any]]] = field(default_factory=dict)
    promoted: tuple[str, datetime] | None = None
    calls: list[tuple[str, UUID]] = field(default_factory=list)
    trouble: int | None = None
    gates: dict[str, asyncio.Event] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI(title="FAKE similarity", openapi_url=None)
        app.add_middleware(
            InternalAuthMiddleware, tokens=InternalTokens(TEST_SECRET, "similarity"), audience="similarity"
        )

        @app.get("/internal/spaces:answering")
        async def answering() -> dict[str, Any]:
            space, moment = self.promoted or (None, None)
            return {"active": space, "promoted": space, "promoted_at": moment and moment.isoformat()}

        @app.put("/internal/spaces/{space}", status_code=204)
        async def announce(space: str, told: dict[str, Any]) -> None:
            assert told == {"dimension": 2048, "trained": True}
            self.beside.setdefault(space, {})

        @app.put("/points")
        async def points(request: Request) -> Response:
            told = await request.json()
            make_space = told.pop("make_space", True)
            assert set(told) == {"space", "points"}
            ids = [UUID(one.pop("image_id")) for one in told["points"]]
            self.calls += [("PUT", image_id) for image_id in ids]
            if refusal := await self._refusal("PUT"):
                return refusal
            if not make_space and told["space"] not in self.beside:
                return problem_response(request.url.path, status=404, code="unknown_space", detail="FAKE")
            for image_id, one in zip(ids, told["points"], strict=True):
                self._put(image_id, {"space": told["space"], **one})
            return Response(status_code=204)

        @app.api_route("/points/{image_id}", methods=["PATCH", "DELETE"])
        async def point(image_id: UUID, request: Request) -> Response:
            body = await request.body()
            self.calls.append((request.method, image_id))
            if refusal := await self._refusal(request.method):
                return refusal
            getattr(self, f"_{request.method.lower()}")(image_id, json.loads(body or b"{}"))
            return Response(status_code=204)

        return app

    async def _refusal(self, method: str) -> Response | None:
        if gate := self.gates.get(method):
            await gate.wait()
        return JSONResponse({"detail": "FAKE trouble"}, status_code=self.trouble) if self.trouble else None

    def _put(self, image_id: UUID, told: dict[str, Any]) -> None:
        assert set(told) == {"space", "vector", "owner_id", "public", "label_ids"}
        vector = np.frombuffer(base64.b64decode(told["vector"], validate=True), "<f4")
        assert vector.shape == (2048,)
        self.beside.get(told["space"], self.points)[image_id] = {**told, "vector": vector}

    def _patch(self, image_id: UUID, told: dict[str, Any]) -> None:
        assert set(told) <= {"owner_id", "public", "label_ids"}
        for points in (self.points, *self.beside.values()):
            if image_id in points:
                points[image_id].update(told)

    def _delete(self, image_id: UUID, _told: dict[str, Any]) -> None:
        for points in (self.points, *self.beside.values()):
            points.pop(image_id, None)


@dataclass
class Fakes:
    """Both fakes, each behind a real socket. The classifier can go away and come back at the same address."""

    classifier: FakeClassifier
    similarity: FakeSimilarity
    urls: dict[str, str]
    _stack: AsyncExitStack
    _port: int

    async def take_classifier_away(self) -> None:
        await self._stack.aclose()

    async def bring_classifier_back(self) -> None:
        await self._stack.enter_async_context(served(self.classifier.app(), self._port))


@asynccontextmanager
async def running_fakes() -> AsyncIterator[Fakes]:
    classifier, similarity, port = FakeClassifier(), FakeSimilarity(), a_free_port()
    async with AsyncExitStack() as stack, served(similarity.app(), a_free_port()) as similarity_url:
        urls = {"classifier_url": f"http://127.0.0.1:{port}", "similarity_url": similarity_url}
        fakes = Fakes(classifier, similarity, urls, stack, port)
        await fakes.bring_classifier_back()
        yield fakes
        classifier.gate.set()
        for gate in similarity.gates.values():
            gate.set()
