"""Labels of a filter, as words or ids, become groups of classes: a kind of dog is a dog."""

from collections.abc import Sequence

from services.kit.http.problems import FieldError
from services.similarity.services.errors import UnknownLabel
from services.vision.labels import Taxonomy, UnknownLabelError


def label_groups(
    taxonomy: Taxonomy, *, labels: Sequence[str], any_labels: Sequence[str], pointer: str
) -> tuple[frozenset[str], ...]:
    """One group for each of `labels` (all must hold), one more for `any_labels`. Raises UnknownLabel."""
    groups = [_classes(taxonomy, label, f"{pointer}/label") for label in labels]
    if any_labels:
        groups.append(label_classes(taxonomy, any_labels, pointer=f"{pointer}/any_label"))
    return tuple(groups)


def label_classes(taxonomy: Taxonomy, labels: Sequence[str], *, pointer: str) -> frozenset[str]:
    """All classes that any of the labels stands for. Raises UnknownLabel."""
    return frozenset().union(*(_classes(taxonomy, label, pointer) for label in labels))


def _classes(taxonomy: Taxonomy, asked: str, pointer: str) -> frozenset[str]:
    try:
        return taxonomy.classes_called(asked)
    except UnknownLabelError as error:
        message = f"There is no label {asked!r}; GET /v1/labels?prefix=… completes."
        details = [FieldError(pointer=pointer, code=UnknownLabel.code, message=message)]
        raise UnknownLabel(message, errors=details) from error
