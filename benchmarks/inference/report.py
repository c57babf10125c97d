"""The table: medians of the rounds, each beside what it must reach."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Measurements by name, one value a round."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def median(self, name: str) -> float:
        return statistics.median(self.values[name])

    def spread(self, name: str) -> str:
        """Median, and the least and most of the rounds."""
        found = self.values[name]
        return f"{statistics.median(found):.1f} ({min(found):.1f} to {max(found):.1f})"


@dataclass(frozen=True)
class Row:
    what: str
    measured: str
    beside: str
    ratio: float
    must: str
    reached: bool | None


def print_table(rows: list[Row]) -> None:
    head = ("measured", "value", "beside", "ratio", "must", "")
    cells = [head] + [
        (
            row.what,
            row.measured,
            row.beside,
            f"{row.ratio:.2f}",
            row.must,
            "" if row.reached is None else ("yes" if row.reached else "MISSED"),
        )
        for row in rows
    ]
    widths = [max(len(cell[column]) for cell in cells) for column in range(len(head))]
    for number, cell in enumerate(cells):
        print("  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
