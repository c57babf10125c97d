"""From bytes to a loaded picture: sniff, compare the header with the limits, decode at the size that is needed."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFile

from services.vision.decoding.errors import CorruptImage, DecodeError, ImageTooLarge
from services.vision.decoding.formats.blocks import Blocks
from services.vision.decoding.formats.files.jpeg import mended_jpeg
from services.vision.decoding.formats.files.loaders import LOADERS, Loaded, Loader, load_jpeg, load_raw
from services.vision.decoding.formats.files.sniffing import sniff
from services.vision.decoding.formats.metadata.facts import read_facts
from services.vision.decoding.formats.modes import workable
from services.vision.decoding.formats.plan import LoadPlan
from services.vision.decoding.media_types import FORMATS
from services.vision.decoding.model import DecodeLimits, DecodeRequest, Metadata

# What decoders leave where no pixels came: libjpeg grey, all others nothing.
_JPEG_FILLER = 128


@dataclass(frozen=True)
class Picture:
    """A loaded picture, not yet upright.

    ``image`` has mode L, RGB, RGBA or CMYK and may be smaller than the file says; ``extent`` is its (width, height) in
    pixels, fractional where shrinking did not come out even. ``width`` and ``height`` are the file's, upright.
    ``is_grey`` also where there is alpha beside the grey.
    """

    media_type: str
    image: Image.Image
    extent: tuple[float, float]
    width: int
    height: int
    orientation: int
    is_grey: bool
    blocks: Blocks
    metadata: Metadata


def open_picture(data: bytes, request: DecodeRequest, limits: DecodeLimits) -> Picture:
    """Load the first frame. Raises DecodeError, or MemoryError when the process may take no more."""
    media_type = sniff(data)
    plan, loader = LoadPlan(request, limits), LOADERS.get(media_type, load_raw)
    # Pillow's own guard acts above twice this number, and before libwebp allocates its canvas.
    Image.MAX_IMAGE_PIXELS = limits.max_pixels // 2
    try:
        loaded, blocks = _load(media_type, loader, data, plan)
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(f"The picture has more than the {limits.max_pixels} pixels allowed.") from error
    return _picture(media_type, loaded, blocks)


def _load(media_type: str, loader: Loader, data: bytes, plan: LoadPlan) -> tuple[Loaded, Blocks]:
    blocks = Blocks()
    try:
        return loader(data, plan, blocks), blocks
    except (DecodeError, MemoryError, Image.DecompressionBombError):
        raise
    except Exception:  # noqa: BLE001 libraries raise whatever the broken bytes lead to
        return _mended(media_type, loader, data, plan)


def _mended(media_type: str, loader: Loader, data: bytes, plan: LoadPlan) -> tuple[Loaded, Blocks]:
    """Once more, taking what there is. Raises CorruptImage when not even the first rows can be shown."""
    name, blocks = FORMATS[media_type].name, Blocks()
    nothing = f"The {name} file is damaged, or ends before any of its picture: nothing can be shown."
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        loaded = loader(mended_jpeg(data, blocks) if loader is load_jpeg else data, plan, blocks)
        rows = _rows_shown(loaded, _JPEG_FILLER if loader in (load_jpeg, load_raw) else 0)
    except (DecodeError, MemoryError, Image.DecompressionBombError):
        raise
    except Exception as error:
        raise CorruptImage(nothing) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    height = loaded.size[1]
    if rows == 0:
        raise CorruptImage(nothing)
    if rows < height:
        blocks.warn("partial_picture", f"The first {rows} of {height} rows can be shown; the others are missing.")
    elif not blocks.warnings:
        blocks.warn("damaged_pixels", f"The pixels of the {name} file are damaged, or its end is missing.")
    return loaded, blocks


def _rows_shown(loaded: Loaded, filler: int) -> int:
    """How many rows of the file have content: the rest, up to the bottom edge, is what the decoder fills in."""
    image = loaded.image
    blank = Image.new(image.mode, image.size, (filler,) * len(image.getbands()) if filler else 0)
    box = ImageChops.difference(image, blank).getbbox(alpha_only=False) if filler else image.getbbox(alpha_only=False)
    return 0 if box is None else -(-box[3] * loaded.size[1] // image.height)


def _picture(media_type: str, loaded: Loaded, blocks: Blocks) -> Picture:
    facts = read_facts(blocks)
    orientation = 1 if loaded.is_upright else facts.orientation
    image, (width, height) = loaded.image, loaded.size
    factor = max(round(width / image.width), 1)
    upright = (height, width) if orientation >= 5 else (width, height)  # noqa: PLR2004 5..8 lie on their side
    return Picture(
        media_type=media_type,
        image=workable(image),
        extent=(min(width / factor, image.width), min(height / factor, image.height)),
        width=upright[0],
        height=upright[1],
        orientation=orientation,
        is_grey=image.mode in ("1", "L", "LA", "I", "I;16", "I;16B", "F"),
        blocks=blocks,
        metadata=facts.metadata,
    )
