"""A library of drawn pictures, sent through the API as anybody would."""

import asyncio
import io
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import numpy as np
from PIL import Image

AT_ONCE = 8
SIZES = ((480, 320), (320, 480), (640, 360), (400, 400))
LAST = datetime(2026, 10, 1)  # noqa: DTZ001 - EXIF has no zone
APART = timedelta(hours=9)
IDLE_TIMEOUT_S = 3600


def picture(number: int) -> bytes:
    """A small JPEG of soft colours, with a date; different for every number."""
    random = np.random.default_rng(number)
    image = Image.fromarray(random.integers(0, 255, (3, 4, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"{LAST - number * APART:%Y:%m:%d %H:%M:%S}"
    file = io.BytesIO()
    image.resize(SIZES[number % len(SIZES)], Image.Resampling.BICUBIC).save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def fill(url: str, key: str, images: int, say: Callable[[str], None]) -> None:
    """Send pictures until there are so many, then wait until all are labelled."""
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=120) as client:
        there = client.get("/v1/status").json()["coverage"]["total"]
        if there < images:
            say(f"sending {images - there} pictures")
            asyncio.run(_send(url, headers, range(there, images)))
        deadline = time.monotonic() + IDLE_TIMEOUT_S
        while client.get("/v1/status").json()["coverage"]["processing"]:
            if time.monotonic() > deadline:
                raise TimeoutError("the library is still being labelled")
            time.sleep(2)


async def _send(url: str, headers: dict[str, str], numbers: range) -> None:
    left = iter(numbers)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=120) as client, asyncio.TaskGroup() as group:

        async def sender() -> None:
            for number in left:
                body = await asyncio.to_thread(picture, number)
                for _ in range(10):
                    answer = await client.post("/v1/images", content=body, headers={"content-type": "image/jpeg"})
                    if answer.status_code not in {429, 503}:
                        break
                    await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
                answer.raise_for_status()

        for _ in range(AT_ONCE):
            group.create_task(sender())
