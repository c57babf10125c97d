"""A library that a walk of chance changes, beside a plain list of what must be true of it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.catalog.domain import ImageLabelRecord, LabelSource, LabelStatus
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.labels import LabelRepository
from services.text.analyzer import Analyzer
from services.vision.labels import load_taxonomy
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture

TAXONOMY = load_taxonomy()
LABELS = [
    "n02093428",  # American Staffordshire terrier: a dog
    "n02093256",  # Staffordshire bullterrier: a dog
    "n02123045",  # tabby: a cat
    "n02504458",  # African elephant
    "n07749582",  # lemon
    "n02084071",  # dog: no class of the model
]
TAGS = ["beach", "bench", "zoo", "pet shop", "petal", "no secret"]
USERS = (1, 2, 3)


@dataclass
class Known:
    """What is true of one image."""

    owner: int
    public: bool
    tags: list[str]
    labels: dict[str, float] = field(default_factory=dict)

    def visible(self, user: int) -> bool:
        return self.public or self.owner == user

    def closure(self) -> set[str]:
        return {above for label in self.labels for above in (label, *(found.id for found in TAXONOMY.ancestors(label)))}

    def score(self, label: str) -> float | None:
        """The best score among the labels that are the label or a kind of it."""
        kinds = [
            score
            for borne, score in self.labels.items()
            if label in {borne, *(found.id for found in TAXONOMY.ancestors(borne))}
        ]
        return max(kinds, default=None)


class Walk:
    """Takes steps of chance, each through the API where there is one."""

    def __init__(self, catalog: RunningCatalog, seed: int) -> None:
        self.catalog = catalog
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.images: dict[str, Known] = {}
        self._number = 0

    async def step(self) -> None:
        steps = [self.upload, self.label, self.label, self.tag, self.show, self.delete, self.compact, self.roll_up]
        await self.chance.choice(steps)()

    async def upload(self, *, owner: int | None = None, public: bool | None = None) -> str:
        self._number += 1
        known = Known(
            owner=owner or self.chance.choice(USERS[:2]),
            public=self.chance.random() < 0.5 if public is None else public,
            tags=self._some(TAGS),
        )
        picture = a_picture(number=self._number, size=(16, 12))
        said = {"tags": known.tags, "visibility": "public" if known.public else "private"}
        image = await self.catalog.upload(picture, by=known.owner, **said)
        self.images[image["id"]] = known
        return str(image["id"])

    async def label(self, image_id: str | None = None) -> None:
        """Give an image other labels; one more is rejected by somebody."""
        labels = {label: self.chance.choice([0.125, 0.5, 0.7, 1.0]) for label in self._some(LABELS)}
        rejected = [label for label in self._some(LABELS)[:1] if label not in labels]
        await self.put_labels(image_id or await self._any(), labels, rejected)

    async def put_labels(self, image_id: str, labels: dict[str, float], rejected: Sequence[str] = ()) -> None:
        """Write labels as the worker does."""
        records = [
            ImageLabelRecord(label, score, 1, LabelSource.MODEL, "test", True, status)
            for status, said in (
                (LabelStatus.SUGGESTED, labels),
                (LabelStatus.REJECTED, dict.fromkeys(rejected, 0.9)),
            )
            for label, score in said.items()
        ]
        async with self.catalog.app.state.database.transaction() as session:
            images = ImageRepository(session)
            await images.get_for_work(UUID(image_id))
            await session.execute(text("DELETE FROM image_labels WHERE image_id = :id"), {"id": image_id})
            await LabelRepository(session).replace_model_labels({UUID(image_id): records}, judged=[])
            image = await images.get_for_work(UUID(image_id))
            assert image is not None
            await SearchDocuments(TAXONOMY, Analyzer()).write(images, image)
        self.images[image_id].labels = labels

    async def tag(self) -> None:
        image_id = await self._any()
        self.images[image_id].tags = self._some(TAGS)
        await self._change(image_id, tags=self.images[image_id].tags)

    async def show(self) -> None:
        """Make a private image public, or a public one private."""
        image_id = await self._any()
        known = self.images[image_id]
        known.public = not known.public
        await self._change(image_id, visibility="public" if known.public else "private")

    async def delete(self) -> None:
        image_id = await self._any()
        known = self.images.pop(image_id)
        answer = await self.catalog.user(known.owner).delete(f"/v1/images/{image_id}")
        assert answer.status_code == 204

    async def compact(self) -> None:
        await SearchMaintenance(self.catalog.app.state.database, TAXONOMY).compact(most_changed=0)

    async def roll_up(self) -> None:
        await SearchMaintenance(self.catalog.app.state.database, TAXONOMY).roll_up(most_logged=0)

    def visible(self, user: int) -> dict[str, Known]:
        return {image_id: known for image_id, known in self.images.items() if known.visible(user)}

    async def _any(self) -> str:
        return self.chance.choice(list(self.images)) if self.images else await self.upload()

    async def _change(self, image_id: str, **values: Any) -> None:
        client = self.catalog.user(self.images[image_id].owner)
        answer = await client.patch(f"/v1/images/{image_id}", json=values)
        assert answer.status_code == 200, answer.text

    def _some(self, of: list[str]) -> list[str]:
        return self.chance.sample(of, self.chance.randint(0, 3))


def facets_of(images: list[Known]) -> dict[str, dict[str, int]]:
    """Count labels (with what they are kinds of), tags and owners by looking at every image."""
    return {
        "labels": dict(Counter(label for known in images for label in known.closure())),
        "tags": dict(Counter(tag for known in images for tag in known.tags)),
        "owners": dict(Counter(str(UUID(int=known.owner)) for known in images)),
    }
