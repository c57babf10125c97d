"""Labels of a filter, as words or ids, become groups of classes: a kind of dog is a dog."""

from collections.abc import Sequence

from services.protocol.filters import labels_called
from services.vision.labels import Taxonomy


def label_groups(
    taxonomy: Taxonomy, *, labels: Sequence[str], any_labels: Sequence[str], pointer: str
) -> tuple[frozenset[str], ...]:
    """One group for each of `labels` (all must hold), one more for `any_labels`. Raises UnknownLabel."""
    groups = [labels_called(taxonomy.classes_called, label, f"{pointer}/label") for label in labels]
    if any_labels:
        groups.append(label_classes(taxonomy, any_labels, pointer=f"{pointer}/any_label"))
    return tuple(groups)


def label_classes(taxonomy: Taxonomy, labels: Sequence[str], *, pointer: str) -> frozenset[str]:
    """All classes that any of the labels stands for. Raises UnknownLabel."""
    return frozenset().union(*(labels_called(taxonomy.classes_called, label, pointer) for label in labels))
