"""The labels: 1,000 classes in the order of the network's outputs, and the WordNet synsets above them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TypedDict

from services.text.folding import fold


class UnknownLabelError(LookupError):
    """There is no label with this id."""


@dataclass(frozen=True, slots=True)
class Label:
    """One WordNet synset. `index` is its place in the network's output, None when it is an ancestor only."""

    id: str
    name: str
    synonyms: tuple[str, ...]
    gloss: str
    parents: tuple[str, ...]
    index: int | None


def digest_of(label_ids: Iterable[str]) -> str:
    """sha256 of label ids in their order: two networks with the same answer the same classes at the same index."""
    return hashlib.sha256("\n".join(label_ids).encode()).hexdigest()


class Taxonomy:
    """The labels and the directed acyclic graph of "is a kind of" over them. Immutable, safe to share between threads.

    Every method that takes an id raises UnknownLabelError when no label has it.
    """

    def __init__(self, labels: Iterable[Label]) -> None:
        self._labels = {label.id: label for label in labels}
        classes = [label for label in self._labels.values() if label.index is not None]
        self._classes = tuple(sorted(classes, key=_index))
        self._order = tuple(dict.fromkeys([label.id for label in self._classes] + sorted(self._labels)))
        self._children: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_synonym: dict[str, list[str]] = {}
        for label in self._labels.values():
            for parent in label.parents:
                self._children.setdefault(parent, []).append(label.id)
            self._by_name.setdefault(_folded(label.name), []).append(label.id)
            for synonym in label.synonyms:
                self._by_synonym.setdefault(_folded(synonym), []).append(label.id)

    @property
    def classes(self) -> tuple[Label, ...]:
        """The labels that the network answers, by index."""
        return self._classes

    @cached_property
    def classes_digest(self) -> str:
        """digest_of the ids of `classes`."""
        return digest_of(label.id for label in self._classes)

    @property
    def labels(self) -> tuple[Label, ...]:
        """All labels: the classes, and what they are kinds of."""
        return tuple(self._labels.values())

    def get(self, label_id: str) -> Label:
        """The label with this id."""
        try:
            return self._labels[label_id]
        except KeyError:
            raise UnknownLabelError(label_id) from None

    def ancestors(self, label_id: str) -> tuple[Label, ...]:
        """What the label is a kind of: nearest first, without itself, each once."""
        found: dict[str, Label] = {}
        level = self.get(label_id).parents
        while level:
            found |= {key: self._labels[key] for key in level if key not in found}
            above = (parent for key in level for parent in self._labels[key].parents)
            level = tuple(dict.fromkeys(key for key in above if key not in found))
        return tuple(found.values())

    def way_up(self, label_id: str) -> tuple[Label, ...]:
        """One way up, nearest first: each label is a kind of the next. From any label of it the way on is the same."""
        found: list[Label] = []
        above = self.get(label_id).parents
        while above and all(above[0] != label.id for label in found):
            found.append(self._labels[above[0]])
            above = found[-1].parents
        return tuple(found)

    def children(self, label_id: str) -> tuple[Label, ...]:
        """The labels directly under this one, by name."""
        under = (self._labels[key] for key in self._children.get(self.get(label_id).id, ()))
        return tuple(sorted(under, key=lambda label: (label.name.casefold(), label.id)))

    def descendants(self, label_id: str) -> tuple[str, ...]:
        """The ids of the labels that are the label or a kind of it: classes by index, then the others by id."""
        seen = {self.get(label_id).id}
        waiting = list(seen)
        while waiting:
            new = set(self._children.get(waiting.pop(), ())) - seen
            seen |= new
            waiting.extend(new)
        return tuple(key for key in self._order if key in seen)

    def path(self, above: str, label_id: str) -> tuple[Label, ...]:
        """The shortest way down from a label to one that is it or a kind of it, with both; empty when it is neither."""
        goal, below = self.get(above).id, {self.get(label_id).id: ""}
        level = tuple(below)
        while level and goal not in below:
            found = {parent: key for key in reversed(level) for parent in self._labels[key].parents}
            level = tuple(parent for parent in found if parent not in below)
            below |= {parent: found[parent] for parent in level}
        way = [goal] if goal in below else []
        while way and below[way[-1]]:
            way.append(below[way[-1]])
        return tuple(self._labels[key] for key in way)

    def called(self, term: str) -> tuple[Label, ...]:
        """The labels that an id or a name stands for. Raises UnknownLabelError when it is neither."""
        found = (self._labels[term],) if term in self._labels else self.find(term)
        if not found:
            raise UnknownLabelError(term)
        return found

    def classes_called(self, term: str) -> frozenset[str]:
        """The ids of the labels that an id or a name stands for, kinds of it included: classes and what is above them.

        Raises UnknownLabelError when it is neither.
        """
        return frozenset(label_id for label in self.called(term) for label_id in self.descendants(label.id))

    def search_terms(self, label_id: str) -> tuple[str, ...]:
        """The label's name, then its synonyms."""
        label = self.get(label_id)
        return (label.name, *label.synonyms)

    def find(self, name: str) -> tuple[Label, ...]:
        """The labels of this name, then those of this synonym; case, accents and `_` for a space do not matter.

        Several labels can share a name ("crane" is a bird and a machine). Empty when there is none.
        """
        key = _folded(name)
        ids = dict.fromkeys(self._by_name.get(key, []) + self._by_synonym.get(key, []))
        return tuple(self._labels[label_id] for label_id in ids)


@cache
def load_taxonomy() -> Taxonomy:
    """Read the data files that are shipped with this module, once for the process."""
    classes = [_label(entry, index) for index, entry in enumerate(_read("classes.json"))]
    ancestors = [_label(entry, None) for entry in _read("taxonomy.json")]
    return Taxonomy(classes + ancestors)


class _Entry(TypedDict):
    id: str
    name: str
    synonyms: list[str]
    gloss: str
    parents: list[str]


def _read(name: str) -> list[_Entry]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    entries: list[_Entry] = json.loads(text)
    return entries


def _label(entry: _Entry, index: int | None) -> Label:
    return Label(
        id=entry["id"],
        name=entry["name"],
        synonyms=tuple(entry["synonyms"]),
        gloss=entry["gloss"],
        parents=tuple(entry["parents"]),
        index=index,
    )


def _index(label: Label) -> int:
    return -1 if label.index is None else label.index


def _folded(name: str) -> str:
    return fold(name.replace("_", " "))
