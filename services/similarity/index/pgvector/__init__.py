"""The index in Postgres, by pgvector."""

from services.similarity.index.pgvector.index import PgvectorIndex
from services.similarity.index.pgvector.options import IndexOptions

__all__ = ["IndexOptions", "PgvectorIndex"]
