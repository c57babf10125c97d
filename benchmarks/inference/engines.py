"""The bare engines, each in a process of its own: `python -m benchmarks.inference.engines PACKAGE KIND SECONDS`.

Prints one line of JSON: images a second in the best batch size, and the median milliseconds of one image alone.
KIND is openvino, tensorflow, or predict: Keras' `model.predict`, one by one, as most people write it.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.vision.engines import open_engine
from services.vision.packages import load_package
from tests.vision.pictures import photographs

Images = NDArray[np.uint8]
BATCHES = (1, 4, 8)
COUNT = 64


def runner(package: Path, kind: str) -> tuple[Callable[[Images], object], tuple[int, ...], str]:
    """Give what runs a batch, the batch sizes to try, and the precision."""
    if kind != "predict":
        engine = open_engine(load_package(package), kind, max_batch=max(BATCHES))
        return engine.infer, BATCHES, str(engine.precision)
    import keras  # noqa: PLC0415 - only this kind needs it

    model = keras.applications.InceptionV3(weights=None)
    prepare = keras.applications.inception_v3.preprocess_input
    return lambda batch: model.predict(prepare(batch.astype("float32")), verbose=0), (1,), "fp32"


def rate(run: Callable[[Images], object], images: Images, size: int, seconds: float) -> tuple[float, float]:
    """Give images a second and the median seconds of a call."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    position = 0
    while time.perf_counter() < end or len(took) < 3:
        batch = images[np.arange(position, position + size) % len(images)]
        position += size
        began = time.perf_counter()
        run(batch)
        took.append(time.perf_counter() - began)
    return size * len(took) / sum(took), statistics.median(took)


def main() -> None:
    package, kind, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    images = photographs(COUNT)
    run, sizes, precision = runner(package, kind)
    rates: dict[int, float] = {}
    alone_s = 0.0
    for size in sizes:
        rate(run, images, size, 0.5)
        rates[size], median_s = rate(run, images, size, seconds / len(sizes))
        alone_s = median_s if size == 1 else alone_s
    best = max(rates, key=lambda size: rates[size])
    print(json.dumps({"rate": rates[best], "batch": best, "alone_ms": alone_s * 1000, "precision": precision}))


if __name__ == "__main__":
    main()
