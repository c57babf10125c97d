"""The index in Milvus, through pymilvus. Imported only where the settings ask for it."""

from services.similarity.index.milvus.index import MilvusIndex
from services.similarity.index.milvus.options import MilvusOptions

__all__ = ["MilvusIndex", "MilvusOptions"]
