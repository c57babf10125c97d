"""What the worker does with one job. Every step may run twice: the queue promises at least once, not exactly once.

People go on meanwhile, and two jobs may be at one image. So whoever told the similarity service something looks again
afterwards: when it is no longer what is true, it is told again.
"""

import contextlib
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.catalog.clients.classifier import ClassifierClient, Inference
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.domain import (
    INPUT_SIZE,
    ImageLabelRecord,
    ImageRecord,
    ImageState,
    JobKind,
    JobRecord,
    LabelSource,
    LabelStatus,
    PointPayload,
    Visibility,
)
from services.catalog.services.documents import write_document
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.objects import ObjectMissing, ObjectStore, StoreUnavailable
from services.catalog.storage.objects.keys import image_prefix, model_input_key, original_key
from services.catalog.storage.objects.port import read_all
from services.vision.decoding import Decoder, DecodeRequest
from services.vision.labels import Taxonomy

TOP = 5


class LeaseLost(RuntimeError):
    """Another worker has the job by now: what we did is dropped, what it does counts."""


class JobRunner:
    def __init__(
        self,
        *,
        worker: str,
        sessions: async_sessionmaker[AsyncSession],
        store: ObjectStore,
        decoder: Decoder,
        classifier: ClassifierClient,
        similarity: SimilarityClient,
        taxonomy: Taxonomy,
        several_spaces: bool = False,
    ) -> None:
        """`several_spaces` says that vectors may stand in others than the active one: they are told of new labels."""
        self._worker = worker
        self._sessions = sessions
        self._store = store
        self._decoder = decoder
        self._classifier = classifier
        self._similarity = similarity
        self._taxonomy = taxonomy
        self._several_spaces = several_spaces

    async def run(self, job: JobRecord) -> None:
        """Do the job; its last transaction removes it from the queue. Raises what went wrong, or LeaseLost."""
        steps = {JobKind.INGEST: self._ingest, JobKind.SYNC: self._sync, JobKind.PURGE: self._purge}
        await steps[job.kind](job)

    async def _ingest(self, job: JobRecord) -> None:
        async with self._sessions.begin() as session:
            image = await ImageRepository(session).get_for_work(job.image_id)
        if image is None:  # deleted meanwhile: its own jobs clean up
            await self._finish(job)
            return
        inference = await self._classifier.infer(await self._model_input(job.image_id))
        labels = self._labels(inference)
        told = _payload(image, [*(label for label in image.labels if not _is_suggestion(label)), *labels])
        await self._similarity.put_point(image.id, space=inference.space, vector=inference.embedding, payload=told)
        await self._write_labels(job, told, labels)
        with contextlib.suppress(StoreUnavailable):  # the labels are what counts
            await self._store.delete(model_input_key(job.image_id))

    async def _write_labels(self, job: JobRecord, told: PointPayload, labels: list[ImageLabelRecord]) -> None:
        async with self._sessions.begin() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            image = await images.get_for_work(job.image_id)  # before the job: who deletes holds them in this order
            held = await jobs.holds(job, self._worker)
            if image is not None and held:
                await images.replace_model_labels(image.id, labels)
                await images.set_state(image.id, ImageState.READY)
                image = await images.get_for_work(job.image_id)
            if image is not None and held:
                await write_document(images, image, self._taxonomy)
            await self._check_told(jobs, job.image_id, told, image)
            if held and self._several_spaces:
                await jobs.enqueue(JobKind.SYNC, job.image_id)
            if held:
                await jobs.finish(job)
        if not held:
            raise LeaseLost(str(job.id))

    async def _sync(self, job: JobRecord) -> None:
        async with self._sessions.begin() as session:
            image = await ImageRepository(session).get_for_work(job.image_id)
        told = _payload_now(image)
        if told is None:
            await self._similarity.delete_point(job.image_id)
        else:
            await self._similarity.set_payload(job.image_id, told)
        async with self._sessions.begin() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            await self._check_told(jobs, job.image_id, told, await images.get_for_work(job.image_id))
            await jobs.finish(job)

    @staticmethod
    async def _check_told(
        jobs: JobRepository, image_id: UUID, told: PointPayload | None, image: ImageRecord | None
    ) -> None:
        if _payload_now(image) != told:
            await jobs.enqueue(JobKind.SYNC, image_id)

    async def _purge(self, job: JobRecord) -> None:
        async with self._sessions() as session:
            deleted = await ImageRepository(session).deleted_at(job.image_id)
        if deleted is not None:
            await self._similarity.delete_point(job.image_id)
            await self._store.delete_prefix(image_prefix(job.image_id))
        async with self._sessions.begin() as session:
            await ImageRepository(session).remove(job.image_id)
            await JobRepository(session).finish(job)

    async def _finish(self, job: JobRecord) -> None:
        async with self._sessions.begin() as session:
            await JobRepository(session).finish(job)

    async def _model_input(self, image_id: UUID) -> NDArray[np.uint8]:
        """Give what upload left in the store, or decode the original again."""
        shape = (INPUT_SIZE, INPUT_SIZE, 3)
        try:
            kept = await read_all(self._store, model_input_key(image_id))
            return np.frombuffer(kept, np.uint8).reshape(shape)
        except (ObjectMissing, ValueError):
            return await self._decode_again(image_id)

    async def _decode_again(self, image_id: UUID) -> NDArray[np.uint8]:
        with tempfile.TemporaryDirectory(prefix="pictor-job-") as folder:
            path = Path(folder) / "original"
            with path.open("wb") as target:
                async for chunk in self._store.read(original_key(image_id)):
                    target.write(chunk)
            decoded = await self._decoder.decode(path, DecodeRequest(model_input_size=INPUT_SIZE))
        if decoded.model_input is None:
            raise RuntimeError("the decoder gave no model input")
        return decoded.model_input

    def _labels(self, inference: Inference) -> list[ImageLabelRecord]:
        """Give the five best classes; equal scores in the order of their index."""
        order = np.argsort(-inference.probabilities, kind="stable")[:TOP]
        classes = self._taxonomy.classes
        return [
            ImageLabelRecord(
                label_id=classes[index].id,
                score=float(min(max(inference.probabilities[index], 0.0), 1.0)),
                rank=rank,
                source=LabelSource.MODEL,
                model=inference.space,
                trained=inference.trained,
                status=LabelStatus.SUGGESTED,
            )
            for rank, index in enumerate(order.tolist(), start=1)
        ]


def _is_suggestion(label: ImageLabelRecord) -> bool:
    """Whether a model said so and nobody looked: the next run replaces it."""
    return label.source is LabelSource.MODEL and label.status is LabelStatus.SUGGESTED


def _payload(image: ImageRecord, labels: Iterable[ImageLabelRecord]) -> PointPayload:
    """Give what to tell of an image that bears these labels; of two of the same class, the first counts."""
    first = {label.label_id: label for label in reversed(list(labels))}
    kept = sorted(label.label_id for label in first.values() if label.status is not LabelStatus.REJECTED)
    return PointPayload(image.owner_id, image.visibility is Visibility.PUBLIC, tuple(kept))


def _payload_now(image: ImageRecord | None) -> PointPayload | None:
    """Give what to tell of an image as it is, None when it is gone. Until it is ready, ingest tells its labels."""
    if image is None:
        return None
    payload = _payload(image, image.labels)
    return payload if image.state is ImageState.READY else replace(payload, label_ids=None)
