"""The tables of this service; the tables of points are made at run time, one for each space."""

from services.similarity.tables.base import Base
from services.similarity.tables.space import SpaceRow
from services.similarity.tables.space_role import SpaceRoleRow

__all__ = ["Base", "SpaceRoleRow", "SpaceRow"]
