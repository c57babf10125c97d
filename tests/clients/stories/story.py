"""The story with openapi-python-client: every answer has the type that the document says."""

import os
import time
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from httpx import Timeout
from pictor_client.api.collections import collections_add_image, collections_create, collections_images
from pictor_client.api.content import images_content
from pictor_client.api.images import (
    images_create,
    images_delete,
    images_get,
    images_labels,
    images_list,
    images_update,
    images_upload,
)
from pictor_client.api.similar import images_similar, search_similar_picture
from pictor_client.models import (
    Band,
    Collection,
    CollectionCreate,
    Image,
    ImageChange,
    ImageLabels,
    ImagePage,
    ImageState,
    ImageUpload,
    Problem,
    SimilarImages,
    UploadedImage,
)
from pictor_client.types import UNSET, File, Unset

from pictor_client import AuthenticatedClient

T = TypeVar("T")
FOLDER = Path(os.environ["PICTOR_PICTURES"])
client = AuthenticatedClient(os.environ["PICTOR_URL"], os.environ["PICTOR_KEY"], timeout=Timeout(60))


def given(answer: object, kind: type[T]) -> T:
    assert isinstance(answer, kind), answer
    return answer


def ready(image_id: UUID) -> Image:
    for _ in range(120):
        image = given(images_get.sync(image_id, client=client), Image)
        if image.state == ImageState.IMAGE_STATE_READY:
            return image
        time.sleep(0.5)
    raise AssertionError(f"{image_id} is not ready after 60 s")


def main() -> None:
    original = (FOLDER / "one.jpg").read_bytes()
    with (FOLDER / "one.jpg").open("rb") as file:
        raw = images_create.sync(client=client, body=File(file), title="One", tags=["story"], prefer="wait=20")
    one = given(raw, UploadedImage)
    with (FOLDER / "two.jpg").open("rb") as file:
        form = ImageUpload(file=File(file, "two.jpg", "image/jpeg"), title="Two", tags=["story"])
        two = given(images_upload.sync(client=client, body=form), UploadedImage)
    assert (one.title, two.title, two.tags) == ("One", "Two", ["story"])
    assert {ready(one.id).id, ready(two.id).id} == {one.id, two.id}

    labels = given(images_labels.sync(one.id, client=client), ImageLabels).items
    assert labels
    assert labels[0].rank == 1

    seen: list[UUID] = []
    cursor: str | Unset = UNSET
    while True:
        page = given(images_list.sync(client=client, tag=["story"], limit=1, cursor=cursor), ImagePage)
        seen += [image.id for image in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert {one.id, two.id} <= set(seen)
    by_label = given(images_list.sync(client=client, label=[labels[0].id]), ImagePage)
    assert one.id in [image.id for image in by_label.items]

    alike = given(images_similar.sync(one.id, client=client, limit=100), SimilarImages)
    assert two.id in [hit.image.id for hit in alike.items]
    with (FOLDER / "one.jpg").open("rb") as file:
        found = given(search_similar_picture.sync(client=client, body=File(file), limit=1), SimilarImages)
    assert (found.items[0].image.id, found.items[0].band) == (one.id, Band.BAND_EXACT)

    made = given(collections_create.sync(client=client, body=CollectionCreate(name="Story")), Collection)
    assert collections_add_image.sync_detailed(str(made.id), one.id, client=client).status_code == HTTPStatus.NO_CONTENT
    kept = given(collections_images.sync(str(made.id), client=client), ImagePage)
    assert [image.id for image in kept.items] == [one.id]

    changed = given(images_update.sync(one.id, client=client, body=ImageChange(title="Uno")), Image)
    assert (changed.title, changed.tags) == ("Uno", ["story"])
    assert given(images_content.sync(one.id, client=client), File).payload.read() == original

    assert given(images_get.sync(uuid4(), client=client), Problem).code == "not_found"
    refused = given(collections_create.sync(client=client, body=CollectionCreate(name="")), Problem)
    assert (refused.status, refused.errors[0].pointer if refused.errors else "") == (422, "/name")

    for image in (one, two):
        assert images_delete.sync_detailed(image.id, client=client).status_code == HTTPStatus.NO_CONTENT
    assert given(images_get.sync(one.id, client=client), Problem).status == HTTPStatus.NOT_FOUND


main()
