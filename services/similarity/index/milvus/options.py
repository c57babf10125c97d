"""Where Milvus is, and what the operator may turn."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MilvusOptions:
    """`uri` is http://host:19530, or a path that ends in .db: milvus-lite inside this process, for trials and tests.

    `timeout_s` bounds every call of the port, however many requests it makes. `connections` is how many calls go on at
    once. `m`, `ef_construction`: Milvus' own, of the HNSW index.
    """

    uri: str
    token: str = field(default="", repr=False)
    database: str = ""
    timeout_s: float = 30
    connections: int = 8
    m: int = 16
    ef_construction: int = 64

    @property
    def lite(self) -> bool:
        return self.uri.endswith(".db")

    @property
    def threads(self) -> int:
        """milvus-lite bears no two writers at once."""
        return 1 if self.lite else self.connections
