"""What is right, measured: `make bench-quality`; `python -m benchmarks.quality --packages DIR ...` for more networks.

On the photographs at hand (PICTOR_TEST_PHOTOS, else shared/photos beside the repository, else scikit-image's bundle),
with the starter and every package named, each in fp32, in bf16 where the processor offers it, and in int8, quantized
for this run: labels, copies that are found, false near copies, and what approximate searches find. The tables go to
stdout, progress to stderr.
"""

import argparse
import sys
import tempfile
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.database import postgres
from benchmarks.machine import machine
from benchmarks.quality import copies, labels, recall
from benchmarks.quality.measuring import CROPS_OF_EACH, Tables, embedded, fill
from benchmarks.quality.photographs import Photographs, photographs
from benchmarks.quality.telling import tell
from benchmarks.search.alike.report import table
from services.vision.packages import Package, load_package
from tests.vision.package_cache import starter_package


def searched(packages: list[Package], found: Photographs, folder: Path, asked: argparse.Namespace) -> list[list[str]]:
    sets = [embedded(package, found, library=asked.crops, queries=asked.queries) for package in packages]
    rows = []
    with redirect_stdout(sys.stderr), postgres(folder / "postgres") as server:
        for package, one in zip(packages, sets, strict=True):
            rows += recall.recall_rows(server, package.manifest.space, one.library, one.queries)
    return rows


def say(tables: Tables, found: Photographs, searches: list[list[str]], asked: argparse.Namespace) -> None:
    print("Golden pictures: how far each precision is from what the package's builder saw\n")
    table(labels.GOLDEN_HEAD, tables.golden)
    print("Labels, and how far a precision is from fp32 on photographs\n")
    if not found.labelled:
        print("No photograph is named by a WordNet id: top-1 and top-5 are left out.\n")
    table(labels.HEAD, tables.labels)
    print("Copies with their photograph as the nearest, by cosine\n")
    table(copies.RANK_HEAD, tables.ranks)
    print("\n".join(tables.apart), end="\n\n")
    print("Copies that perceptual hashes show, and pairs of different photographs within as many bits\n")
    table(copies.HASH_HEAD, copies.hash_rows(tables.prints, tables.copied))
    print(copies.false_copies(tables.prints), end="\n\n")
    print("Bands, in fp32: what a photograph is called when its copy is asked with\n")
    table(copies.BAND_HEAD, tables.bands)
    print(f"Searching {asked.crops:,} random crops, in fp32, in process, one query at a time\n")
    table(recall.HEAD, searches)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packages", type=Path, nargs="+", default=[], help="beside the starter; not quantized ones")
    parser.add_argument("--crops", type=int, default=3000, help="in the library that is searched")
    parser.add_argument("--queries", type=int, default=150, help="of each kind")
    asked = parser.parse_args()
    found, tables = photographs(), Tables()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}")
    print(
        f"{len(found.all)} photographs of {found.source}: {len(found.counted)} are counted, {len(found.labelled)} of "
        f"them labelled; int8 is calibrated on the other {len(found.calibrating)} and {CROPS_OF_EACH} crops of each\n",
        flush=True,
    )
    tell("the starter's package")
    packages = [load_package(folder) for folder in (starter_package(), *asked.packages)]
    with tempfile.TemporaryDirectory(prefix="pictor-bench-") as folder:
        for package in packages:
            fill(tables, package, found, Path(folder))
        searches = searched(packages, found, Path(folder), asked)
    tell("done")
    say(tables, found, searches, asked)


if __name__ == "__main__":
    main()
