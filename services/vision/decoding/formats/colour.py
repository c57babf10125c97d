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

    ``mode`` is the picture's: L, RGB, RGBA or CMYK. A profile that is broken or speaks of other colours than the
    picture has is ignored.
    """

    def __init__(self, icc_profile: bytes | None, mode: str) -> None:
        self._mode = mode
        self._transform = _transform_from(icc_profile, mode) if icc_profile else None

    def to_srgb(self, image: Image.Image) -> Image.Image:
        """A picture of mode L, RGB or RGBA; alpha is kept."""
        if self._transform is not None:
            if image.mode != self._transform.inputMode:
                image = image.convert(self._transform.inputMode)
            converted = ImageCms.applyTransform(image, self._transform)
            return image if converted is None else converted
        return image.convert("RGB") if image.mode == "CMYK" else image


def _transform_from(icc_profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc_profile))
        modes = _SPACES.get(profile.profile.xcolor_space, ())
        if mode == "L" and "RGB" in modes:
            mode = "RGB"  # grey pictures often carry the profile of the camera
        if mode not in modes or profile.profile.profile_description in _ALREADY_SRGB:
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
