"""The similarity service: vectors go there, with what filters need."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import PointPayload
from services.kit.clients import ServiceClient
from services.kit.principal import service_principal
from services.kit.problems import UpstreamFailed

ASK_TIMEOUT_S = 5


@dataclass(frozen=True)
class AnsweringSpace:
    """The space that was promoted, and when; None as long as none was: then the first classifier decides."""

    promoted: str | None
    promoted_at: datetime | None


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
        payload: PointPayload,
        make_space: bool = True,
    ) -> None:
        """Store or replace the image's vector (float32, (2048,)) in a model space.

        Without `make_space`, a space that is not there is refused (UpstreamRefused, code unknown_space).
        """
        encoded = b64encode(vector.astype("<f4").tobytes()).decode()
        body = {"space": space, "vector": encoded, **_as_json(payload), **({} if make_space else {"make_space": False})}
        await self._service.call("PUT", f"/points/{image_id}", principal=self._principal, json_body=body)

    async def set_payload(self, image_id: UUID, payload: PointPayload) -> None:
        await self._service.call(
            "PATCH", f"/points/{image_id}", principal=self._principal, json_body=_as_json(payload)
        )

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
            return AnsweringSpace(said["promoted"], None if moment is None else datetime.fromisoformat(moment))
        except (ValueError, KeyError, TypeError) as error:
            raise UpstreamFailed("The similarity service's answer cannot be read.") from error

    async def close(self) -> None:
        await self._service.close()


def _as_json(payload: PointPayload) -> dict[str, Any]:
    labels = {} if payload.label_ids is None else {"label_ids": list(payload.label_ids)}
    return {"owner_id": str(payload.owner_id), "public": payload.public, **labels}
