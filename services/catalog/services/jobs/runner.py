"""What the worker does with one job. Every step may run twice: the queue promises at least once, not exactly once.

People go on meanwhile, and two jobs may be at one image. So whoever told the similarity service something looks again
afterwards: when it is no longer what is true, it is told again.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.catalog.clients.classifier import ClassifierClient, Inference
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.domain import (
    ImageLabelRecord,
    ImageRecord,
    JobKind,
    JobRecord,
    PointPayload,
)
from services.catalog.services.images.model_input import ModelInputs
from services.catalog.services.labels.predictions import best_labels, is_judged, payload, payload_now, relabelled
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.labels import LabelRepository
from services.catalog.storage.objects import ObjectStore, StoreUnavailable
from services.catalog.storage.objects.keys import image_prefix, model_input_key
from services.kit.failpoints import failpoint
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
        inputs: ModelInputs,
        classifier: ClassifierClient,
        similarity: SimilarityClient,
        taxonomy: Taxonomy,
        documents: SearchDocuments,
    ) -> None:
        self._worker = worker
        self._sessions = sessions
        self._store = store
        self._inputs = inputs
        self._classifier = classifier
        self._similarity = similarity
        self._taxonomy = taxonomy
        self._documents = documents

    async def run(self, jobs: Sequence[JobRecord]) -> None:
        """Do one job, or several of kind ingest together; their last transaction removes them from the queue.

        Raises what went wrong with any of them, or LeaseLost; what is done is done.
        """
        if jobs[0].kind is JobKind.INGEST:
            await self._ingest(jobs)
        else:
            [job] = jobs
            await (self._sync(job) if job.kind is JobKind.SYNC else self._purge(job))

    async def _ingest(self, jobs: Sequence[JobRecord]) -> None:
        """One inference, one call to the similarity service and one transaction for all: a fraction of the work."""
        async with self._sessions.begin() as session:
            images = await ImageRepository(session).get_all_for_work([job.image_id for job in jobs], lock=False)
        by_image = {job.image_id: job for job in jobs}
        there = [by_image.pop(image.id) for image in images]
        await self._finish(list(by_image.values()))  # deleted meanwhile: their own jobs clean up
        if not images:
            return
        failpoint("job.claimed")
        model, several = await self._classifier.model(), await self._classifier.several_spaces()
        inputs = await asyncio.gather(*(self._inputs.read(image.original, model.input) for image in images))
        inferences = await self._classifier.infer(np.stack(inputs), model)
        failpoint("job.inferred")
        found = {
            image.id: _Found(image, inference, best_labels(inference, self._taxonomy))
            for image, inference in zip(images, inferences, strict=True)
        }
        points = {image_id: (one.inference.embedding, one.told) for image_id, one in found.items()}
        await self._similarity.put_points(points, space=inferences[0].space)
        failpoint("job.vector")
        await self._write_labels(there, found, several=several)
        failpoint("job.done")
        with contextlib.suppress(StoreUnavailable):  # the labels are what counts
            await asyncio.gather(*(self._store.delete(model_input_key(image_id)) for image_id in found))

    async def _write_labels(self, jobs: Sequence[JobRecord], found: Mapping[UUID, "_Found"], *, several: bool) -> None:
        """`several`: vectors may stand in other spaces than the active one, which are told of new labels."""
        async with self._sessions.begin() as session:
            images, queue = ImageRepository(session), JobRepository(session)
            # Images before jobs: who deletes holds them in this order.
            present = {image.id: image for image in await images.get_all_for_work(list(found))}
            held = await queue.finish_held(jobs, self._worker)
            done = {job.image_id for job in held if job.image_id in present}
            if done:
                judged = [image_id for image_id in done if is_judged(present[image_id])]
                labels = {image_id: found[image_id].labels for image_id in done}
                await LabelRepository(session).replace_model_labels(labels, judged=judged)
                present |= {image_id: relabelled(present[image_id], found[image_id].labels) for image_id in done}
                documents = {
                    image_id: self._documents.of(present[image_id], present[image_id].labels) for image_id in done
                }
                await images.write_documents(documents, ready=True)
            for image_id, one in found.items():
                await self._check_told(queue, image_id, one.told, present.get(image_id))
                if several and image_id in done:
                    await queue.enqueue(JobKind.SYNC, image_id)
        if len(held) < len(jobs):
            raise LeaseLost(f"{len(jobs) - len(held)} of {len(jobs)}")

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
        if told is None and image is not None:  # restored meanwhile: its vector, if made again by then, is removed
            await jobs.enqueue(JobKind.INGEST, image_id)
        elif payload_now(image) != told:
            await jobs.enqueue(JobKind.SYNC, image_id)

    async def _purge(self, job: JobRecord) -> None:
        async with self._sessions() as session:
            is_for_purge = await ImageRepository(session).is_for_purge(job.image_id)
        if is_for_purge:
            await self._similarity.delete_point(job.image_id)
            await self._store.delete_prefix(image_prefix(job.image_id))
            failpoint("purge.objects")
        async with self._sessions.begin() as session:
            await ImageRepository(session).remove(job.image_id)
            await JobRepository(session).finish(job)

    async def _finish(self, jobs: Sequence[JobRecord]) -> None:
        if jobs:
            async with self._sessions.begin() as session:
                await JobRepository(session).finish(*jobs)


@dataclass(frozen=True, eq=False)
class _Found:
    """What a model says of an image, as it was when the job began."""

    image: ImageRecord
    inference: Inference
    labels: list[ImageLabelRecord]

    @cached_property
    def told(self) -> PointPayload:
        """What the similarity service is told."""
        return payload(relabelled(self.image, self.labels))
