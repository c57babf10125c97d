"""The tables of the catalog."""

from services.catalog.tables.base import Base
from services.catalog.tables.collection import Collection, CollectionImage
from services.catalog.tables.download import Download
from services.catalog.tables.event import Event, EventInbox
from services.catalog.tables.image import Image, ImageLabel, Owner
from services.catalog.tables.job import Job
from services.catalog.tables.operation import Operation
from services.catalog.tables.perceptual_hash import DuplicateCandidate, HashPair, PictureHash
from services.catalog.tables.words import SEARCH_CHANGES, TERM_COUNT_LOG, SearchSegment, TermCounter, TermScope

__all__ = [
    "SEARCH_CHANGES",
    "TERM_COUNT_LOG",
    "Base",
    "Collection",
    "CollectionImage",
    "Download",
    "DuplicateCandidate",
    "Event",
    "EventInbox",
    "HashPair",
    "Image",
    "ImageLabel",
    "Job",
    "Operation",
    "Owner",
    "PictureHash",
    "SearchSegment",
    "TermCounter",
    "TermScope",
]
