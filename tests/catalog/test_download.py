"""The original's bytes: headers, conditions, ranges."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
DATA = a_picture(size=(100, 100))
SIZE = len(DATA)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def image(shared_catalog: RunningCatalog) -> AsyncIterator[dict[str, Any]]:
    yield await shared_catalog.upload(DATA)


async def test_the_original_is_what_was_sent_byte_for_byte(
    shared_catalog: RunningCatalog, image: dict[str, Any]
) -> None:
    answer = await shared_catalog.client.get(image["urls"]["content"])
    assert (answer.status_code, answer.content) == (200, DATA)
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    assert headers == {
        "content-type": "image/jpeg",
        "content-length": str(SIZE),
        "content-disposition": f"attachment; filename=\"{image['id']}.jpg\"; filename*=UTF-8''{image['id']}.jpg",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "vary": "accept",
        "cache-control": "private, max-age=31536000, immutable",
        "accept-ranges": "bytes",
        "etag": f'"{image["sha256"]}"',
    }


async def test_bytes_of_no_type_for_who_takes_nothing_else(
    shared_catalog: RunningCatalog, image: dict[str, Any]
) -> None:
    for url in (image["urls"]["content"], image["urls"]["thumb"]):
        answer = await shared_catalog.client.get(url, headers={"accept": "application/octet-stream"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")


@pytest.mark.parametrize(("asked", "first", "last"), [
    ("bytes=0-0", 0, 0),
    ("bytes=0-99", 0, 99),
    ("bytes=100-", 100, SIZE - 1),
    ("bytes=-10", SIZE - 10, SIZE - 1),
    (f"bytes=-{SIZE * 9}", 0, SIZE - 1),
    (f"bytes=5-{SIZE * 9}", 5, SIZE - 1),
    (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
])  # fmt: skip
async def test_a_range_gives_its_bytes(
    shared_catalog: RunningCatalog, image: dict[str, Any], asked: str, first: int, last: int
) -> None:
    answer = await shared_catalog.client.get(image["urls"]["content"], headers={"range": asked})
    assert (answer.status_code, answer.content) == (206, DATA[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=0-1", "bytes=9-2", "bytes=-", "bytes=a-b", "0-5"])
async def test_a_range_that_means_nothing_gives_all(
    shared_catalog: RunningCatalog, image: dict[str, Any], asked: str
) -> None:
    answer = await shared_catalog.client.get(image["urls"]["content"], headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, DATA)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={'9' * 18}-", "bytes=-0"])
async def test_a_range_outside_is_refused(shared_catalog: RunningCatalog, image: dict[str, Any], asked: str) -> None:
    answer = await shared_catalog.client.get(image["urls"]["content"], headers={"range": asked})
    assert_problem(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


async def test_if_range_guards_against_mixing_two_files(shared_catalog: RunningCatalog, image: dict[str, Any]) -> None:
    etag = f'"{image["sha256"]}"'
    for guard, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200), ("Wed, 21 Oct 2015 07:28:00 GMT", 200)):
        answer = await shared_catalog.client.get(
            image["urls"]["content"], headers={"range": "bytes=0-9", "if-range": guard}
        )
        assert (answer.status_code, len(answer.content)) == (status, 10 if status == 206 else SIZE), guard


async def test_who_has_it_is_told_so(shared_catalog: RunningCatalog, image: dict[str, Any]) -> None:
    etag = f'"{image["sha256"]}"'
    for known, status in (
        (etag, 304), (f"W/{etag}", 304), (f'"other", {etag}', 304), ("*", 304), ('"other"', 200)
    ):  # fmt: skip
        answer = await shared_catalog.client.get(
            image["urls"]["content"], headers={"if-none-match": known, "range": "bytes=0-"} if status == 304 else
            {"if-none-match": known},
        )  # fmt: skip
        assert (answer.status_code, answer.headers["etag"]) == (status, etag), known
        assert answer.content == (b"" if status == 304 else DATA)


async def test_rotation_leaves_the_original_alone(shared_catalog: RunningCatalog, image: dict[str, Any]) -> None:
    await shared_catalog.client.patch(f"/v1/images/{image['id']}", json={"rotation": 90})
    answer = await shared_catalog.client.get(image["urls"]["content"])
    assert (answer.content, answer.headers["etag"]) == (DATA, f'"{image["sha256"]}"')
