"""`tag` and `collections`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from pictor_client.client import Pictor
from pictor_client.command import output
from pictor_client.command.connection import CommandError, Json, Url, connected
from pictor_client.core.models import Collection

app = typer.Typer(help="List collections; make, fill and empty them.", invoke_without_command=True)
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of images; - reads them, one a line.")]
Which = Annotated[str, typer.Argument(metavar="COLLECTION", help="Its id, its name, or favorites.")]


def tag(
    ids: Ids,
    *,
    add: Annotated[list[str] | None, typer.Option(help="A tag to add; repeat it.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A tag to take away; repeat it.")] = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Add tags to images, and take them away."""
    if not add and not remove:
        raise CommandError("Say what to --add or --remove.")
    change: dict[str, Any] = {}
    if add:
        change["add_tags"] = add
    if remove:
        change["remove_tags"] = remove
    refused = 0
    with connected(url) as pictor:
        for result in pictor.update_many([{"id": str(one), **change} for one in _ids(ids)]):
            if as_json:
                output.line_of_json(result.to_dict())
            elif result.image:
                sys.stdout.write(f"{result.id}\t{output.shown(', '.join(result.image.tags))}\n")
            if result.problem:
                refused += 1
                sys.stderr.write(f"pictor: {result.id}: {result.problem.detail}\n")
    raise typer.Exit(1 if refused else 0)


@app.callback()
def list_them(context: typer.Context, *, as_json: Json = False, url: Url = None) -> None:
    """List collections; with a command: make, fill and empty them."""
    if context.invoked_subcommand is None:
        with connected(url) as pictor:
            columns = ("id", "name", "images", "description")
            output.listed(pictor.collections(), columns, _cells, as_json=as_json)


@app.command("create")
def create(name: str, *, description: str = "", as_json: Json = False, url: Url = None) -> None:
    """Make a collection."""
    with connected(url) as pictor:
        output.listed([pictor.create_collection(name, description)], ("id", "name"), _named, as_json=as_json)


@app.command("add")
def add_images(collection: Which, ids: Ids, *, url: Url = None) -> None:
    """Put images into a collection."""
    with connected(url) as pictor:
        pictor.add_to(_found(pictor, collection), *_ids(ids))


@app.command("remove")
def remove_images(collection: Which, ids: Ids, *, url: Url = None) -> None:
    """Take images out of a collection; the images stay."""
    with connected(url) as pictor:
        pictor.remove_from(_found(pictor, collection), *_ids(ids))


@app.command("delete")
def delete(collection: Which, *, url: Url = None) -> None:
    """Delete a collection; its images stay."""
    with connected(url) as pictor:
        pictor.delete_collection(_found(pictor, collection))


def _found(pictor: Pictor, named: str) -> UUID | Literal["favorites"]:
    if named == "favorites":
        return "favorites"
    try:
        return UUID(named)
    except ValueError:
        having = [one.id for one in pictor.collections() if one.name == named]
    if len(having) != 1:
        many = "There is no collection" if not having else f"{len(having)} collections are"
        raise CommandError(f"{many} called {named!r}: give the id (pictor collections lists them).", 1)
    return having[0]


def _ids(given: Sequence[str]) -> Iterator[UUID]:
    lines: Iterable[str] = sys.stdin if list(given) == ["-"] else given
    for line in lines:
        text = line.partition("\t")[0].strip()
        if text:
            try:
                yield UUID(text)
            except ValueError as error:
                raise CommandError(f"{text!r} is not the id of an image.") from error


def _cells(collection: Collection) -> list[object]:
    return [collection.id, collection.name, collection.image_count, collection.description]


def _named(collection: Collection) -> list[object]:
    return [collection.id, collection.name]
