"""Tags: one form to show, one key that makes two of them the same."""

from collections.abc import Iterable

from services.text.folding import tag_form, tag_key

MAX_LETTERS = 100
"""Of a tag."""
MAX_TAGS = 50
"""Of an image."""


def joined_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Give the tags as they are shown, of those with the same key the first; those that show nothing are left out."""
    found: dict[str, str] = {}
    for tag in map(tag_form, tags):
        if tag:
            found.setdefault(tag_key(tag), tag)
    return tuple(found.values())


def without_tags(tags: Iterable[str], removed: Iterable[str]) -> tuple[str, ...]:
    """Give the tags but for those with the key of a removed one."""
    gone = {tag_key(tag) for tag in removed}
    return tuple(tag for tag in tags if tag_key(tag) not in gone)


def most_used_spellings(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Add up the counts of spellings of one tag; the one used most names it, of several the first in order."""
    found: dict[str, list[tuple[int, str]]] = {}
    for tag, count in counts:
        found.setdefault(tag_key(tag), []).append((-count, tag))
    return [(min(spellings)[1], -sum(count for count, _ in spellings)) for spellings in found.values()]
