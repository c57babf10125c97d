"""Pictures for the decoder's tests, drawn from a seed, and the files they are written to."""

from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw
from pillow_jxl import Encoder

Colour = tuple[int, int, int]
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
UPRIGHT_CORNERS = (RED, GREEN, BLUE, WHITE)
"""What ``corners`` shows: top left, top right, bottom left, bottom right."""

# What the camera did; EXIF says how to undo it. The inverse of each orientation, see CIPA DC-008, tag 0x0112.
_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def photo(seed: int, size: tuple[int, int] = (500, 375)) -> Image.Image:
    """Something with the statistics of a photograph: soft areas, a few edges, some noise."""
    random = np.random.default_rng(seed)
    soft = Image.fromarray(random.integers(0, 256, (5, 6, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(soft)
    for _ in range(6):
        x, y, r = (int(random.integers(low, high)) for low, high in ((0, size[0]), (0, size[1]), (10, 90)))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(random.integers(0, 256, 3).tolist()))
    noise = random.integers(-8, 9, (size[1], size[0], 3))
    return Image.fromarray(np.clip(np.asarray(soft, dtype=np.int16) + noise, 0, 255).astype(np.uint8))


def corners(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Four quarters of one colour each."""
    image = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for number, colour in enumerate(UPRIGHT_CORNERS):
        left, top = number % 2 * width, number // 2 * height
        image.paste(colour, (left, top, left + width, top + height))
    return image


def corners_of(pixels: NDArray[np.uint8]) -> tuple[Colour, ...]:
    """The colours near the four corners of (H, W, 3), rounded to 0 or 255: top left, top right, bottom left, right."""
    height, width = pixels.shape[:2]
    at = [
        (height // 5, width // 5),
        (height // 5, -width // 5),
        (-height // 5, width // 5),
        (-height // 5, -width // 5),
    ]
    return tuple(_rounded(*pixels[y, x].tolist()) for y, x in at)


def _rounded(*values: int) -> Colour:
    red, green, blue = (255 if value > 127 else 0 for value in values)
    return red, green, blue


def pixels_of(file: bytes) -> NDArray[np.uint8]:
    """(H, W, 3) of an encoded picture."""
    return np.asarray(Image.open(BytesIO(file)).convert("RGB"))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file of this type."""
    file = BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def taken_sideways(image: Image.Image, orientation: int, kind: str, **options: Any) -> bytes:
    """A file whose stored pixels lie as the camera held them, with the EXIF orientation that puts them right."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = image if orientation == 1 else image.transpose(_STORED[orientation])
    return encoded(stored, kind, exif=exif, **options)


def swapped_profile() -> bytes:
    """An ICC profile in which red is green and green is red: converting to sRGB shows."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    return profile.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


def encoded_heic(image: Image.Image, **options: Any) -> bytes:
    """The picture as HEIC, as a phone writes it."""
    file = BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=70, **options)
    return file.getvalue()


def encoded_jxl(image: Image.Image, **options: Any) -> bytes:
    """The picture as JPEG XL."""
    return Encoder(mode=image.mode, **options)(image.tobytes(), image.width, image.height, jpeg_encode=False)
