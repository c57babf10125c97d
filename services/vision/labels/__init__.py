"""What the classes of ImageNet are called, and what they are kinds of."""

from services.vision.labels.labels import Label, Taxonomy, UnknownLabelError, digest_of, load_taxonomy

__all__ = ["Label", "Taxonomy", "UnknownLabelError", "digest_of", "load_taxonomy"]
