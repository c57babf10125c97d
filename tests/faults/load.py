"""People who send and delete images until each is acknowledged, whatever happens meanwhile."""

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

import httpx

from services.kit.testing.apps import TokenAuth, a_user
from tests.catalog.pictures import QUARTERS, a_picture

PATIENCE_S = 240.0
OWNERS = (1, 2, 3)


@dataclass(frozen=True)
class Acknowledged:
    """An image that the catalog said it has."""

    image_id: str
    owner: int
    sha256: str
    colour: str


class Way(StrEnum):
    """What people do with an image that they delete."""

    PERMANENT = "permanent"
    EMPTY = "empty"
    """Into the trash, which they empty of it."""
    RESTORE = "restore"
    """Into the trash, and back."""


class NotAcknowledged(AssertionError):
    pass


@dataclass
class People:
    """`kept` is what they may rely on, by image id; `keys` the image ids that each idempotency key was given."""

    url: str
    random: Random
    kept: dict[str, Acknowledged] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    sent: int = 0
    refusals: int = 0

    async def work(self, *, uploads: int, deletes: int, way: Way | None = None) -> None:
        """`way` is what they do with all that they delete; None: something else each time."""
        gone = self.random.sample(sorted(self.kept), min(deletes, len(self.kept)))
        numbers = range(self.sent, self.sent + uploads)
        self.sent += uploads
        async with httpx.AsyncClient(base_url=self.url, timeout=10) as client, asyncio.TaskGroup() as group:
            for number in numbers:
                group.create_task(self._send(client, number, self.random.random() * 2, self.random.choice(OWNERS)))
            for image_id in gone:
                chosen = way or self.random.choice(list(Way))
                group.create_task(self._delete(client, self.kept.pop(image_id), self.random.random() * 2, chosen))

    async def _send(self, client: httpx.AsyncClient, number: int, after_s: float, owner: int) -> None:
        await asyncio.sleep(after_s)
        colour = QUARTERS[number % len(QUARTERS)]
        data = a_picture(colour, number=number)
        key = f"key-{number}"
        headers = {"content-type": "image/jpeg", "idempotency-key": key}
        # The same key twice at once, as a client does that was impatient.
        answers = await asyncio.gather(
            *(self._until(client, "POST", "/v1/images", owner, content=data, headers=headers) for _ in range(2))
        )
        for answer in answers:
            image_id = answer.json()["id"]
            self.keys.setdefault(key, set()).add(image_id)
            self.kept[image_id] = Acknowledged(image_id, owner, hashlib.sha256(data).hexdigest(), colour)

    async def _delete(self, client: httpx.AsyncClient, image: Acknowledged, after_s: float, way: Way) -> None:
        await asyncio.sleep(after_s)
        here = f"/v1/images/{image.image_id}?permanent={str(way is Way.PERMANENT).lower()}"
        await self._until(client, "DELETE", here, image.owner)
        if way is not Way.PERMANENT:
            chosen, headers = json.dumps({"ids": [image.image_id]}).encode(), {"content-type": "application/json"}
            await self._until(client, "POST", f"/v1/trash:{way}", image.owner, content=chosen, headers=headers)
        if way is Way.RESTORE:
            self.kept[image.image_id] = image

    async def _until(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        owner: int,
        *,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Try until it is done: 2xx, or 404 to a delete whose first answer was lost."""
        end, last = time.monotonic() + PATIENCE_S, ""
        auth = TokenAuth("catalog", a_user(owner))
        while time.monotonic() < end:
            try:
                answer = await client.request(method, path, content=content, headers=headers, auth=auth)
            except httpx.HTTPError as error:
                last = repr(error)
            else:
                if answer.is_success or (method == "DELETE" and answer.status_code == 404):
                    return answer
                last = answer.text
                if answer.status_code < 500 and answer.status_code not in {400, 408, 409, 429}:
                    raise NotAcknowledged(f"{method} {path}: {last}")
            self.refusals += 1
            await asyncio.sleep(0.3)
        raise NotAcknowledged(f"{method} {path} was not done in {PATIENCE_S:g} s: {last}")
