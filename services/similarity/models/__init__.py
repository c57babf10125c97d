"""The tables of this service; the tables of points are made at run time, one for each space."""

from services.similarity.models.base import Base
from services.similarity.models.space import SpaceRow
from services.similarity.models.space_mark import SpaceMarkRow

__all__ = ["Base", "SpaceMarkRow", "SpaceRow"]
