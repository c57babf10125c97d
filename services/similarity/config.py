"""What the similarity service is told by its environment."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from services.kit.settings import OptionalUrl, ServiceSettings
from services.protocol.decode_settings import DecodeSettings
from services.similarity.index.pgvector import IndexOptions
from services.similarity.index.settings import IndexSettings


class Settings(ServiceSettings, IndexSettings, DecodeSettings):
    catalog_url: str = Field(description="Base address of the catalog.")
    classifier_url: str = Field(description="Base address of the classifier; unused with embedder=local.")

    candidate_url: OptionalUrl = Field(
        default=None, description="Base address of a second classifier, which serves the model of another space."
    )

    embedder: Literal["remote", "local"] = Field(
        default="remote", description="Who embeds query images: the classifier, or a model package of our own."
    )
    model_package: Path | None = Field(default=None, description="Folder of the model package, with embedder=local.")
    engine: Literal["auto", "openvino", "tensorflow", "remote"] = Field(
        default="auto", description="With embedder=local, which cannot be remote; else it is the classifier's alone."
    )
    decoders: int = Field(default=2, ge=1, le=64, description="Query images decoded at once.")

    index_exact_rows: int = Field(
        default=2000,
        ge=0,
        description="Up to so many images, or images that a filter lets through, are compared one by one; "
        "a space with more gets an index.",
    )
    index_cosine: bool = Field(
        default=False,
        description="Build the index of mode `hnsw` too: faster than `two_stage`, 8 KB more an image, slow to build.",
    )
    index_m: int = Field(default=16, ge=4, le=100)
    index_ef_construction: int = Field(default=64, ge=8, le=1000)
    index_candidates: int = Field(
        default=80, ge=10, le=1000, description="Images that `two_stage` compares exactly, at least: time for recall."
    )
    index_build_memory_mb: int = Field(
        default=256, ge=16, description="Memory of Postgres while it builds; 600 MB hold the index of 1,000,000 images."
    )
    index_build_workers: int = Field(
        default=0, ge=0, le=64, description="More processes at a build; they share memory, so mind `shm_size`."
    )
    index_check_s: float = Field(default=30, gt=0, description="How often to see whether an index is due.")

    @model_validator(mode="after")
    def _local_needs_a_package(self) -> Self:
        if self.embedder == "local" and self.model_package is None:
            raise ValueError("PICTOR_EMBEDDER=local wants PICTOR_MODEL_PACKAGE")
        if self.embedder == "local" and self.engine == "remote":
            raise ValueError("PICTOR_EMBEDDER=local wants an engine of its own: PICTOR_ENGINE=auto, say")
        if self.index_ef_construction < 2 * self.index_m:
            raise ValueError("PICTOR_INDEX_EF_CONSTRUCTION must be at least twice PICTOR_INDEX_M")
        return self

    @property
    def index_options(self) -> IndexOptions:
        return IndexOptions(
            exact_rows=self.index_exact_rows,
            cosine_index=self.index_cosine,
            m=self.index_m,
            ef_construction=self.index_ef_construction,
            candidates=self.index_candidates,
            build_memory_mb=self.index_build_memory_mb,
            build_workers=self.index_build_workers,
        )
