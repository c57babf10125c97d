"""Uploads that are refused: each with its status and code, and nothing is left of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from PIL import Image

from services.kit.http.limits import MIB
from tests.catalog.factories import JPEG, NOTHING, RunningCatalog
from tests.catalog.pictures import a_picture, encoded
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FORM = {"content-type": "multipart/form-data; boundary=b"}
TOO_MUCH = 100 * MIB + 1


def a_part(name: str, data: bytes, file_name: str | None = None) -> bytes:
    named = "" if file_name is None else f'; filename="{file_name}"'
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"


def huge(width: int, height: int) -> bytes:
    return encoded(Image.new("1", (width, height)), "PNG")


@dataclass
class Bad:
    """One bad upload, and the problem it deserves."""

    status: int
    code: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: dict(JPEG))
    query: str = ""
    pointers: list[str] = field(default_factory=list)


FILE = a_part("file", a_picture(), "a.jpg")
END = b"--b--\r\n"
BAD = {
    "text that claims to be an image": Bad(415, "unsupported_image", b"just words"),
    "svg": Bad(415, "unsupported_image", SVG, {"content-type": "image/svg+xml"}),
    "svg behind a jpeg's type": Bad(415, "unsupported_image", SVG),
    "tga": Bad(415, "unsupported_image", encoded(Image.new("RGB", (9, 9)), "TGA")),
    "ppm": Bad(415, "unsupported_image", encoded(Image.new("RGB", (9, 9)), "PPM")),
    "the first bytes alone": Bad(422, "corrupt_image", a_picture()[:4]),
    "the head of a jpeg": Bad(422, "corrupt_image", a_picture(size=(640, 480)).partition(b"\xff\xda")[0]),
    "the head of a png": Bad(422, "corrupt_image", a_picture(file_format="PNG", size=(640, 480))[:40]),
    "half a webp": Bad(422, "corrupt_image", a_picture(file_format="WEBP")[:-20]),
    "the head of a gif": Bad(422, "corrupt_image", a_picture(file_format="GIF")[:40]),
    "nothing": Bad(422, "empty_body"),
    "over 108 Mpx": Bad(422, "image_too_large", huge(12_000, 9_001)),
    "a side over 65,535": Bad(422, "image_too_large", huge(65_536, 2)),
    "json": Bad(415, "unsupported_media_type", b"{}", {"content-type": "application/json"}),
    "a type of text": Bad(415, "unsupported_media_type", a_picture(), {"content-type": "text/plain"}),
    "url-encoded form": Bad(
        415, "unsupported_media_type", b"file=x", {"content-type": "application/x-www-form-urlencoded"}
    ),
    "form without a file": Bad(422, "validation_failed", a_part("title", b"x") + END, FORM),
    "form with a file of another name": Bad(
        422, "validation_failed", a_part("picture", a_picture(), "a.jpg") + END, FORM
    ),
    "form whose file is a mere field": Bad(422, "validation_failed", a_part("file", b"x") + END, FORM),
    "form with an empty file": Bad(422, "empty_body", a_part("file", b"", "a.jpg") + END, FORM),
    "form with two files": Bad(400, "bad_request", FILE + FILE + END, FORM),
    "form with 200 fields": Bad(400, "bad_request", FILE + a_part("tags", b"x") * 200 + END, FORM),
    "form with a field of 100 kB": Bad(400, "bad_request", FILE + a_part("title", b"x" * 100_000) + END, FORM),
    "form without its boundary": Bad(400, "bad_request", FILE + END, {"content-type": "multipart/form-data"}),
    "form of another boundary": Bad(400, "bad_request", FILE.replace(b"--b", b"--c") + END, FORM),
    "form that is no form": Bad(400, "bad_request", b"\x00\x01\x02" * 100, FORM),
    "form that ends in its file": Bad(422, "validation_failed", FILE[:-300], FORM),
    "form part without a name": Bad(400, "bad_request", b"--b\r\nX-Y: z\r\n\r\nx\r\n" + END, FORM),
    "form with a long title": Bad(
        422, "validation_failed", FILE + a_part("title", b"x" * 301) + END, FORM, pointers=["/title"]
    ),
    "form with a NUL in its title": Bad(
        422, "validation_failed", FILE + a_part("title", b"a\x00b") + END, FORM, pointers=["/title"]
    ),
    "form with a NUL in a tag": Bad(
        422, "validation_failed", FILE + a_part("tags", b"a\x00b") + END, FORM, pointers=["/tags/0"]
    ),
    "form with an unknown visibility": Bad(
        422, "validation_failed", FILE + a_part("visibility", b"secret") + END, FORM, pointers=["/visibility"]
    ),
    "form with a line break in the file's name": Bad(
        422, "validation_failed", a_part("file", a_picture(), "a.jpg\nset-cookie: x") + END, FORM
    ),
    "long title": Bad(422, "validation_failed", a_picture(), query=f"title={'x' * 301}", pointers=["/query/title"]),
    "NUL in the title": Bad(422, "validation_failed", a_picture(), query="title=a%00b", pointers=["/query/title"]),
    "NUL in the description": Bad(
        422, "validation_failed", a_picture(), query="description=%00", pointers=["/query/description"]
    ),
    "NUL in the file's name": Bad(
        422, "validation_failed", a_picture(), query="file_name=a%00b", pointers=["/query/file_name"]
    ),
    "line break in the file's name": Bad(
        422, "validation_failed", a_picture(), query="file_name=a%0d%0ab", pointers=["/query/file_name"]
    ),
    "path as the file's name": Bad(
        422, "validation_failed", a_picture(), query="file_name=..%2Fb", pointers=["/query/file_name"]
    ),
    "unknown parameter": Bad(422, "validation_failed", a_picture(), query="tag=a", pointers=["/query/tag"]),
    "title twice": Bad(422, "validation_failed", a_picture(), query="title=a&title=a", pointers=["/query/title"]),
    "unknown field of a form": Bad(
        422, "validation_failed", FILE + a_part("tag", b"a") + END, FORM, pointers=["/tag"]
    ),
    "field of a form twice": Bad(
        422, "validation_failed", FILE + a_part("title", b"a") + a_part("title", b"b") + END, FORM, pointers=["/title"]
    ),
    "file and a text named file": Bad(
        422, "validation_failed", FILE + a_part("file", b"a") + END, FORM, pointers=["/file"]
    ),
    "on_duplicate": Bad(
        422, "validation_failed", a_picture(), query="on_duplicate=replace", pointers=["/query/on_duplicate"]
    ),
    "51 tags": Bad(
        422, "validation_failed", a_picture(), query="&".join(f"tags={n}" for n in range(51)), pointers=["/query/tags"]
    ),
    "empty tag": Bad(422, "validation_failed", a_picture(), query="tags=%20", pointers=["/query/tags/0"]),
    "declared too large": Bad(413, "content_too_large", b"x", {**JPEG, "content-length": str(101 * MIB)}),
    "one byte too large": Bad(413, "content_too_large", b"\xff\xd8\xff" + bytes(TOO_MUCH - 3)),
    "file of a form one byte too large": Bad(
        413, "content_too_large", a_part("file", bytes(TOO_MUCH), "a.jpg") + END, FORM
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
async def test_it_is_refused_and_leaves_nothing(shared_catalog: RunningCatalog, name: str) -> None:
    bad = BAD[name]
    answer = await shared_catalog.client.post(f"/v1/images?{bad.query}", content=bad.body, headers=bad.headers)
    problem = assert_problem(answer, bad.status, bad.code)
    if bad.pointers:
        assert [error["pointer"] for error in problem["errors"]] == bad.pointers
    assert await shared_catalog.contents() == NOTHING


@pytest.mark.parametrize("kind", ["raw", "form"])
async def test_a_body_without_a_length_is_refused_when_it_has_come_too_far(
    shared_catalog: RunningCatalog, kind: str
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        if kind == "form":
            yield a_part("file", b"", "a.jpg")[:-2]
        while sent < 200 * MIB:
            sent += MIB
            yield bytes(MIB)

    headers = JPEG if kind == "raw" else FORM
    answer = await shared_catalog.client.post("/v1/images", content=endless(), headers=headers)
    assert_problem(answer, 413, "content_too_large")
    assert sent <= 102 * MIB
    assert await shared_catalog.contents() == NOTHING


async def test_a_refusal_of_size_says_how_much_it_would_have_taken(shared_catalog: RunningCatalog) -> None:
    answer = await shared_catalog.client.post("/v1/images", content=bytes(TOO_MUCH), headers=JPEG)
    assert answer.json()["detail"] == "A file may have 100 MiB at the most."
