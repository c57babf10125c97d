"""What is made of a loaded picture: the model input, the perceptual hash and the variants.

Everything shrinks first and is converted and turned afterwards, on few pixels: same results, a fraction of the cost.
"""

from io import BytesIO

from PIL import Image

from services.vision.decoding.formats.colour import ColourConverter, flatten
from services.vision.decoding.formats.hashing import hash_input, perceptual_hash
from services.vision.decoding.formats.opening import Picture
from services.vision.decoding.formats.profiles import profile_of
from services.vision.decoding.model import Box, DecodeRequest, ModelInput, VariantSpec

_WHOLE = Box(0, 0, 1, 1)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow turns counter-clockwise, people turn clockwise.
_TURN = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_ON_ITS_SIDE, _MIRRORED_X, _MIRRORED_Y = (5, 6, 7, 8), (2, 3, 7, 8), (3, 4, 6, 7)
_SMALLEST_REGION = 1.0
_MAX_SIDES = {"jpeg": 65_500, "webp": 16_383}
# Most pixels of an encoded file: what its encoder needs fits beside the picture in the memory of a child.
_MAX_PIXELS = {"jpeg": 108_000_000, "webp": 40_000_000}
_MAX_TRANSPARENT_WEBP_PIXELS = 16_000_000
_JPEG_QUALITY = 85
_WEBP_QUALITY = 80
# As sharp as BICUBIC when it shrinks, and shrinking is all that is done here, in half of its time.
_VARIANT_FILTER = Image.Resampling.HAMMING
# 2 of 0..6: 5 % larger files than the default 4, in 40 % of its time.
_WEBP_METHOD = 2


class Renderer:
    """Makes upright sRGB copies of one picture. The variants last: the largest may be made of the picture itself."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._colours = ColourConverter(profile_of(picture.blocks), picture.image.mode, is_grey=picture.is_grey)

    def hash(self) -> int:
        """The perceptual hash of the upright picture; colours as stored, as other programs take it."""
        image = self._picture.image
        if image.mode in ("RGBA", "CMYK"):
            image = flatten(hash_input(image)).convert("RGB")
        return perceptual_hash(self._turn_upright(hash_input(image.convert("L"))))

    def model_input(self, wanted: ModelInput, region: Box | None) -> bytes:
        """size x size x 3 bytes, row by row, RGB. Antialiased bilinear, as ``tf.image.resize(antialias=True)``."""
        size = (wanted.size, wanted.size)
        square = self._copy(size, Image.Resampling.BILINEAR, 3.0, region or self._seen(wanted))
        flat = flatten(square)
        return (flat if flat.mode == "RGB" else flat.convert("RGB")).tobytes()

    def _seen(self, wanted: ModelInput) -> Box:
        """The part of the upright picture that the network sees."""
        if wanted.fit == "squeeze":
            return _WHOLE
        width, height = self._picture.width, self._picture.height
        side = wanted.crop * min(width, height)
        return Box((1 - side / width) / 2, (1 - side / height) / 2, side / width, side / height)

    def variants(self, request: DecodeRequest) -> dict[str, bytes]:
        """An encoded file for each name; each is made from the next larger one."""
        files: dict[str, bytes] = {}
        image: Image.Image | None = None
        for variant in sorted(request.variants, key=self._long_side, reverse=True):
            size = self._size_of(variant)
            if image is None:
                image = self._copy(size, _VARIANT_FILTER, 2.0, _WHOLE)
            elif image.size != size:
                image = image.resize(size, _VARIANT_FILTER, reducing_gap=2.0)
            turned = image.transpose(_TURN[request.rotation]) if request.rotation else image
            files[variant.name] = _encode(turned, variant)
        return files

    def _long_side(self, variant: VariantSpec) -> int:
        """No more than the picture has, nor than was decoded of it, nor than the format or its encoder can take."""
        picture = self._picture
        size = (picture.width, picture.height)
        bounds = [max(picture.extent), _MAX_SIDES[variant.format], variant.max_side or max(size)]
        most = _MAX_PIXELS[variant.format]
        if variant.format == "webp" and picture.image.mode == "RGBA":
            most = _MAX_TRANSPARENT_WEBP_PIXELS
        if size[0] * size[1] > most:
            bounds.append(max(size) * (most / (size[0] * size[1])) ** 0.5)
        return max(int(min(bounds)), 1)

    def _size_of(self, variant: VariantSpec) -> tuple[int, int]:
        width, height = self._picture.width, self._picture.height
        scale = self._long_side(variant) / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def _copy(self, size: tuple[int, int], filter_: Image.Resampling, gap: float, region: Box) -> Image.Image:
        """``region`` of the upright picture at ``size`` (upright), in sRGB: mode L, RGB or RGBA."""
        on_its_side = self._picture.orientation in _ON_ITS_SIDE
        stored_size = (size[1], size[0]) if on_its_side else size
        image, box = self._picture.image, self._stored_box(region)
        as_it_is = stored_size == image.size and box == (0, 0, *image.size)  # Pillow would copy it, and it may be large
        # Pixels without the plugin's object: saving that would look for a file.
        small = image._new(image.im) if as_it_is else image.resize(stored_size, filter_, box=box, reducing_gap=gap)  # noqa: SLF001
        copy = self._turn_upright(self._colours.to_srgb(small))
        copy.info = {}  # Pillow's writers take the comment, and may take more, from here
        return copy

    def _stored_box(self, region: Box) -> tuple[float, float, float, float]:
        """Where ``region`` lies in the picture as stored, in pixels: left, top, right, bottom."""
        orientation = self._picture.orientation
        spans = ((region.x, region.width), (region.y, region.height))
        (x, width), (y, height) = reversed(spans) if orientation in _ON_ITS_SIDE else spans
        x = 1 - x - width if orientation in _MIRRORED_X else x
        y = 1 - y - height if orientation in _MIRRORED_Y else y
        left, right = _span(x, width, self._picture.extent[0])
        top, bottom = _span(y, height, self._picture.extent[1])
        return left, top, right, bottom

    def _turn_upright(self, image: Image.Image) -> Image.Image:
        turn = _UPRIGHT.get(self._picture.orientation)
        return image if turn is None else image.transpose(turn)


def _span(start: float, length: float, extent: float) -> tuple[float, float]:
    """A stretch of at least one pixel inside 0..extent."""
    pixels = min(max(length * extent, _SMALLEST_REGION), extent)
    low = min(max(start * extent, 0.0), extent - pixels)
    return low, low + pixels


def _encode(image: Image.Image, variant: VariantSpec) -> bytes:
    if variant.format == "jpeg":
        return _file(flatten(image), "JPEG", quality=_JPEG_QUALITY)
    return _file(image, "WEBP", quality=_WEBP_QUALITY, method=_WEBP_METHOD)


def _file(image: Image.Image, kind: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()
