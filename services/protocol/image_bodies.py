"""An image as the whole body of a request: the Content-Types that are taken, and the body in OpenAPI documents."""

from typing import Any

from services.protocol.image_problems import NotAnImageType
from services.vision.decoding.media_types import FORMATS_IN_WORDS

RAW_IMAGE_BODY: dict[str, Any] = {
    "description": "The bytes of the image. The Content-Type may also say what it is, such as image/jpeg: the bytes "
    "themselves decide.",
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
"""One media type, for SDK generators take the first of several; FastAPI cannot describe what a handler streams."""
_RAW_TYPES = ("image/", "application/octet-stream")


def require_raw_image(content_type: str, *, otherwise: str = "") -> None:
    """Raise NotAnImageType unless the body may be an image. `otherwise` says how else one may come.

    Without a Content-Type it may be (RFC 9110, 8.3): of the clients that are generated for Rust none comes.
    """
    if content_type and not content_type.startswith(_RAW_TYPES):
        raise NotAnImageType(
            "Send the image as the body, with a Content-Type image/... or application/octet-stream, "
            f"not {content_type[:80]!r}{otherwise}. Taken are {FORMATS_IN_WORDS}."
        )
