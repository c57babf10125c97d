"""What the worker does with one job. Every step may run twice: the queue promises at least once, not exactly once."""

import tempfile
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
)
from services.catalog.services.documents import write_document
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.objects import ObjectMissing, ObjectStore
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
    ) -> None:
        self._worker = worker
        self._sessions = sessions
        self._store = store
        self._decoder = decoder
        self._classifier = classifier
        self._similarity = similarity
        self._taxonomy = taxonomy

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
        rejected = {label.label_id for label in image.labels if label.status is LabelStatus.REJECTED}
        by_hand = {label.label_id for label in image.labels if label.source is LabelSource.USER}
        label_ids = sorted(({label.label_id for label in labels} | by_hand) - rejected)
        await self._similarity.put_point(
            image.id,
            space=inference.space,
            vector=inference.embedding,
            owner_id=image.owner_id,
            public=image.visibility == "public",
            label_ids=label_ids,
        )
        await self._write_labels(job, image, labels)
        await self._store.delete(model_input_key(job.image_id))

    async def _write_labels(self, job: JobRecord, before: ImageRecord, labels: list[ImageLabelRecord]) -> None:
        async with self._sessions.begin() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            if not await jobs.holds(job, self._worker):
                raise LeaseLost(str(job.id))
            image = await images.get_for_work(job.image_id)
            if image is None or image.visibility is not before.visibility:
                await jobs.enqueue(JobKind.SYNC, job.image_id)  # what we told the similarity service is stale
            if image is not None:
                await images.replace_model_labels(image.id, labels)
                await images.set_state(image.id, ImageState.READY)
                labelled = await images.get_for_work(image.id)
                if labelled is not None:
                    await write_document(images, labelled, self._taxonomy)
            await jobs.finish(job)

    async def _sync(self, job: JobRecord) -> None:
        async with self._sessions.begin() as session:
            image = await ImageRepository(session).get_for_work(job.image_id)
        if image is None:
            await self._similarity.delete_point(job.image_id)
        else:
            await self._similarity.set_payload(
                image.id,
                owner_id=image.owner_id,
                public=image.visibility == "public",
                label_ids=[label.label_id for label in image.labels if label.status is not LabelStatus.REJECTED],
            )
        await self._finish(job)

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
