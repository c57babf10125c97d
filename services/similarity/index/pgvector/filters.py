"""A filter as SQL."""

from typing import Any

from services.similarity.index.port import Filter

VISIBLE = "(public OR owner_id = :viewer)"


def conditions(wanted: Filter, *, visible: str = VISIBLE) -> tuple[str, dict[str, Any]]:
    """The condition over a table of points, and its parameters. Only for a filter that can fit something."""
    parts, parameters = [visible], dict[str, Any](viewer=wanted.viewer)
    if wanted.owner is not None:
        parts.append("owner_id = :owner")
        parameters["owner"] = wanted.owner
    for number, group in enumerate(wanted.label_groups):
        parts.append(f"label_ids && CAST(:labels_{number} AS text[])")
        parameters[f"labels_{number}"] = sorted(group)
    if wanted.not_labels:
        parts.append("NOT label_ids && CAST(:not_labels AS text[])")
        parameters["not_labels"] = sorted(wanted.not_labels)
    if wanted.only is not None:
        parts.append("image_id = ANY(CAST(:only AS uuid[]))")
        parameters["only"] = sorted(wanted.only)
    if wanted.exclude:
        parts.append("image_id <> ALL(CAST(:exclude AS uuid[]))")
        parameters["exclude"] = sorted(wanted.exclude)
    return " AND ".join(parts), parameters
