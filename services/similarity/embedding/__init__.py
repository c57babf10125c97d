"""Who turns query images into vectors: the classifier, or an engine of our own."""

from services.similarity.embedding.chosen import ChosenEmbedder
from services.similarity.embedding.local import LocalEmbedder
from services.similarity.embedding.port import (
    Embedder,
    EmbedderBusy,
    Embeddings,
    ModelMissing,
    ModelNotReady,
    ModelReport,
    ModelState,
    Pictures,
    other_model,
)
from services.similarity.embedding.remote import RemoteEmbedder

__all__ = [
    "ChosenEmbedder",
    "Embedder",
    "EmbedderBusy",
    "Embeddings",
    "LocalEmbedder",
    "ModelMissing",
    "ModelNotReady",
    "ModelReport",
    "ModelState",
    "Pictures",
    "RemoteEmbedder",
    "other_model",
]
