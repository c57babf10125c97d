"""The advisory locks of similarity's database."""

from services.kit.postgres.locks import AdvisoryLock


class SimilarityLock(AdvisoryLock):
    REGISTER = 0x51A1
    BUILDING = 0x51A2
    """One for each space, by its slot."""
    ROLES = 0x51A3
    """Of the roles that spaces play: promoted and candidate."""
