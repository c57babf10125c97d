"""What an image is found by: words of title and tags, labels, description and file name, kinds; tags; labels."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from services.catalog.domain import Document, ImageLabelRecord, ImageMetadata, ImageRecord, LabelStatus, Weight
from services.catalog.services.labels.taxonomy import closure, known
from services.catalog.storage.images import ImageRepository
from services.text.analyzer import Analyzer, Indexed
from services.text.folding import tag_key
from services.vision.labels import Taxonomy


class SearchDocuments:
    """Makes what images are found by, and writes it."""

    def __init__(self, taxonomy: Taxonomy, analyzer: Analyzer) -> None:
        self._taxonomy = taxonomy
        self._analyzer = analyzer

    @property
    def version(self) -> str:
        """That of the analyzer."""
        return self._analyzer.version

    def of(self, image: ImageRecord | ImageMetadata, labels: Iterable[ImageLabelRecord]) -> Document:
        """Give what the image is found by, with these labels."""
        kept = [label.label_id for label in labels if label.status is not LabelStatus.REJECTED]
        words: dict[str, list[tuple[int, Weight]]] = defaultdict(list)
        end = 0
        for weight, indexed in self._texts(image, known(self._taxonomy, kept)):
            for lexeme, places in indexed.places.items():
                words[lexeme] += [(end + place, weight) for place in places]
            end += indexed.end + 1  # no phrase goes from one text into the next
        return Document(
            words=words,
            tag_keys=tuple(tag_key(tag) for tag in image.tags),
            analyzer=self._analyzer.version,
            label_ids=tuple(closure(self._taxonomy, kept)),
            own_label_ids=tuple(sorted(kept)),
        )

    async def write(self, images: ImageRepository, image: ImageRecord, *, ready: bool = False) -> None:
        """Bring what the image is found by up to date, in the caller's transaction; with `ready` its state too."""
        await images.write_documents({image.id: self.of(image, image.labels)}, ready=ready)

    def _texts(self, image: ImageRecord | ImageMetadata, labels: list[str]) -> Iterator[tuple[Weight, Indexed]]:
        yield from (("A", self._analyzer.indexed(text)) for text in (image.title, *image.tags))
        yield from (("B", self._analyzer.indexed_short(self._taxonomy.get(label_id).name)) for label_id in labels)
        yield from (("C", self._analyzer.indexed(text)) for text in (image.description, image.file_name or ""))
        around: dict[str, None] = {}
        for label_id in labels:
            around.update(dict.fromkeys(self._taxonomy.search_terms(label_id)[1:]))
            for ancestor in self._taxonomy.ancestors(label_id):
                around.update(dict.fromkeys((ancestor.name, *ancestor.synonyms)))
        yield from (("D", self._analyzer.indexed_short(text)) for text in around)
