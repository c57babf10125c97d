"""A FAKE catalog and a FAKE classifier: no library, no network. They keep what a test gives them and count calls."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from services.kit.http.internal_auth import InternalAuthMiddleware, InternalTokens
from services.kit.testing.apps import TEST_SECRET
from tests.model_reports import a_report

SPACE = "fake_net-0123456789ab"
PIXELS = 299 * 299 * 3


@dataclass
class KeptImage:
    """What the fake catalog knows of one image."""

    id: UUID
    owner: UUID
    public: bool
    sha256: str
    perceptual_hash: int
    content: bytes
    size: tuple[int, int] = (400, 300)
    state: str = "ready"
    state_reason: str | None = None
    tags: tuple[str, ...] = ()
    owner_name: str = "fake"

    def fits(self, query: dict[str, Any] | None) -> bool:
        """As far as this fake goes: by tags, and by the owner's name."""
        wanted = query or {}
        assert wanted.keys() <= {"tag", "owner"}
        return set(wanted.get("tag", [])) <= set(self.tags) and wanted.get("owner", self.owner_name) == self.owner_name

    def json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "owner": {"id": str(self.owner), "name": self.owner_name},
            "sha256": self.sha256,
            "width": self.size[0],
            "height": self.size[1],
            "visibility": "public" if self.public else "private",
            "state": self.state,
            "state_reason": self.state_reason,
        }


@dataclass
class Slowness:
    """Where it applies, a call waits while `may` is cleared; `begun` says that one does."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may.set()

    async def wait(self) -> None:
        self.begun.set()
        await self.may.wait()


@dataclass
class FakeCatalog:
    images: dict[UUID, KeptImage] = field(default_factory=dict)
    lookups: list[list[str]] = field(default_factory=list)
    slow: Slowness = field(default_factory=Slowness)

    def visible(self, viewer: UUID) -> dict[UUID, KeptImage]:
        return {key: image for key, image in self.images.items() if image.public or image.owner == viewer}

    def app(self) -> FastAPI:
        app = _inner_service("catalog")

        @app.post("/internal/images:lookup")
        async def lookup(request: Request) -> dict[str, Any]:
            asked = await request.json()
            self.lookups.append(asked["ids"])
            seen = self.visible(UUID(asked["viewer_id"]))
            found = [seen[UUID(one)] for one in asked["ids"] if UUID(one) in seen]
            found = [one for one in found if one.fits(asked.get("query"))]
            return {"items": [{"image": one.json(), "perceptual_hash": f"{one.perceptual_hash:016x}"} for one in found]}

        @app.post("/internal/images:matching")
        async def matching(request: Request) -> Response:
            asked = await request.json()
            seen = self.visible(UUID(asked["viewer_id"]))
            after = UUID(asked["after"]) if asked["after"] else UUID(int=0)
            fitting = sorted(key for key, image in seen.items() if image.fits(asked["query"]) and key > after)
            return Response(b"".join(key.bytes for key in fitting[: asked["limit"]]))

        @app.get("/internal/coverage")
        async def coverage(viewer_id: UUID | None = None) -> dict[str, int]:
            await self.slow.wait()
            return {"total": len(self.images if viewer_id is None else self.visible(viewer_id))}

        @app.get("/internal/images:sample")
        async def sample(limit: int) -> dict[str, Any]:
            drawn = list(self.images.values())[:limit]
            return {"items": [{"id": str(one.id), "owner_id": str(one.owner)} for one in drawn]}

        @app.get("/v1/images/{image_id}/content")
        async def content(image_id: UUID, request: Request) -> Response:
            image = self.visible(request.state.principal.identity).get(image_id)
            return Response(image.content if image else b"", status_code=200 if image else 404)

        return app


@dataclass
class FakeClassifier:
    """`trained` and `space` are what it says of itself; `state` other than ready refuses inference."""

    space: str = SPACE
    trained: bool = True
    state: str = "ready"
    reports: int = 0
    outputs: list[list[str]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    slow: Slowness = field(default_factory=Slowness)

    def app(self) -> FastAPI:
        app = _inner_service("classifier")

        @app.get("/internal/model")
        async def model() -> dict[str, Any]:
            self.reports += 1
            await self.slow.wait()
            if self.state == "ready":
                return a_report(space=self.space, trained=self.trained)
            missing = "There is no model package yet. Put one there."
            return {"state": self.state, "detail": missing if self.state == "missing" else "/secret/path"}

        @app.post("/v2/models/inception_v3/infer")
        async def infer(request: Request) -> Response:
            if self.state != "ready":
                problem = {"code": "model_missing", "detail": "There is no model package yet."}
                return JSONResponse(problem, status_code=503, headers={"retry-after": "15"})
            body = await request.body()
            size = int(request.headers["inference-header-content-length"])
            asked = json.loads(body[:size])
            self.outputs.append([output["name"] for output in asked["outputs"]])
            pictures = np.frombuffer(body[size:], np.uint8).reshape(asked["inputs"][0]["shape"])
            self.batches.append(len(pictures))
            return _answer(np.stack([fake_embedding(picture) for picture in pictures]), self.space, self.trained)

        return app


def fake_embedding(picture: np.ndarray) -> np.ndarray:
    """Colours of 16 x 16 fields, thrown about by a fixed random matrix, never negative: (2048,) float32."""
    fields = picture[:288, :288].reshape(16, 18, 16, 18, 3).mean(axis=(1, 3)).ravel() / 255 - 0.5
    mixing = np.random.default_rng(0).normal(size=(2048, fields.size))
    return np.maximum(mixing @ fields, 0).astype(np.float32)


def _answer(vectors: np.ndarray, space: str, trained: bool) -> Response:
    raw = vectors.astype("<f4").tobytes()
    head = {
        "model_name": "inception_v3",
        "parameters": {"space": space, "trained": trained},
        "outputs": [
            {
                "name": "embedding",
                "shape": list(vectors.shape),
                "datatype": "FP32",
                "parameters": {"binary_data_size": len(raw)},
            }
        ],
    }
    text = json.dumps(head).encode()
    return Response(text + raw, headers={"inference-header-content-length": str(len(text))})


def _inner_service(name: str) -> FastAPI:
    """Checks internal tokens as the real one does."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(InternalAuthMiddleware, tokens=InternalTokens(TEST_SECRET, name), audience=name)
    return app
