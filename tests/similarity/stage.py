"""The similarity service in process, over real Postgres and a real decoder, beside a FAKE catalog and classifier."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import numpy as np
from fastapi import FastAPI

from services.kit.ids import new_id
from services.kit.principal import Principal
from services.kit.testing.apps import TEST_SECRET, a_user, client_of, running
from services.similarity.config import Settings
from services.similarity.main import create_app
from services.vision.decoding import Decoder, DecodeRequest, ModelInput
from tests.similarity.fakes import SPACE, FakeCatalog, FakeClassifier, KeptImage, fake_embedding
from tests.similarity.serving import served

OWNER = a_user(1)


@dataclass
class Stage:
    app: FastAPI
    catalog: FakeCatalog
    classifier: FakeClassifier
    decoder: Decoder
    client: httpx.AsyncClient
    """Speaks as OWNER."""
    service: httpx.AsyncClient
    """Speaks as another service."""

    async def keep(
        self, picture: bytes, *, owner: Principal = OWNER, public: bool = False, labels: tuple[str, ...] = ()
    ) -> UUID:
        """Do what the catalog and its worker do with an upload."""
        decoded = await self.decoder.decode_bytes(picture, DecodeRequest(model_input=ModelInput(299)))
        assert decoded.model_input is not None
        return await self.put(
            fake_embedding(decoded.model_input),
            owner=owner,
            public=public,
            labels=labels,
            sha256=hashlib.sha256(picture).hexdigest(),
            perceptual_hash=decoded.perceptual_hash,
            content=picture,
            size=(decoded.width, decoded.height),
        )

    async def put(
        self,
        vector: np.ndarray,
        *,
        owner: Principal = OWNER,
        public: bool = False,
        labels: tuple[str, ...] = (),
        sha256: str = "",
        perceptual_hash: int | None = None,
        content: bytes = b"",
        size: tuple[int, int] = (400, 300),
        space: str = SPACE,
        image_id: UUID | None = None,
    ) -> UUID:
        """Keep an image that is only a vector: its perceptual hash is like no other's."""
        image_id = image_id or new_id()
        own_hash = int(hashlib.sha256(image_id.bytes).hexdigest()[:16], 16)
        self.catalog.images[image_id] = KeptImage(
            id=image_id,
            owner=owner.identity,
            public=public,
            sha256=sha256 or hashlib.sha256(image_id.bytes).hexdigest(),
            perceptual_hash=own_hash if perceptual_hash is None else perceptual_hash,
            content=content,
            size=size,
        )
        body = point(vector, owner=owner, public=public, labels=labels, space=space)
        answer = await self.service.put(f"/points/{image_id}", json=body)
        assert answer.status_code == 204, answer.text
        return image_id

    async def similar(self, image_id: UUID, **params: Any) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/images/{image_id}/similar", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def speaking_as(self, principal: Principal) -> httpx.AsyncClient:
        return client_of(self.app, "similarity", principal)


@asynccontextmanager
async def staged(url: str, **settings: Any) -> AsyncIterator[Stage]:
    """`url` is the service's migrated database."""
    catalog, classifier = FakeCatalog(), FakeClassifier()
    async with AsyncExitStack() as stack:
        catalog_url, classifier_url = await stack.enter_async_context(served(catalog.app(), classifier.app()))
        app = create_app(
            Settings(
                **{
                    "internal_secret": TEST_SECRET,
                    "database_url": url,
                    "database_timeout_s": 10,
                    "catalog_url": catalog_url,
                    "classifier_url": classifier_url,
                    **settings,
                }
            )
        )
        await stack.enter_async_context(running(app))
        decoder = Decoder()  # starts when it is needed
        stack.push_async_callback(decoder.stop)
        client = await stack.enter_async_context(client_of(app, "similarity", OWNER))
        service = await stack.enter_async_context(client_of(app, "similarity"))
        yield Stage(app, catalog, classifier, decoder, client, service)


def point(
    vector: np.ndarray,
    *,
    owner: Principal = OWNER,
    public: bool = False,
    labels: tuple[str, ...] = (),
    space: str = SPACE,
) -> dict[str, Any]:
    """The body of PUT /points/{image_id}."""
    return {
        "space": space,
        "vector": b64encode(np.asarray(vector, "<f4").tobytes()).decode(),
        "owner_id": str(owner.identity),
        "public": public,
        "label_ids": list(labels),
    }


def ids(answer: dict[str, Any]) -> list[UUID]:
    return [UUID(hit["image"]["id"]) for hit in answer["items"]]
