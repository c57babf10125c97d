"""The bare engines, each in a process of its own: `python -m benchmarks.inference.engines PACKAGE KIND SECONDS`.

Prints one line of JSON: images a second with as many loops as the engine has workers and the best batch size, and the
median milliseconds of one image alone.
KIND is openvino, tensorflow, or predict: Keras' `model.predict`, one by one, as most people write it.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.vision.engines import open_engine
from services.vision.packages import load_package
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


def rate(run: Callable[[Images], object], images: Images, size: int, seconds: float, workers: int) -> float:
    """Give images a second from so many loops at once."""
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        loops = [threads.submit(loop, run, images, size, seconds) for _ in range(workers)]
        calls = sum(len(one.result()) for one in loops)
    return size * calls / (time.perf_counter() - began)


def main() -> None:
    package, kind, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    images = photographs(COUNT)
    run, workers, sizes, precision = runner(package, kind)
    loop(run, images, 1, 0.5)
    alone_s = statistics.median(loop(run, images, 1, seconds / (len(sizes) + 1)))
    rates: dict[int, float] = {}
    for size in sizes:
        rate(run, images, size, 0.5, workers)
        rates[size] = rate(run, images, size, seconds / (len(sizes) + 1), workers)
    best = max(rates, key=lambda size: rates[size])
    figures = {"rate": rates[best], "batch": best, "workers": workers, "alone_ms": alone_s * 1000}
    print(json.dumps({**figures, "precision": precision, "rates": rates}))


if __name__ == "__main__":
    main()
