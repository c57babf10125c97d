"""What a person says of an image's labels: this one is right, that one is wrong, here is another."""

from services.catalog.domain import ImageLabelRecord, ImageRecord, JobKind, LabelSource, LabelStatus
from services.catalog.services.errors import LabelNotOnImage, NoSuchImage, TooManyLabels
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.labels import LabelRepository
from services.kit.http.problems import NotFound
from services.vision.labels import Label, Taxonomy, UnknownLabelError

MAX_DECIDED = 100
"""Labels of one image that people may have decided about: what is kept for each image is bounded."""


class ImageLabelService:
    """Verdicts on labels of an image whose row the caller holds, by its owner.

    A verdict that is there already changes nothing, not even its date. What follows from the labels (words, vector's
    payload, date of change) follows in the same transaction. Raises NotFound for what is no label at all.
    """

    def __init__(
        self,
        images: ImageRepository,
        labels: LabelRepository,
        jobs: JobRepository,
        *,
        taxonomy: Taxonomy,
        documents: SearchDocuments,
    ) -> None:
        self._images = images
        self._labels = labels
        self._jobs = jobs
        self._taxonomy = taxonomy
        self._documents = documents

    async def decide(self, image: ImageRecord, label_id: str, status: LabelStatus) -> ImageRecord:
        """Confirm or reject a label that the image has; raise LabelNotOnImage for another."""
        label, found = self._label(label_id), _found(image, label_id)
        if found is None:
            raise LabelNotOnImage(
                f"The image has no label {label.name!r} ({label.id}): GET the image's labels for those it has; "
                "PUT adds one by hand."
            )
        if found.status is status:
            return image
        _require_room(image, found)
        await self._labels.decide(image.id, label_id, status, by=image.owner_id)
        return await self._followed(image)

    async def add(self, image: ImageRecord, label_id: str) -> ImageRecord:
        """Add a label by hand; one that the image has already is confirmed."""
        self._label(label_id)
        found = _found(image, label_id)
        if found is not None:
            return await self.decide(image, label_id, LabelStatus.CONFIRMED)
        _require_room(image, found)
        await self._labels.add(image.id, label_id, by=image.owner_id)
        return await self._followed(image)

    async def take_back(self, image: ImageRecord, label_id: str) -> ImageRecord:
        """Forget what a person said: a label given by hand goes, one of a model's is suggested again."""
        self._label(label_id)
        found = _found(image, label_id)
        if found is None or found.status is LabelStatus.SUGGESTED:
            return image
        if found.source is LabelSource.USER:
            await self._labels.remove(image.id, label_id)
        else:
            await self._labels.decide(image.id, label_id, LabelStatus.SUGGESTED, by=None)
        return await self._followed(image)

    async def _followed(self, image: ImageRecord) -> ImageRecord:
        await self._images.change(image.id, {})
        changed = await self._images.get(image.id, image.owner_id)
        if changed is None:
            raise NoSuchImage
        await self._documents.write(self._images, changed)
        await self._jobs.enqueue(JobKind.SYNC, image.id)
        return changed

    def _label(self, label_id: str) -> Label:
        try:
            return self._taxonomy.get(label_id)
        except UnknownLabelError as error:
            raise NotFound("There is no such label; GET /v1/labels?prefix=… finds ids.") from error


def _found(image: ImageRecord, label_id: str) -> ImageLabelRecord | None:
    return next((label for label in image.labels if label.label_id == label_id), None)


def _require_room(image: ImageRecord, found: ImageLabelRecord | None) -> None:
    decided = sum(label.status is not LabelStatus.SUGGESTED for label in image.labels)
    if decided >= MAX_DECIDED and (found is None or found.status is LabelStatus.SUGGESTED):
        raise TooManyLabels(f"There are {MAX_DECIDED} verdicts on this image's labels: take one back first.")
