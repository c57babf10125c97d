"""Drawn pictures: small, different when asked to be, and easy to tell apart by their colours."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

COLOURS = {
    "red": (200, 30, 30),
    "green": (30, 160, 30),
    "blue": (30, 30, 200),
    "yellow": (230, 220, 40),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
}
QUARTERS = ("red", "green", "blue", "yellow")
ORIENTATION, DATE_TAKEN, EXIF_IFD, GPS_IFD, MAKER = 0x0112, 0x9003, 0x8769, 0x8825, 0x010F


def encoded(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, format=file_format, **options)
    return file.getvalue()


def a_picture(
    colour: str = "red",
    *,
    number: int = 0,
    size: tuple[int, int] = (64, 48),
    file_format: str = "JPEG",
    taken: str | None = None,
) -> bytes:
    """One colour; each `number` has other bytes. `taken` is EXIF's YYYY:MM:DD hh:mm:ss, in JPEG alone."""
    image = Image.new("RGB", size, COLOURS[colour])
    ImageDraw.Draw(image).rectangle((0, 0, 7, 7), fill=(number % 256, number // 256, 128))
    if file_format != "JPEG":
        return encoded(image, file_format)
    # A comment, since JPEG would round two like marks to one.
    return encoded(image, comment=f"picture {number}", **({"exif": some_exif(taken=taken)} if taken else {}))


def quarters(*, number: int = 0, size: tuple[int, int] = (80, 40), exif: Image.Exif | None = None) -> bytes:
    """Red, green, blue and yellow: left above, right above, left below, right below. A JPEG; each `number` differs."""
    width, height = size
    image = Image.new("RGB", size)
    pen = ImageDraw.Draw(image)
    for index, name in enumerate(QUARTERS):
        left, top = (index % 2) * width // 2, (index // 2) * height // 2
        pen.rectangle((left, top, left + width // 2 - 1, top + height // 2 - 1), fill=COLOURS[name])
    options: dict[str, Any] = {} if exif is None else {"exif": exif}
    return encoded(image, comment=f"picture {number}", **options)


def some_exif(*, orientation: int | None = None, taken: str | None = None, private: bool = False) -> Image.Exif:
    """EXIF with what is asked for; `private` adds a place and a camera."""
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    if taken is not None:
        exif.get_ifd(EXIF_IFD)[DATE_TAKEN] = taken
    if private:
        exif[MAKER] = "Secret Camera 3000"
        exif.get_ifd(GPS_IFD)[1] = "N"
    return exif


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def corners(data: bytes) -> tuple[str, ...]:
    """Name the colours of the four quarters: left above, right above, left below, right below."""
    image = opened(data).convert("RGB")
    width, height = image.size
    spots = [(width // 4, height // 4), (3 * width // 4, height // 4)]
    spots += [(x, 3 * height // 4) for x, _ in spots]
    return tuple(colour_of(image.getpixel(spot)) for spot in spots)


def colour_of(pixel: Any) -> str:
    """Name the nearest of the known colours."""
    return min(COLOURS, key=lambda name: sum((a - int(b)) ** 2 for a, b in zip(COLOURS[name], pixel[:3], strict=True)))
