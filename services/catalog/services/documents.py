"""The words under which an image is found: title and tags, labels, description, kinds."""

from services.catalog.domain import ImageRecord, LabelStatus
from services.catalog.services.closure import closure
from services.catalog.storage.images import ImageRepository
from services.vision.labels import Taxonomy


async def write_document(images: ImageRepository, image: ImageRecord, taxonomy: Taxonomy) -> None:
    """Bring the image's full-text document and the closure of its labels up to date, in the caller's transaction."""
    kept = [label.label_id for label in image.labels if label.status is not LabelStatus.REJECTED]
    names = [taxonomy.get(label_id).name for label_id in kept]
    around: dict[str, None] = {}
    for label_id in kept:
        around.update(dict.fromkeys(taxonomy.search_terms(label_id)[1:]))
        for ancestor in taxonomy.ancestors(label_id):
            around.update(dict.fromkeys((ancestor.name, *ancestor.synonyms)))
    await images.write_document(
        image.id,
        a=" . ".join([image.title, *image.tags]),
        b=" . ".join(names),
        c=image.description,
        d=" . ".join(around),
        label_ids=closure(taxonomy, kept),
        own_label_ids=sorted(kept),
    )
