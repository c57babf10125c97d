"""The similarity service: vectors go there, with what filters need."""

from base64 import b64encode
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import PointPayload
from services.kit.clients import ServiceClient
from services.kit.principal import service_principal


class SimilarityClient:
    """Every call may be repeated. Raises what ServiceClient.call raises."""

    def __init__(self, service: ServiceClient, *, caller: str) -> None:
        self._service = service
        self._principal = service_principal(caller)

    async def put_point(
        self, image_id: UUID, *, space: str, vector: NDArray[np.float32], payload: PointPayload
    ) -> None:
        """Store or replace the image's vector (float32, (2048,)) in a model space."""
        encoded = b64encode(vector.astype("<f4").tobytes()).decode()
        body = {"space": space, "vector": encoded, **_as_json(payload)}
        await self._service.call("PUT", f"/points/{image_id}", principal=self._principal, json_body=body)

    async def set_payload(self, image_id: UUID, payload: PointPayload) -> None:
        await self._service.call(
            "PATCH", f"/points/{image_id}", principal=self._principal, json_body=_as_json(payload)
        )

    async def delete_point(self, image_id: UUID) -> None:
        await self._service.call("DELETE", f"/points/{image_id}", principal=self._principal)

    async def close(self) -> None:
        await self._service.close()


def _as_json(payload: PointPayload) -> dict[str, Any]:
    labels = {} if payload.label_ids is None else {"label_ids": list(payload.label_ids)}
    return {"owner_id": str(payload.owner_id), "public": payload.public, **labels}
