"""What `auto` chose beside all that it could have: `python -m benchmarks.inference.precisions [--packages DIR ...]`.

Each precision with one worker and with one a core, in batches of 1, 2 and 4, longer than the choice itself measures, in
rounds that take turns. What strays beyond the golden limits is measured too, and said: it is what the limits cost.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.inference.engines import loop, rate
from benchmarks.machine import machine
from services.vision.engines import EngineError, Precision
from services.vision.engines.openvino import OpenVinoEngine, bf16_supported
from services.vision.engines.processor import cores
from services.vision.engines.registry import check_golden, tuned
from services.vision.engines.tuning import BATCHES
from services.vision.packages import Package, load_package
from services.vision.packages.package import NETWORK_FILE
from tests.vision.package_cache import REPOSITORY, starter_package, untrained_package

CLOSE = 0.95
"""`auto` may be slower than the best of them by no more than 5 %."""


def measure(package: Package, precision: Precision, workers: int, seconds: float) -> dict[str, object]:
    """Images a second by batch, milliseconds of one alone, and what the golden limits say of this way."""
    engine = OpenVinoEngine(
        package.folder / NETWORK_FILE,
        shape=package.manifest.shape,
        precision=precision,
        max_batch=max(BATCHES),
        workers=workers,
    )
    try:
        check_golden(engine, package.golden)
        refused = ""
    except EngineError:
        refused = "refused by the golden limits"
    images = package.golden.images
    alone_ms = 1000 * statistics.median(loop(engine.infer, images, 1, seconds))
    rates = {batch: rate(engine.infer, images, batch, seconds, workers)[0] for batch in BATCHES}
    engine.close()
    return {"rates": rates, "alone_ms": alone_ms, "refused": refused}


def compare(package: Package, *, rounds: int, seconds: float) -> bool:
    """Print the table of a package; give whether `auto` is close to the best that is not refused."""
    chosen = tuned(package, lambda line: print(line, file=sys.stderr)).chosen
    precisions = [Precision.FP32, *([Precision.BF16] if bf16_supported() else [])]
    if package.manifest.quantization is not None:
        precisions = [Precision.INT8]
    ways = [(precision, workers) for precision in precisions for workers in sorted({1, cores()})]
    rates: dict[tuple[str, int, int], list[float]] = defaultdict(list)
    alone: dict[tuple[str, int], list[float]] = defaultdict(list)
    refused: dict[str, str] = {}
    for _ in range(rounds):
        for precision, workers in ways:
            found = _in_a_process(package, precision, workers, seconds)
            refused[precision] = str(found["refused"])
            alone[precision, workers].append(float(found["alone_ms"]))
            for batch, value in found["rates"].items():
                rates[precision, workers, int(batch)].append(value)
    rows = {way: statistics.median(values) for way, values in rates.items()}
    auto = rows[chosen.precision, chosen.workers, chosen.max_batch]
    best = max(value for (precision, *_), value in rows.items() if not refused[precision])
    print(f"\n{package.manifest.name} ({'trained' if package.manifest.trained else 'untrained'})")
    for (precision, workers, batch), value in sorted(rows.items(), key=lambda row: -row[1]):
        is_auto = (precision, workers, batch) == (chosen.precision, chosen.workers, chosen.max_batch)
        note = "<- auto" if is_auto else refused[precision]
        ms = statistics.median(alone[precision, workers])
        figures = f"{value:7.1f} img/s  {ms:6.1f} ms alone"
        print(f"  {precision:<5} {workers} workers, batch {batch}  {figures}  {note}".rstrip())
    verdict = "yes" if auto >= CLOSE * best else "MISSED"
    print(f"  auto / best not refused: {auto / best:.2f} (must: >= {CLOSE}) {verdict}")
    return auto >= CLOSE * best


def _in_a_process(package: Package, precision: Precision, workers: int, seconds: float) -> dict[str, object]:
    """A process of its own each time: memory of one way does not serve the next."""
    command = [sys.executable, "-m", "benchmarks.inference.precisions", "--one", str(package.folder)]
    command += [precision, str(workers), str(seconds)]
    outcome = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(outcome.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, nargs="+", help="by default the starter and an untrained Inception V3")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement in each round")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        folder, precision, workers, seconds = asked.one
        found = measure(load_package(Path(folder)), Precision(precision), int(workers), float(seconds))
        print(json.dumps(found))
        return
    print(machine())
    folders = asked.packages or [starter_package(), untrained_package()]
    close = [compare(load_package(folder), rounds=asked.rounds, seconds=asked.seconds) for folder in folders]
    sys.exit(0 if all(close) else 1)


if __name__ == "__main__":
    main()
