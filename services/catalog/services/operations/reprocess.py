"""What reprocessing does with one image. It may be done twice: the same vector, the same labels.

As in ingest, people go on meanwhile: who told the similarity service something looks again afterwards, and when that is
no longer what is true, it is told again.
"""

from datetime import timedelta
from functools import partial
from uuid import UUID

import numpy as np

from services.catalog.clients.classifier import ClassifierClient, Inference
from services.catalog.clients.classifiers import Classifiers
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.domain import (
    ImageLabelRecord,
    JobKind,
    ModelChoice,
    OperationRecord,
    Original,
    PointPayload,
)
from services.catalog.services.images.model_input import ModelInputs
from services.catalog.services.labels.predictions import best_labels, is_judged, payload, payload_now, relabelled
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.labels import LabelRepository
from services.kit.clients import UpstreamRefused
from services.kit.ids import time_of
from services.kit.postgres.database import Database
from services.vision.labels import Taxonomy

CALLER = "catalog"
BACKFILL = 3
"""The protocol's priority of what nobody waits for."""
HANDOVER_S = 60
"""So long after a promotion, ingest may still have been under way with the classifier of before."""


class CannotGoOn(RuntimeError):
    """The operation cannot be done, whichever image is tried; the text is for people."""


class Reprocessor:
    """Does images for operations. Raises, beside CannotGoOn, what the store, the decoder and the clients raise."""

    def __init__(
        self,
        *,
        database: Database,
        inputs: ModelInputs,
        classifiers: Classifiers,
        similarity: SimilarityClient,
        taxonomy: Taxonomy,
        documents: SearchDocuments,
    ) -> None:
        self._database = database
        self._inputs = inputs
        self._classifiers = classifiers
        self._similarity = similarity
        self._taxonomy = taxonomy
        self._documents = documents

    async def target(self, operation: OperationRecord) -> str | None:
        """Give the space that is filled; None with the active model, which may become another one meanwhile."""
        if operation.parameters["model"] == ModelChoice.ACTIVE.value:
            return None
        known: str | None = operation.parameters.get("space")
        return known or await self._classifiers.candidate()

    async def do(self, image_id: UUID, space: str | None, *, new_space: bool = False) -> bool:
        """Embed the image into the space; with None, label it as well, and embed it into the active space.

        With `new_space` the space is made when it is not there; else it was dropped, and there is nothing to go on
        with. False: the image was deleted meanwhile.
        """
        async with self._database.transaction() as session:
            image = await ImageRepository(session).get_for_work(image_id)
        if image is None:
            return False
        inference = await self._infer(image.original, space)
        labels = best_labels(inference, self._taxonomy) if space is None else None
        told = payload(image if labels is None else relabelled(image, labels))
        await self._put(image_id, inference, told, space, new_space=new_space)
        await self._look_again(image_id, told, labels)
        return True

    async def superseded(self, space: str, cursor: UUID) -> bool:
        """Whether the space answers by now, and since before the images behind the cursor came: ingest fills it."""
        answering = await self._classifiers.promoted()
        if answering.promoted != space or answering.promoted_at is None:
            return False
        return time_of(cursor) > answering.promoted_at + timedelta(seconds=HANDOVER_S)

    async def _infer(self, original: Original, space: str | None) -> Inference:
        classifier = ClassifierClient(self._classifiers, caller=CALLER, space=space, priority=BACKFILL)
        model = await classifier.model()
        pixels = await self._inputs.read(original, model.input)
        [inference] = await classifier.infer(pixels[np.newaxis], model)
        return inference

    async def _put(
        self, image_id: UUID, inference: Inference, told: PointPayload, space: str | None, *, new_space: bool
    ) -> None:
        put = partial(self._similarity.put_points, {image_id: (inference.embedding, told)}, space=inference.space)
        if space is None:
            await put()
            return
        try:
            await put(make_space=False)
        except UpstreamRefused as error:
            if error.code != "unknown_space":
                raise
            if not new_space:
                raise CannotGoOn(f"The model space {space} was dropped meanwhile.") from error
            await self._similarity.announce(space, dimension=len(inference.embedding), trained=inference.trained)
            await put(make_space=False)

    async def _look_again(self, image_id: UUID, told: PointPayload, labels: list[ImageLabelRecord] | None) -> None:
        several = labels is not None and (await self._classifiers.promoted()).several
        async with self._database.transaction() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            image = await images.get_for_work(image_id)
            if image is not None and labels is not None:
                judged = [image.id] if is_judged(image) else []
                await LabelRepository(session).replace_model_labels({image.id: labels}, judged=judged)
                image = relabelled(image, labels)
                await self._documents.write(images, image, ready=True)
            if payload_now(image) != told or several:
                await jobs.enqueue(JobKind.SYNC, image_id)
