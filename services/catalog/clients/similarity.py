"""The similarity service: vectors go there, with what filters need."""

from base64 import b64encode
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.kit.clients import ServiceClient
from services.kit.principal import service_principal


class SimilarityClient:
    """Every call may be repeated. Raises what ServiceClient.call raises."""

    def __init__(self, service: ServiceClient, *, caller: str) -> None:
        self._service = service
        self._principal = service_principal(caller)

    async def put_point(
        self,
        image_id: UUID,
        *,
        space: str,
        vector: NDArray[np.float32],
        owner_id: UUID,
        public: bool,
        label_ids: Sequence[str],
    ) -> None:
        """Store or replace the image's vector (float32, (2048,)) in a model space."""
        body = {
            "space": space,
            "vector": b64encode(vector.astype("<f4").tobytes()).decode(),
            "owner_id": str(owner_id),
            "public": public,
            "label_ids": list(label_ids),
        }
        await self._service.call("PUT", f"/points/{image_id}", principal=self._principal, json_body=body)

    async def set_payload(self, image_id: UUID, *, owner_id: UUID, public: bool, label_ids: Sequence[str]) -> None:
        body = {"owner_id": str(owner_id), "public": public, "label_ids": list(label_ids)}
        await self._service.call("PATCH", f"/points/{image_id}", principal=self._principal, json_body=body)

    async def delete_point(self, image_id: UUID) -> None:
        await self._service.call("DELETE", f"/points/{image_id}", principal=self._principal)

    async def close(self) -> None:
        await self._service.close()
