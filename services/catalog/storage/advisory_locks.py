"""The advisory locks of the catalog's database."""

from services.kit.postgres.locks import AdvisoryLock


class CatalogLock(AdvisoryLock):
    COMPACTION = 0x9C71
    FOLDING = 0x9C72
    EVENTS = 0x9C73
