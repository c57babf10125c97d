"""`search`, `similar`, `classify`, `labels`."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer

from pictor_client.client import Pictor
from pictor_client.command import output, thumbnails
from pictor_client.command.connection import CommandError, Json, Url, connected
from pictor_client.core.api.content import images_variant
from pictor_client.core.models import Format, Image, ImageState, Preset, SimilarHit, Term
from pictor_client.core.types import File
from pictor_client.errors import Refused
from pictor_client.options import Filters

_IMAGE_COLUMNS = ("id", "name", "taken", "size", "labels", "tags")
_LABELS_SHOWN = 3
_ENDS = {"after": "T00:00:00", "before": "T23:59:59"}
Sort = Literal["relevance", "-created_at", "created_at", "-taken_at", "taken_at", "random"]
Limit = Annotated[int, typer.Option("--limit", "-n", min=0, help="How many at most; 0: all.")]
Thumbnails = Annotated[bool, typer.Option("--thumbnails", "-t", help="Show them, where the terminal can.")]
Date = Annotated[str | None, typer.Option(metavar="DATE", help="A day (2026-01-31), or a time with its zone.")]


def search(
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; nothing: all.")] = None,
    *,
    label: Annotated[list[str] | None, typer.Option(help="A label that it must have; repeat it.")] = None,
    not_label: Annotated[list[str] | None, typer.Option(help="A label that it must not have.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag that it must have; repeat it.")] = None,
    owner: Annotated[str | None, typer.Option(help="me, or a user's name or id.")] = None,
    collection: Annotated[str | None, typer.Option(help="A collection's id, or favorites.")] = None,
    taken_after: Date = None,
    taken_before: Date = None,
    sort: Annotated[Sort | None, typer.Option(help="The order.")] = None,
    limit: Limit = 20,
    thumbs: Thumbnails = False,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Find images by words, labels, tags and dates."""
    filters: Filters = {}
    given = {
        "q": " ".join(words or []),
        "label": label,
        "not_label": not_label,
        "tag": tag,
        "owner": owner,
        "collection": collection,
        "taken_after": _time(taken_after, "after"),
        "taken_before": _time(taken_before, "before"),
        "sort": sort,
    }
    filters.update({name: value for name, value in given.items() if value})  # type: ignore[typeddict-item]
    with connected(url) as pictor:
        found = pictor.images(limit=limit or None, **filters)
        if thumbs and not as_json and sys.stdout.isatty():
            _drawn(pictor, found)
        else:
            output.listed(found, _IMAGE_COLUMNS, _image_cells, as_json=as_json)


def similar(
    what: Annotated[str, typer.Argument(metavar="FILE|ID", help="A picture, or the id of an image.")],
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500)] = 12,
    min_score: Annotated[float, typer.Option(min=0, max=1, help="1 is the same.")] = 0.0,
    thumbs: Thumbnails = False,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Find look-alikes of a picture, or of an image of the library."""
    with connected(url) as pictor:
        to = _id(what) if not Path(what).exists() else Path(what)
        if to is None:
            raise CommandError(f"{what} is neither a file nor the id of an image.")
        hits = pictor.similar(to, limit=limit, min_score=min_score).items
        if thumbs and not as_json and sys.stdout.isatty():
            _drawn(pictor, (hit.image for hit in hits))
        else:
            output.listed(hits, ("score", "band", *_IMAGE_COLUMNS), _hit_cells, as_json=as_json)


def classify(
    files: Annotated[list[Path], typer.Argument(help="Pictures; none is kept.")],
    *,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many labels.")] = 5,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Say what pictures show, and keep nothing."""
    refused = 0
    with connected(url) as pictor:
        for file in files:
            try:
                answer = pictor.classify(file, top_k=top)
            except (Refused, OSError) as error:
                sys.stderr.write(f"pictor: {output.shown(file)}: {error}\n")
                refused += 1
                continue
            if as_json:
                output.line_of_json({"file": str(file), **answer.to_dict()})
                continue
            for label in answer.labels:
                sys.stdout.write(f"{output.shown(file)}\t{label.score:.3f}\t{label.id}\t{output.shown(label.name)}\n")
    raise typer.Exit(1 if refused else 0)


def labels(
    prefix: Annotated[str, typer.Argument(help="How it begins; slips are forgiven.")] = "",
    *,
    limit: Limit = 50,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """List labels and tags in use, the most used first."""
    with connected(url) as pictor:
        found = pictor.labels(prefix, limit=limit or None)
        output.listed(found, ("name", "count", "kind", "id"), _term_cells, as_json=as_json)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _time(text: str | None, end: Literal["after", "before"]) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text + _ENDS[end] if "T" not in text else text)
    except ValueError as error:
        raise CommandError(f"{text} is no day (2026-01-31) and no time (2026-01-31T12:00:00Z).") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _image_cells(image: Image) -> list[object]:
    best = [label.name for label in image.labels if label.status != "rejected"][:_LABELS_SHOWN]
    state = "" if image.state == ImageState.IMAGE_STATE_READY else f"({image.state})"
    taken = image.taken_at.date() if image.taken_at else ""
    name = image.title or image.file_name
    return [image.id, name, taken, f"{image.width}x{image.height}", ", ".join(best) or state, ", ".join(image.tags)]


def _hit_cells(hit: SimilarHit) -> list[object]:
    return [f"{hit.score:.3f}", hit.band, *_image_cells(hit.image)]


def _term_cells(term: Term) -> list[object]:
    return [term.name, term.count, term.kind, term.id]


def _drawn(pictor: Pictor, images: Iterable[Image]) -> None:
    for image in images:
        answer = images_variant.sync(image.id, Preset.PRESET_THUMB, client=pictor.core, format_=Format.FORMAT_JPEG)
        if isinstance(answer, File):
            thumbnails.show(answer.payload.read())
        sys.stdout.write("  ".join(output.shown(cell) for cell in _image_cells(image)) + "\n\n")
