"""What services tell each other of images."""

from pydantic import BaseModel, Field

from services.catalog.schemas.image import Image


class LookedUpImage(BaseModel):
    """Service to service: an image, and what tells its copies."""

    image: Image = Field(description="The image.")
    perceptual_hash: str = Field(pattern="^[0-9a-f]{16}$", description="64 bits, in hex.")


class LookedUpImages(BaseModel):
    """Service to service: images by their ids."""

    items: list[LookedUpImage] = Field(description="Those that the viewer may see.")


class CatalogCoverage(BaseModel):
    """How far the library is labelled and embedded, counting what the viewer may see."""

    total: int = Field(description="All images.")
    ready: int = Field(description="Images that are labelled and embedded.")
    processing: int = Field(description="Images that wait for a worker.")
    deferred: int = Field(description="Images that wait for the model, or for another service.")
    failed: int = Field(description="Images that were given up.")
    labelled: int = Field(description="Images with labels of a model.")
    embedded: int = Field(description="Images with a vector in the active space.")


class Usage(BaseModel):
    """Service to service: what an owner keeps."""

    images: int = Field(description="Images, those in the trash too.")
    bytes: int = Field(description="Bytes of their originals.")
