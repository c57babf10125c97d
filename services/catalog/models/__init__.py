"""The tables of the catalog."""

from services.catalog.models.base import Base
from services.catalog.models.collection import Collection, CollectionImage
from services.catalog.models.image import Image, ImageLabel, Owner
from services.catalog.models.job import Job
from services.catalog.models.likeness import AlikeImage, HashPair, PictureHash
from services.catalog.models.operation import Operation
from services.catalog.models.words import SEARCH_CHANGES, TERM_DELTAS, SearchBlock, TermCounter, TermScope

__all__ = [
    "SEARCH_CHANGES",
    "TERM_DELTAS",
    "AlikeImage",
    "Base",
    "Collection",
    "CollectionImage",
    "HashPair",
    "Image",
    "ImageLabel",
    "Job",
    "Operation",
    "Owner",
    "PictureHash",
    "SearchBlock",
    "TermCounter",
    "TermScope",
]
