"""The tables of this service; the tables of points are made at run time, one for each space."""

from services.similarity.models.base import Base
from services.similarity.models.space import SpaceRow

__all__ = ["Base", "SpaceRow"]
