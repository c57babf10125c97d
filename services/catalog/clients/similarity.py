"""The similarity service: vectors go there, with what filters need."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import PointPayload
from services.kit.clients import ServiceClient
from services.kit.http.problems import UpstreamFailed
from services.kit.principal import service_principal

ASK_TIMEOUT_S = 5


@dataclass(frozen=True)
class AnsweringSpace:
    """The space that was promoted, and when; None as long as none was: then the first classifier decides."""

    promoted: str | None
    promoted_at: datetime | None
    several: bool = False
    """Whether there are other spaces beside it, which want to hear of labels too."""


class SimilarityClient:
    """Every call may be repeated. Raises what ServiceClient.call raises."""

    def __init__(self, service: ServiceClient, *, caller: str) -> None:
        self._service = service
        self._principal = service_principal(caller)

    async def put_points(
        self,
        points: Mapping[UUID, tuple[NDArray[np.float32], PointPayload]],
        *,
        space: str,
        make_space: bool = True,
    ) -> None:
        """Store or replace vectors (float32, (values,)) of at most 32 images in a model space: all or none.

        Without `make_space`, a space that is not there is refused (UpstreamRefused, code unknown_space).
        """
        told = [
            {
                "image_id": str(image_id),
                "vector": b64encode(vector.astype("<f4").tobytes()).decode(),
                **_as_json(payload),
            }
            for image_id, (vector, payload) in points.items()
        ]
        body = {"space": space, "points": told, **({} if make_space else {"make_space": False})}
        await self._service.call("PUT", "/points", principal=self._principal, json_body=body)

    async def set_payload(self, image_id: UUID, payload: PointPayload) -> None:
        await self._service.call("PATCH", f"/points/{image_id}", principal=self._principal, json_body=_as_json(payload))

    async def delete_point(self, image_id: UUID) -> None:
        await self._service.call("DELETE", f"/points/{image_id}", principal=self._principal)

    async def announce(self, space: str, *, dimension: int, trained: bool) -> None:
        """Make a space that is going to be filled beside the one that answers."""
        body = {"dimension": dimension, "trained": trained}
        await self._service.call("PUT", f"/internal/spaces/{space}", principal=self._principal, json_body=body)

    async def answering(self) -> AnsweringSpace:
        """Say which space answers searches."""
        answer = await self._service.call(
            "GET", "/internal/spaces:answering", principal=self._principal, timeout_s=ASK_TIMEOUT_S
        )
        try:
            said = answer.json()
            moment = said["promoted_at"]
            promoted_at = None if moment is None else datetime.fromisoformat(moment)
            return AnsweringSpace(said["promoted"], promoted_at, several=said.get("spaces", 1) > 1)
        except (ValueError, KeyError, TypeError) as error:
            raise UpstreamFailed("The similarity service's answer cannot be read.") from error

    async def spaces(self) -> list[dict[str, Any]]:
        """Give the model spaces as GET /v1/spaces has them."""
        answer = await self._service.call("GET", "/v1/spaces", principal=self._principal, timeout_s=ASK_TIMEOUT_S)
        try:
            return list(answer.json()["items"])
        except (ValueError, KeyError, TypeError) as error:
            raise UpstreamFailed("The similarity service's answer cannot be read.") from error

    async def close(self) -> None:
        await self._service.close()


def _as_json(payload: PointPayload) -> dict[str, Any]:
    labels = {} if payload.label_ids is None else {"label_ids": list(payload.label_ids)}
    return {"owner_id": str(payload.owner_id), "public": payload.public, **labels}
