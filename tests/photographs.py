"""Pictures for tests: real photographs where there are any, else pictures that a library brings or that are drawn."""

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

REPOSITORY = Path(__file__).resolve().parents[1]
BESIDE = REPOSITORY.parent / "shared" / "photos" / "imagenet"


def photo_files(count: int) -> list[Path]:
    """Up to `count` real photographs (JPEG): of PICTOR_TEST_PHOTOS, else of shared/photos beside the repository."""
    folder = Path(os.environ.get("PICTOR_TEST_PHOTOS", BESIDE))
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in {".jpg", ".jpeg"})[:count]


def photographs(count: int) -> list[bytes]:
    """Give `count` different JPEG files, real ones first. What there is depends on the machine alone."""
    real = [path.read_bytes() for path in photo_files(count)]
    return real + [drawn(seed) for seed in range(count - len(real))]


def drawn(seed: int, *, size: tuple[int, int] = (400, 300), file_format: str = "JPEG") -> bytes:
    """Draw a picture of coloured shapes over noise: different for every seed, the same for the same."""
    random = np.random.default_rng(seed)
    small = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(12):
        left, top = (int(random.integers(0, side)) for side in size)
        box = (left, top, left + int(random.integers(20, 150)), top + int(random.integers(20, 150)))
        colour = tuple(int(part) for part in random.integers(0, 255, 3))
        (pen.ellipse if random.random() < 0.5 else pen.rectangle)(box, fill=colour)
    return encoded(picture, file_format)


def photographed(seed: int, *, camera: tuple[str, str], date: str | None = None, place: bool = False) -> bytes:
    """A drawn picture with the EXIF of a camera (maker, model); `date` as EXIF has it, `place` in Cape Town."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = camera
    exif.get_ifd(0x8769).update({0x829A: IFDRational(1, 125), 0x829D: IFDRational(28, 10), 0x8827: 200, 0x920A: 35.0})
    exif.get_ifd(0x8769)[0xA434] = "35mm f/2"
    if date is not None:
        exif.get_ifd(0x8769)[0x9003] = date
    if place:
        exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 54.0, 0.0), 3: "E", 4: (18.0, 24.0, 0.0)})
    return encoded(Image.open(io.BytesIO(drawn(seed))), exif=exif)


def encoded(picture: Image.Image, file_format: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def half_size(data: bytes) -> bytes:
    """The same picture, half as wide and high, encoded again."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    return encoded(picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS), quality=80)


def cropped(data: bytes, *, part: float = 0.8) -> bytes:
    """The middle of the picture: `part` of its width and height."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    left, top = (round(side * (1 - part) / 2) for side in picture.size)
    return encoded(picture.crop((left, top, picture.width - left, picture.height - top)), quality=90)
