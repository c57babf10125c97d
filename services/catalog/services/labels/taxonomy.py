"""Labels through the taxonomy, both ways: what a label is a kind of, and what its kinds are."""

from collections.abc import Iterable
from contextlib import suppress

from services.vision.labels import Taxonomy, UnknownLabelError


def closure(taxonomy: Taxonomy, label_ids: Iterable[str]) -> list[str]:
    """Give the labels and all they are kinds of, each once, sorted. A label that the taxonomy lost stays itself."""
    found: set[str] = set()
    for label_id in label_ids:
        found |= {label_id, *above(taxonomy, label_id)}
    return sorted(found)


def above(taxonomy: Taxonomy, label_id: str) -> tuple[str, ...]:
    try:
        return tuple(label.id for label in taxonomy.ancestors(label_id))
    except UnknownLabelError:
        return ()


def known(taxonomy: Taxonomy, label_ids: Iterable[str]) -> list[str]:
    """Give those of the labels that the taxonomy has."""
    found = []
    for label_id in label_ids:
        with suppress(UnknownLabelError):
            found.append(taxonomy.get(label_id).id)
    return found


def kinds(taxonomy: Taxonomy, label_ids: Iterable[str]) -> frozenset[str]:
    """Give the labels and all that are kinds of them, classes of the model or not."""
    return frozenset(kind for label_id in label_ids for kind in taxonomy.descendants(label_id))
