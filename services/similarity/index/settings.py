"""Which index there is, as the environment says it: for the service, and for the command that moves spaces."""

from enum import StrEnum
from typing import Self

from pydantic import Field, SecretStr, model_validator

from services.kit.settings import PostgresSettings


class IndexKind(StrEnum):
    PGVECTOR = "pgvector"
    MILVUS = "milvus"


class IndexSettings(PostgresSettings):
    index: IndexKind = Field(default=IndexKind.PGVECTOR, description="Where vectors are kept and searched.")
    milvus_uri: str = Field(
        default="", description="With index=milvus: http://host:19530, or a path that ends in .db, for trials."
    )
    milvus_token: SecretStr = Field(default=SecretStr(""), description="user:password, or an API key; may be empty.")
    milvus_database: str = Field(default="", description="Milvus' own default when empty.")
    milvus_timeout_s: float = Field(default=30, gt=0, description="Longest answer of Milvus.")

    @model_validator(mode="after")
    def _milvus_needs_an_address(self) -> Self:
        if self.index is IndexKind.MILVUS and not self.milvus_uri:
            raise ValueError("PICTOR_INDEX=milvus wants PICTOR_MILVUS_URI")
        return self
