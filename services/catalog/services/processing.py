"""What the worker does with one job. Every step may run twice: the queue promises at least once, not exactly once.

People go on meanwhile, and two jobs may be at one image. So whoever told the similarity service something looks again
afterwards: when it is no longer what is true, it is told again.
"""

import contextlib
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.catalog.clients.classifier import ClassifierClient
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.domain import (
    ImageLabelRecord,
    ImageRecord,
    ImageState,
    JobKind,
    JobRecord,
    PointPayload,
)
from services.catalog.services.documents import write_document
from services.catalog.services.labelling import best_labels, payload_now, relabelled
from services.catalog.services.model_inputs import ModelInputs
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.objects import ObjectStore, StoreUnavailable
from services.catalog.storage.objects.keys import image_prefix, model_input_key
from services.vision.decoding import Decoder
from services.vision.labels import Taxonomy


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
        self._inputs = ModelInputs(store, decoder)
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
        inference = await self._classifier.infer(await self._inputs.read(job.image_id))
        labels = best_labels(inference, self._taxonomy)
        told = relabelled(image, labels)
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
        told = payload_now(image)
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
        if payload_now(image) != told:
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
