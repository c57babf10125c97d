"""Where an image's bytes are: one folder an image, named by its id, so an object belongs to exactly one row."""

from uuid import UUID

from services.vision.decoding.model import RENDERER_VERSION

ORIGINAL = "original"
MODEL_INPUT = "model-input"


def image_prefix(image_id: UUID) -> str:
    """Folder of one image; the id's last two digits (random in a UUIDv7) spread the folders."""
    return f"images/{image_id.hex[-2:]}/{image_id}/"


def original_key(image_id: UUID) -> str:
    return image_prefix(image_id) + ORIGINAL


def variant_key(image_id: UUID, *, preset: str, rotation: int, extension: str) -> str:
    """A better renderer writes under another name: what an older one made is made again when it is asked for."""
    return f"{image_prefix(image_id)}{preset}-{rotation}.v{RENDERER_VERSION}.{extension}"


def is_stale_variant(key: str) -> bool:
    """Whether an object in an image's folder is a variant that another version of the renderer made."""
    name = key.rpartition("/")[2]
    return name not in (ORIGINAL, MODEL_INPUT) and f".v{RENDERER_VERSION}." not in name


def model_input_key(image_id: UUID) -> str:
    """What the model sees: kept from upload until the labels are there, so that nothing is decoded twice."""
    return image_prefix(image_id) + MODEL_INPUT
