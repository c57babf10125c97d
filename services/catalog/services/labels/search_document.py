"""The words under which an image is found: title and tags, labels, description, kinds."""

from collections.abc import Iterable

from services.catalog.domain import Document, ImageLabelRecord, ImageMetadata, ImageRecord, LabelStatus
from services.catalog.services.labels.taxonomy import closure
from services.catalog.storage.images import ImageRepository
from services.vision.labels import Taxonomy


def document_of(image: ImageRecord | ImageMetadata, labels: Iterable[ImageLabelRecord], taxonomy: Taxonomy) -> Document:
    """Give what the image is found by, with these labels."""
    kept = [label.label_id for label in labels if label.status is not LabelStatus.REJECTED]
    around: dict[str, None] = {}
    for label_id in kept:
        around.update(dict.fromkeys(taxonomy.search_terms(label_id)[1:]))
        for ancestor in taxonomy.ancestors(label_id):
            around.update(dict.fromkeys((ancestor.name, *ancestor.synonyms)))
    return Document(
        a=" . ".join([image.title, *image.tags]),
        b=" . ".join(taxonomy.get(label_id).name for label_id in kept),
        c=image.description,
        d=" . ".join(around),
        label_ids=tuple(closure(taxonomy, kept)),
        own_label_ids=tuple(sorted(kept)),
    )


async def write_document(
    images: ImageRepository, image: ImageRecord, taxonomy: Taxonomy, *, ready: bool = False
) -> None:
    """Bring what the image is found by up to date, in the caller's transaction; with `ready` its state too."""
    await images.write_documents({image.id: document_of(image, image.labels, taxonomy)}, ready=ready)
