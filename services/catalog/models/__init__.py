"""The tables of the catalog."""

from services.catalog.models.base import Base
from services.catalog.models.collection import Collection, CollectionImage
from services.catalog.models.image import Image, ImageLabel, Owner
from services.catalog.models.job import Job
from services.catalog.models.operation import Operation

__all__ = ["Base", "Collection", "CollectionImage", "Image", "ImageLabel", "Job", "Operation", "Owner"]
