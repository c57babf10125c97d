"""A filter as Milvus' boolean expression."""

from collections.abc import Iterable
from uuid import UUID

from services.similarity.index.port import Filter

MAX_EXPRESSION = 16 * 1024 * 1024
"""A quarter of what Milvus takes in one request; what the service's own bounds allow is half of it."""


def expression(wanted: Filter) -> str:
    """Only for a filter that can fit something. Values are written into it: milvus-lite knows no templates."""
    parts = [f'(public == true or owner == "{wanted.viewer}")']
    if wanted.owner is not None:
        parts.append(f'owner == "{wanted.owner}"')
    parts += [f"array_contains_any(labels, [{listed(sorted(group))}])" for group in wanted.label_groups]
    if wanted.not_labels:
        parts.append(f"not array_contains_any(labels, [{listed(sorted(wanted.not_labels))}])")
    if wanted.only is not None:
        parts.append(f"id in [{_ids(wanted.only)}]")
    if wanted.exclude:
        parts.append(f"id not in [{_ids(wanted.exclude)}]")
    written = " and ".join(parts)
    if len(written) > MAX_EXPRESSION:
        raise ValueError(f"a filter of {len(written)} characters is more than Milvus takes")
    return written


def quoted(text: str) -> str:
    """A string literal: nothing in `text` can end it."""
    return '"' + "".join(_ESCAPED.get(character, character) for character in text) + '"'


_ESCAPED = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def listed(texts: Iterable[str]) -> str:
    """String literals, with commas between."""
    return ",".join(map(quoted, texts))


def _ids(ids: Iterable[UUID]) -> str:
    return listed(map(str, sorted(ids)))
