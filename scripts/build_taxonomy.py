#!/usr/bin/env python3
"""Make the label data that Pictor ships from the list of ImageNet classes and WordNet 3.0.

    python scripts/build_taxonomy.py imagenet_classes.csv /usr/share/wordnet/data.noun

The first file has the columns index, wnid and name in Keras' order; the second is `data.noun` of WordNet 3.0 (Debian
package wordnet-base; its format is described in wndb(5WN)). Writes classes.json, taxonomy.json and LICENSE.wordnet.
The same input gives the same bytes. Ends with status 1 when the counts are not the expected ones.
"""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import NamedTuple

EXPECTED_CLASSES = 1000
EXPECTED_ANCESTORS = 860
DATA = Path(__file__).resolve().parent.parent / "services" / "vision" / "labels" / "data"


class Synset(NamedTuple):
    """One noun of WordNet: its words, its gloss and the ids of the synsets that it is a kind of."""

    words: list[str]
    gloss: str
    parents: list[str]


def readable(word: str) -> str:
    """`tank_suit` → `tank suit`."""
    return word.replace("_", " ")


def read_synset(line: str) -> tuple[str, Synset]:
    """Parse one line of data.noun; raises ValueError or IndexError when it is none."""
    fields, _, gloss = line.partition("|")
    offset, _, _, count, *rest = fields.split()
    words_end = 2 * int(count, 16)  # word and lex_id by turns; the count is hexadecimal
    pointers_start = words_end + 1
    pointers = rest[pointers_start : pointers_start + 4 * int(rest[words_end])]
    parents = [
        f"n{target}"
        for symbol, target in zip(pointers[0::4], pointers[1::4], strict=True)
        if symbol in {"@", "@i"}  # hypernym, instance hypernym
    ]
    return f"n{offset}", Synset([readable(w) for w in rest[0:words_end:2]], gloss.strip(), parents)


def read_wordnet(path: Path) -> tuple[dict[str, Synset], str]:
    """All nouns by id, and the licence text that heads the file."""
    nouns: dict[str, Synset] = {}
    licence: list[str] = []
    with path.open(encoding="ascii") as lines:
        for line in lines:
            if line.startswith("  "):  # the licence: two spaces, a line number, a space, the text
                licence.append(line.strip().partition(" ")[2].rstrip())
            else:
                key, synset = read_synset(line)
                nouns[key] = synset
    return nouns, "\n".join(licence).strip() + "\n"


def read_classes(path: Path) -> list[tuple[str, str]]:
    """(id, name) of every class by index; raises ValueError when an index is missing or doubled."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if [int(row["index"]) for row in rows] != list(range(len(rows))):
        raise ValueError(f"{path}: the indices are not 0, 1, 2, … in order")
    return [(row["wnid"], readable(row["name"])) for row in rows]


def ancestors_of(ids: list[str], nouns: dict[str, Synset]) -> list[str]:
    """Every synset above the given ones, sorted by id."""
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        new = set(nouns[waiting.pop()].parents) - found
        found |= new
        waiting.extend(new)
    return sorted(found - set(ids))


def record(key: str, name: str, synset: Synset) -> dict[str, object]:
    """What is shipped of one label."""
    synonyms = [word for word in synset.words if word != name]
    return {"id": key, "name": name, "synonyms": synonyms, "gloss": synset.gloss, "parents": synset.parents}


def write(path: Path, records: list[dict[str, object]]) -> None:
    """A JSON array with one record a line."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in records)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> int:
    """Read, check the counts, and only then write."""
    parser = argparse.ArgumentParser(description="Make Pictor's label data from ImageNet's classes and WordNet 3.0.")
    parser.add_argument("classes", type=Path, help="CSV with the columns index, wnid, name")
    parser.add_argument("wordnet", type=Path, help="data.noun of WordNet 3.0")
    parser.add_argument("--to", type=Path, default=DATA, help="folder to write into (default: %(default)s)")
    arguments = parser.parse_args()

    classes = read_classes(arguments.classes)
    nouns, licence = read_wordnet(arguments.wordnet)
    missing = [key for key, _ in classes if key not in nouns]
    if missing:
        sys.stderr.write(f"not in {arguments.wordnet}: {', '.join(missing[:5])} ({len(missing)} in all)\n")
        return 1
    ancestors = ancestors_of([key for key, _ in classes], nouns)
    unique = len({key for key, _ in classes})
    sys.stdout.write(f"{unique} classes, {len(ancestors)} ancestors\n")
    if (unique, len(classes), len(ancestors)) != (EXPECTED_CLASSES, EXPECTED_CLASSES, EXPECTED_ANCESTORS):
        sys.stderr.write(f"expected {EXPECTED_CLASSES} classes and {EXPECTED_ANCESTORS} ancestors\n")
        return 1
    arguments.to.mkdir(parents=True, exist_ok=True)
    write(arguments.to / "classes.json", [record(key, name, nouns[key]) for key, name in classes])
    write(arguments.to / "taxonomy.json", [record(key, nouns[key].words[0], nouns[key]) for key in ancestors])
    (arguments.to / "LICENSE.wordnet").write_text(licence, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
