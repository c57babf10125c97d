"""Tables in a terminal, tabs in a pipe, JSON where it is asked for."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

T = TypeVar("T", bound="HasDict")


class HasDict(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


def line_of_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def listed(
    items: Iterable[T], columns: Sequence[str], cells: Callable[[T], Sequence[object]], *, as_json: bool
) -> None:
    """Show items: what `cells` gives of each, under `columns`."""
    if as_json:
        for item in items:
            line_of_json(item.to_dict())
    elif sys.stdout.isatty():
        table = Table(*columns, box=box.SIMPLE_HEAD)
        for item in items:
            table.add_row(*(Text(shown(cell)) for cell in cells(item)))
        Console().print(table)
    else:
        for item in items:
            sys.stdout.write("\t".join(shown(cell) for cell in cells(item)) + "\n")


def shown(value: object) -> str:
    """As one line without control characters: what people wrote must not steer a terminal."""
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def size(count: float) -> str:
    """Bytes for people: 1.2 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:  # noqa: PLR2004 - the step from a unit to the next
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
