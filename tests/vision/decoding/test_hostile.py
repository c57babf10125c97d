"""No file does harm: each gives an image or a refusal, in bounded time, and the decoder stays as it was."""

import asyncio
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from services.vision.decoding import (
    CorruptImage,
    DecodedImage,
    DecodeError,
    DecodeLimitExceeded,
    Decoder,
    DecodeRequest,
    ImageTooLarge,
    ModelInput,
    UnsupportedImage,
    VariantSpec,
)
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import encoded, photo
from tests.vision.decoding.hostile import good_files, hostile_files
from tests.vision.decoding.hostile_bombs import bombs

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUEST = DecodeRequest(
    variants=(VariantSpec("thumb", 256, "jpeg"), VariantSpec("preview", 1024, "webp")), model_input=ModelInput(299)
)
MAY_BE: dict[str, set[type[DecodedImage | DecodeError]]] = {
    "bomb": {ImageTooLarge},
    "truncated": {CorruptImage, DecodedImage},
    "foreign": {UnsupportedImage},
    "whole": {DecodedImage},
    "odd": {DecodedImage, UnsupportedImage, CorruptImage, ImageTooLarge, DecodeLimitExceeded},
}
LONGEST_S = 20.0
GROWTH_BYTES = 64 * 1024 * 1024


def memory_of(pid: int) -> int:
    resident = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]) * 1024


async def outcome(decoder: Decoder, path: Path, *, whole: bool = True) -> type[DecodedImage | DecodeError]:
    """What becomes of a file; a refusal must be a sentence that one can show to anybody.

    What is not whole, and shown all the same, says so.
    """
    try:
        decoded = await decoder.decode(path, REQUEST)
        assert whole or decoded.warnings
        return type(decoded)
    except DecodeError as refusal:
        error = refusal
    assert str(error).isprintable()
    assert 10 < len(str(error)) <= 300
    assert str(path) not in str(error)
    return type(error)


async def test_the_corpus(decoder: Decoder, tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(encoded(photo(1), "JPEG"))
    before = await decoder.decode(good, REQUEST)
    zygote = decoder.zygote_pid
    assert zygote is not None
    files = list(hostile_files())
    start = [memory_of(os.getpid()), memory_of(zygote)]
    surprises, outcomes, waiting = [], Counter[str](), iter(enumerate(files))

    async def work() -> None:
        for number, (name, data) in waiting:
            path = tmp_path / f"{number}.{name.rpartition('.')[2] if 'upload.' in name else 'jpg'}"
            path.write_bytes(data)
            began = time.monotonic()
            got = await outcome(decoder, path, whole=not name.startswith("truncated"))
            path.unlink()
            outcomes[got.__name__] += 1
            if got not in MAY_BE[name.partition("/")[0]] or time.monotonic() - began > LONGEST_S:
                surprises.append((name, got.__name__, time.monotonic() - began))

    await asyncio.gather(work(), work())
    print(f"{len(files)} hostile files:", dict(outcomes))
    assert surprises == []
    assert decoder.zygote_pid == zygote
    growth = [now - then for now, then in zip([memory_of(os.getpid()), memory_of(zygote)], start, strict=True)]
    assert max(growth) < GROWTH_BYTES
    after = await decoder.decode(good, REQUEST)
    assert after.variants == before.variants
    assert after.perceptual_hash == before.perceptual_hash


@pytest.mark.parametrize("name", good_files())
async def test_no_cut_at_the_end_goes_unnoticed(decoder: Decoder, write: Write, name: str) -> None:
    whole = good_files()[name]
    for missing in range(1, 25):
        assert await outcome(decoder, write(whole[:-missing]), whole=False) in {CorruptImage, DecodedImage}, missing


async def test_no_flipped_bit_in_the_pixels_of_a_png_goes_unnoticed(decoder: Decoder, write: Write) -> None:
    whole = good_files()["png"]
    start, end = whole.index(b"IDAT") + 4, whole.rindex(b"IEND") - 8
    for at in [*range(start, end, (end - start) // 40), end - 1]:
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        assert await outcome(decoder, write(bytes(damaged)), whole=False) in {CorruptImage, DecodedImage}, at


async def test_a_message_names_the_limit(decoder: Decoder, write: Write) -> None:
    files = dict(bombs())
    with pytest.raises(ImageTooLarge, match=r"13000 x 13000.* 108000000 pixels"):
        await decoder.decode(write(files["bomb/169 Mpx png"]))
    with pytest.raises(ImageTooLarge, match=r"65536 x 1.* 65535 pixels"):
        await decoder.decode(write(files["bomb/png 65536 x 1"]))
    with pytest.raises(UnsupportedImage, match=r"an SVG drawing.* JPEG, PNG, WebP, GIF, HEIC"):
        await decoder.decode(write(b'<svg xmlns="http://www.w3.org/2000/svg"/>'))
    with pytest.raises(CorruptImage, match=r"JPEG file .*nothing can be shown"):
        await decoder.decode(write(good_files()["jpeg"].partition(b"\xff\xda")[0]))
