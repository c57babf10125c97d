"""Any picture's colours to sRGB, the colours of every variant and of the model."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageCms

_SPACES = {"RGB ": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}
# What nearly every file with a profile carries: converting would cost more than decoding, and change nothing.
_ALREADY_SRGB = ("sRGB IEC61966-2.1", "sRGB built-in", "sRGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class ColourConverter:
    """Turns copies of one picture into sRGB, by its ICC profile where there is a usable one.

    ``mode`` is the picture's: L, RGB, RGBA or CMYK; ``is_grey`` where its three bands are one. A profile that is broken
    or speaks of other colours than the picture has is ignored.
    """

    def __init__(self, icc_profile: bytes | None, mode: str, *, is_grey: bool = False) -> None:
        self._transform = _transform_from(icc_profile, mode, is_grey=is_grey) if icc_profile else None

    def to_srgb(self, image: Image.Image) -> Image.Image:
        """A picture of mode L, RGB or RGBA; alpha is kept. It may be ``image`` itself, changed."""
        if self._transform is None:
            return image.convert("RGB") if image.mode == "CMYK" else image
        if self._transform.inputMode == "L" and image.mode == "RGBA":
            converted = self._applied(image.getchannel("R"))
            converted.putalpha(image.getchannel("A"))
            return converted
        if image.mode != self._transform.inputMode:
            image = image.convert(self._transform.inputMode)
        return self._applied(image)

    def _applied(self, image: Image.Image) -> Image.Image:
        transform = self._transform
        if transform is None:
            return image
        in_place = transform.inputMode == transform.outputMode  # pictures can be large: no second one where one will do
        converted = ImageCms.applyTransform(image, transform, inPlace=in_place)
        return image if converted is None else converted


def _transform_from(icc_profile: bytes, mode: str, *, is_grey: bool) -> ImageCms.ImageCmsTransform | None:
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc_profile))
        space = profile.profile.xcolor_space
        modes = _SPACES.get(space, ())
        if mode == "L" and "RGB" in modes:
            mode = "RGB"  # grey pictures often carry the profile of the camera
        if mode == "RGBA" and is_grey and space == "GRAY":
            mode = "L"
        if mode not in modes or (space == "RGB " and profile.profile.profile_description in _ALREADY_SRGB):
            return None
        return ImageCms.buildTransform(profile, _srgb(), mode, "RGBA" if mode == "RGBA" else "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def flatten(image: Image.Image) -> Image.Image:
    """An RGBA picture on white as RGB; others as they are."""
    if image.mode != "RGBA":
        return image
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image)
    return page
