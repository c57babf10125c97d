"""The bare engines, each in a process of its own: `python -m benchmarks.inference.engines PACKAGE KIND SECONDS`.

Prints one line of JSON: images a second with as many loops as the engine has workers and the best batch size, the
processor milliseconds an image by batch size, and the median milliseconds of one image alone.
KIND is openvino, tensorflow, or predict: Keras' `model.predict`, one by one, as most people write it.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.vision.engines import open_engine
from services.vision.packages import load_package
from tests.photographs import REPOSITORY
from tests.vision.pictures import photographs

Images = NDArray[np.uint8]
BATCHES = (1, 2, 4)
COUNT = 64


def runner(package: Path, kind: str) -> tuple[Callable[[Images], object], int, tuple[int, ...], str]:
    """Give what runs a batch, from how many threads at once, the batch sizes to try, and the precision."""
    if kind != "predict":
        engine = open_engine(load_package(package), kind, max_batch=max(BATCHES))
        return engine.infer, engine.workers, BATCHES, str(engine.precision)
    import keras  # noqa: PLC0415 - only this kind needs it

    model = keras.applications.InceptionV3(weights=None)
    prepare = keras.applications.inception_v3.preprocess_input
    return lambda batch: model.predict(prepare(batch.astype("float32")), verbose=0), 1, (1,), "fp32"


def loop(run: Callable[[Images], object], images: Images, size: int, seconds: float) -> list[float]:
    """Run batch after batch; give the seconds of each call."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    position = 0
    while time.perf_counter() < end or len(took) < 3:
        batch = images[np.arange(position, position + size) % len(images)]
        position += size
        began = time.perf_counter()
        run(batch)
        took.append(time.perf_counter() - began)
    return took


def rate(
    run: Callable[[Images], object], images: Images, size: int, seconds: float, workers: int
) -> tuple[float, float]:
    """Give images a second from so many loops at once, and the processor milliseconds of one image."""
    began, began_cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(workers) as threads:
        loops = [threads.submit(loop, run, images, size, seconds) for _ in range(workers)]
        count = size * sum(len(one.result()) for one in loops)
    return count / (time.perf_counter() - began), (time.process_time() - began_cpu) * 1000 / count


def engine_figures(package: Path, kind: str, seconds: float) -> dict[str, Any]:
    """Run this module in a process of its own; give what it printed."""
    command = [sys.executable, "-m", "benchmarks.inference.engines", str(package), kind, str(seconds)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    outcome = subprocess.run(command, cwd=REPOSITORY, env=quiet, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(outcome.stdout.strip().splitlines()[-1])
    return figures


def main() -> None:
    package, kind, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    images = photographs(COUNT, load_package(package).manifest.input.size)
    run, workers, sizes, precision = runner(package, kind)
    loop(run, images, 1, 0.5)
    alone_s = statistics.median(loop(run, images, 1, seconds / (len(sizes) + 1)))
    rates: dict[int, float] = {}
    cpu_ms: dict[int, float] = {}
    for size in sizes:
        rate(run, images, size, 0.5, workers)
        rates[size], cpu_ms[size] = rate(run, images, size, seconds / (len(sizes) + 1), workers)
    best = max(rates, key=lambda size: rates[size])
    figures = {"rate": rates[best], "batch": best, "workers": workers, "alone_ms": alone_s * 1000}
    print(json.dumps({**figures, "precision": precision, "rates": rates, "cpu_ms": cpu_ms}))


if __name__ == "__main__":
    main()
