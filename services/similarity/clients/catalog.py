"""The catalog, which has the last word on what a viewer may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from services.kit.clients import ServiceClient
from services.kit.http.problems import UpstreamFailed
from services.kit.principal import Principal, service_principal
from services.similarity.domain import Fingerprint

MAX_LOOKUP = 500
ID_BYTES = 16


@dataclass(frozen=True)
class LookedUp:
    """An image as the viewer sees it: `image` is the catalog's public JSON."""

    id: UUID
    image: dict[str, Any]
    fingerprint: Fingerprint


class CatalogClient:
    """Raises what ServiceClient.call raises, and UpstreamFailed for an answer that cannot be read."""

    def __init__(self, service: ServiceClient) -> None:
        self._service = service
        self._principal = service_principal("similarity")

    async def lookup(
        self, viewer: UUID, ids: Sequence[UUID], *, matching: Mapping[str, Any] | None = None
    ) -> list[LookedUp]:
        """Those of at most 500 images that the viewer may see, in the order asked; only those `matching` a word search.

        `matching` has the parameters of `GET /v1/images`.
        """
        if not ids:
            return []
        body: dict[str, Any] = {"viewer_id": str(viewer), "ids": [str(image_id) for image_id in ids]}
        if matching:
            body["query"] = matching
        answer = await self._service.call("POST", "/internal/images:lookup", principal=self._principal, json_body=body)
        try:
            return [_looked_up(item) for item in answer.json()["items"]]
        except (ValueError, KeyError, TypeError) as error:
            raise UpstreamFailed("The catalog's answer cannot be read.") from error

    async def matching(
        self, viewer: UUID, matching: Mapping[str, Any], *, after: UUID | None, limit: int
    ) -> list[UUID]:
        """The ids of up to `limit` images of a word search, in order, after an id: fewer are all that are left."""
        body = {"viewer_id": str(viewer), "query": matching, "after": after and str(after), "limit": limit}
        answer = await self._service.call(
            "POST", "/internal/images:matching", principal=self._principal, json_body=body
        )
        found = answer.content
        if len(found) % ID_BYTES:
            raise UpstreamFailed("The catalog's answer cannot be read.")
        return [UUID(bytes=found[at : at + ID_BYTES]) for at in range(0, len(found), ID_BYTES)]

    async def count(self, viewer: UUID) -> int:
        """How many images the viewer may see."""
        return _number(
            await self._service.call(
                "GET", "/internal/coverage", principal=self._principal, params={"viewer_id": str(viewer)}
            )
        )

    async def total(self) -> int:
        """How many images there are, whoever may see them."""
        return _number(await self._service.call("GET", "/internal/coverage", principal=self._principal))

    async def sample(self, limit: int) -> list[tuple[UUID, UUID]]:
        """At most so many images by chance, whoever may see them: (id, owner's id)."""
        answer = await self._service.call(
            "GET", "/internal/images:sample", principal=self._principal, params={"limit": str(limit)}
        )
        try:
            return [(UUID(item["id"]), UUID(item["owner_id"])) for item in answer.json()["items"]]
        except (ValueError, KeyError, TypeError) as error:
            raise UpstreamFailed("The catalog's answer cannot be read.") from error

    async def content(self, viewer: Principal, image_id: UUID) -> bytes:
        """The original's bytes, asked for as the viewer: at most PICTOR_UPLOAD_LIMIT, the catalog takes no more."""
        return (await self._service.call("GET", f"/v1/images/{image_id}/content", principal=viewer)).content

    async def close(self) -> None:
        await self._service.close()


def _number(answer: httpx.Response) -> int:
    try:
        return int(answer.json()["total"])
    except (ValueError, KeyError, TypeError) as error:
        raise UpstreamFailed("The catalog's answer cannot be read.") from error


def _looked_up(item: dict[str, Any]) -> LookedUp:
    image = item["image"]
    fingerprint = Fingerprint(
        sha256=str(image["sha256"]),
        perceptual_hash=int(item["perceptual_hash"], 16),
        size=(int(image["width"]), int(image["height"])),
    )
    return LookedUp(UUID(image["id"]), image, fingerprint)
