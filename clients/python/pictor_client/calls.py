"""Each helper as an operation of the core and its arguments: `Pictor` and `AsyncPictor` only have to make it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType, NoneType
from typing import Any, Generic, Literal, TypeVar, cast
from uuid import UUID, uuid4

from pictor_client import core
from pictor_client.core.api.account import me_get
from pictor_client.core.api.classification import classify_image
from pictor_client.core.api.collections import (
    collections_add_image,
    collections_create,
    collections_delete,
    collections_images,
    collections_list,
    collections_remove_image,
)
from pictor_client.core.api.content import images_content
from pictor_client.core.api.images import (
    images_batch_update,
    images_check,
    images_create,
    images_delete,
    images_get,
    images_labels,
    images_list,
    images_update,
)
from pictor_client.core.api.labels import (
    images_labels_add,
    images_labels_confirm,
    images_labels_reject,
    images_labels_take_back,
    labels_list,
)
from pictor_client.core.api.models import models_list
from pictor_client.core.api.server import status_get
from pictor_client.core.api.similar import images_similar, search_similar_picture
from pictor_client.core.api.trash import trash_list, trash_restore
from pictor_client.core.models import (
    CheckedDigests,
    Classification,
    Collection,
    CollectionCreate,
    CollectionPage,
    Image,
    ImageChange,
    ImageLabels,
    ImagePage,
    ImageRestoreResults,
    ImagesCheck,
    ImageUpdateResults,
    ImageUpdates,
    ModelList,
    SimilarImages,
    Status,
    TermPage,
    TrashedImage,
    TrashPage,
    TrashSelection,
    UploadedImage,
    User,
)
from pictor_client.core.types import File
from pictor_client.options import Change, Filters, SimilarOptions, UploadOptions, for_core

T = TypeVar("T")
P = TypeVar("P", ImagePage, CollectionPage, TermPage, TrashPage)
ImageId = UUID | Image | UploadedImage | TrashedImage
CollectionId = UUID | Collection | Literal["favorites"]
Verdict = Literal["confirm", "reject", "add", "take_back"]

DIGESTS_AT_ONCE = 1000
UPDATES_AT_ONCE = 500
PAGE = 200
LONGEST_WAIT_S = 30
"""The longest that `Prefer: wait` waits for; longer waits ask again."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """`operation` is a module of the core; `kind` what it answers with."""

    operation: ModuleType
    kind: type[T]
    arguments: dict[str, Any]

    def taken(self, response: "core.types.Response[Any]") -> T:
        if not isinstance(response.parsed, self.kind):
            raise TypeError(f"{self.operation.__name__}: the server answered with {response.status_code}")
        return response.parsed


def id_of(image: ImageId) -> UUID:
    return image if isinstance(image, UUID) else image.id


def upload(file: File, options: UploadOptions, *, wait_s: float, key: str | None) -> Call[UploadedImage]:
    prefer = {"prefer": f"wait={min(LONGEST_WAIT_S, int(wait_s))}"} if wait_s else {}
    key = key or str(uuid4())
    arguments = {"body": file, "idempotency_key": key, **prefer, **for_core(options)}
    return Call(images_create, UploadedImage, arguments)


def get(image: ImageId) -> Call[Image]:
    return Call(images_get, Image, {"image_id": id_of(image)})


def update(image: ImageId, change: Change) -> Call[Image]:
    body = ImageChange(**for_core(change))
    return Call(images_update, Image, {"image_id": id_of(image), "body": body})


def update_many(updates: Sequence[dict[str, Any]]) -> Call[ImageUpdateResults]:
    body = ImageUpdates.from_dict({"updates": list(updates)})
    return Call(images_batch_update, ImageUpdateResults, {"body": body, "idempotency_key": str(uuid4())})


def delete(image: ImageId, *, permanent: bool) -> Call[None]:
    return _nothing(images_delete, image_id=id_of(image), **({"permanent": True} if permanent else {}))


def trash() -> Call[TrashPage]:
    return Call(trash_list, TrashPage, {})


def restore(images: Sequence[ImageId]) -> Call[ImageRestoreResults]:
    body = TrashSelection(ids=[id_of(image) for image in images])
    return Call(trash_restore, ImageRestoreResults, {"body": body, "idempotency_key": str(uuid4())})


def content(image: ImageId) -> Call[File]:
    return Call(images_content, File, {"image_id": id_of(image)})


def images(filters: Filters) -> Call[ImagePage]:
    return Call(images_list, ImagePage, for_core(filters))


def check(digests: Sequence[str]) -> Call[CheckedDigests]:
    return Call(images_check, CheckedDigests, {"body": ImagesCheck(sha256=list(digests))})


def similar(image: ImageId, limit: int, options: SimilarOptions) -> Call[SimilarImages]:
    return Call(images_similar, SimilarImages, {"image_id": id_of(image), "limit": limit, **for_core(options)})


def similar_to_picture(file: File, limit: int, options: SimilarOptions) -> Call[SimilarImages]:
    return Call(search_similar_picture, SimilarImages, {"body": file, "limit": limit, **for_core(options)})


def classify(file: File, options: dict[str, Any]) -> Call[Classification]:
    given = {name: value for name, value in options.items() if value is not None}
    return Call(classify_image, Classification, {"body": file, **given})


def labels(prefix: str) -> Call[TermPage]:
    return Call(labels_list, TermPage, {"prefix": prefix} if prefix else {})


def labels_of(image: ImageId) -> Call[ImageLabels]:
    return Call(images_labels, ImageLabels, {"image_id": id_of(image)})


def decide(image: ImageId, label_id: str, verdict: Verdict) -> Call[ImageLabels]:
    operation = {
        "confirm": images_labels_confirm,
        "reject": images_labels_reject,
        "add": images_labels_add,
        "take_back": images_labels_take_back,
    }[verdict]
    return Call(operation, ImageLabels, {"image_id": id_of(image), "label_id": label_id})


def collections() -> Call[CollectionPage]:
    return Call(collections_list, CollectionPage, {})


def create_collection(name: str, description: str) -> Call[Collection]:
    body = CollectionCreate(name=name, description=description)
    return Call(collections_create, Collection, {"body": body, "idempotency_key": str(uuid4())})


def delete_collection(collection: CollectionId) -> Call[None]:
    return _nothing(collections_delete, collection_id=_collection(collection))


def images_of(collection: CollectionId) -> Call[ImagePage]:
    return Call(collections_images, ImagePage, {"collection_id": _collection(collection)})


def add_to(collection: CollectionId, image: ImageId) -> Call[None]:
    return _nothing(collections_add_image, collection_id=_collection(collection), image_id=id_of(image))


def remove_from(collection: CollectionId, image: ImageId) -> Call[None]:
    return _nothing(collections_remove_image, collection_id=_collection(collection), image_id=id_of(image))


def models() -> Call[ModelList]:
    return Call(models_list, ModelList, {})


def status() -> Call[Status]:
    return Call(status_get, Status, {})


def me() -> Call[User]:
    return Call(me_get, User, {})


def page(call: Call[P], cursor: str | None, most: int | None) -> Call[P]:
    """The page that follows; of no more items than are wanted."""
    arguments = {**call.arguments, "limit": min(PAGE, most) if most else PAGE}
    return Call(call.operation, call.kind, {**arguments, "cursor": cursor} if cursor else arguments)


def portions(digests: Iterable[str]) -> list[list[str]]:
    """Each digest once, in portions that one request takes."""
    once = list(dict.fromkeys(digest.lower() for digest in digests))
    return [once[at : at + DIGESTS_AT_ONCE] for at in range(0, len(once), DIGESTS_AT_ONCE)]


def as_it_is_now(uploaded: UploadedImage, image: Image) -> UploadedImage:
    """The image with what the upload's answer said of the upload."""
    said = {name: getattr(uploaded, name) for name in ("duplicate", "mended", "restored")}
    return UploadedImage.from_dict({**image.to_dict(), **said})


def _collection(collection: CollectionId) -> str:
    return str(collection.id) if isinstance(collection, Collection) else str(collection)


def _nothing(operation: ModuleType, **arguments: object) -> Call[None]:
    return cast("Call[None]", Call(operation, NoneType, arguments))
