"""Clients that go away in the middle of an upload: nothing of it stays, and the log says no failure."""

import asyncio
import logging
from urllib.parse import urlsplit

import pytest

from services.kit.http.internal_auth import InternalTokens
from services.kit.testing.apps import TEST_SECRET, a_user
from tests.catalog.factories import NOTHING, RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.serving import a_free_port, eventually, served

FORM_HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'


def request_head(content_type: str, length: int) -> bytes:
    token = InternalTokens(TEST_SECRET, "gateway").mint("catalog", a_user(1))
    return (
        f"POST /v1/images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize(("content_type", "begin"), [
    ("image/jpeg", b""), ("multipart/form-data; boundary=b", FORM_HEAD),
])  # fmt: skip
async def test_nothing_stays_of_a_body_that_breaks_off(
    catalog: RunningCatalog, caplog: pytest.LogCaptureFixture, content_type: str, begin: bytes
) -> None:
    caplog.set_level(logging.INFO, "pictor.access")
    body = begin + a_picture() + bytes(3_000_000)
    async with served(catalog.app, a_free_port()) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
        writer.write(request_head(content_type, len(body)) + body[: len(body) // 2])
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.abort()

        async def noticed() -> bool:
            return any("POST /v1/images 400" in record.message for record in caplog.records)

        await eventually(noticed)
    assert await catalog.contents() == NOTHING
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    del reader
