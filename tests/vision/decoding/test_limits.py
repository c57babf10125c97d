"""What one picture may take, and how many may take it: time, memory, places, descriptors."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from services.vision.decoding import (
    CorruptImage,
    DecodeLimitExceeded,
    DecodeLimits,
    Decoder,
    DecoderBusy,
    DecodeRequest,
    UnsupportedImage,
    VariantSpec,
)
from services.vision.decoding.sandbox.framing import Job
from services.vision.decoding.sandbox.process import ZygoteProcess
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import encoded
from tests.vision.decoding.observing import (
    children_of,
    descriptors_of,
    is_gone,
    until_no_child,
    working_child_of,
    zygote_of,
)
from tests.vision.decoding.working import QUICK, SLOW, SLOWLY, at_most, serves, slow_work


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    """One for each test: what it has open is counted."""
    async with Decoder() as decoder:
        yield decoder


async def test_the_wall_clock() -> None:
    async with Decoder(DecodeLimits(wall_s=2)) as decoder:
        zygote = zygote_of(decoder)
        with at_most(20), pytest.raises(DecodeLimitExceeded, match="longer than 2 s"):
            await decoder.decode_bytes(SLOW, SLOWLY)
        assert children_of(zygote) == []
        assert await serves(decoder)
        assert zygote_of(decoder) == zygote


async def test_processor_time_is_bounded() -> None:
    # Each scan of 59 bytes visits 36 Mpx again. Source: libjpeg-turbo, "Two Issues with the JPEG Standard", 2015.
    flat = encoded(Image.new("L", (6_000, 6_000), 99), "JPEG", progressive=True)
    at = flat.rindex(b"\xff\xda")
    bomb = flat[:at] + flat[at:-2] * 500 + b"\xff\xd9"
    assert len(bomb) < 300_000
    async with Decoder(DecodeLimits(cpu_s=1)) as decoder:
        with pytest.raises(DecodeLimitExceeded, match="more than 1 s of processor time"):
            await decoder.decode_bytes(bomb)
        assert await serves(decoder)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
async def test_memory_is_bounded(kind: str) -> None:
    data = SLOW if kind == "PNG" else encoded(Image.new("L", (4_000, 4_000)), kind)
    async with Decoder(DecodeLimits(memory_bytes=12_000_000)) as decoder:
        with pytest.raises((DecodeLimitExceeded, CorruptImage)):
            await decoder.decode_bytes(data)
        assert await serves(decoder)


async def test_more_than_the_queue_holds_is_refused_at_once() -> None:
    async with Decoder(concurrency=1, queue=1) as decoder, slow_work(decoder), slow_work(decoder) as waiting:
        await working_child_of(decoder)
        with at_most(2), pytest.raises(DecoderBusy):
            await decoder.decode_bytes(QUICK)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with slow_work(decoder) as next_one:
            await asyncio.sleep(0.05)
            assert not next_one.done()


async def test_no_more_work_at_once_than_allowed() -> None:
    async with Decoder(concurrency=2, queue=6) as decoder:
        zygote = zygote_of(decoder)
        work = [asyncio.create_task(decoder.decode_bytes(SLOW)) for _ in range(8)]
        most = 0
        while not all(task.done() for task in work):
            most = max(most, len(children_of(zygote)))
            await asyncio.sleep(0.005)
        assert {task.result().width for task in work} == {4_000}
        assert most == 2


async def test_who_goes_away_takes_the_work_along(decoder: Decoder) -> None:
    zygote = zygote_of(decoder)
    async with slow_work(decoder):
        await working_child_of(decoder)
    with at_most(20):
        await until_no_child(zygote)
    assert await serves(decoder)
    assert zygote_of(decoder) == zygote


async def test_an_answer_longer_than_asked_for_is_not_read_to_its_end(write: Write) -> None:
    zygote = await ZygoteProcess.start()
    request = DecodeRequest(variants=(VariantSpec("full", None, "jpeg"),))
    with write(QUICK).open("rb") as file, pytest.raises(DecodeLimitExceeded, match="more bytes"):
        await zygote.run(Job(1, request, DecodeLimits()), file.fileno(), 1_000)
    await until_no_child(zygote.pid)
    await zygote.stop()
    assert is_gone(zygote.pid)


async def test_nothing_is_left_open(decoder: Decoder, write: Write) -> None:
    zygote = zygote_of(decoder)
    path = write(QUICK)
    await serves(decoder)
    before = descriptors_of(os.getpid()), descriptors_of(zygote)
    for data in (QUICK, b"no image", QUICK[:500]) * 10:
        path.write_bytes(data)
        await asyncio.gather(decoder.decode(path), decoder.decode_bytes(data), return_exceptions=True)
    for _ in range(5):
        async with slow_work(decoder):
            await working_child_of(decoder)
    await until_no_child(zygote)
    assert (descriptors_of(os.getpid()), descriptors_of(zygote)) == before


async def test_what_is_no_file_is_refused(decoder: Decoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with at_most(20), pytest.raises(UnsupportedImage, match="regular file"):
            await decoder.decode(path)
    with pytest.raises(FileNotFoundError):
        await decoder.decode(tmp_path / "missing")
