"""Inference at the limit of the machine: `make bench-inference`. Everything in one run, on the same photographs.

The bare engine loop, Keras' `model.predict`, the classifier over the Open Inference Protocol, `/v1/classify` and bulk
ingest through the gateway take turns for some rounds; then the classifier gets three times what it can do.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

import psutil

from benchmarks.inference.engines import engine_figures
from benchmarks.inference.ingest import BAR_MS, CLIENTS, JPEG, STACK, bulk_ingest_cost, inference_ms, print_cost
from benchmarks.inference.load import Request, Tally, percentile, run_load
from benchmarks.inference.report import Figures, Row, print_table
from benchmarks.machine import machine, stack, started
from pictor.stack.ports import free_ports
from tests.photographs import photographs
from tests.vision.package_cache import untrained_package
from tests.vision.pictures import photographs as pixels

OVERLOAD_CLIENTS = 48
GOOD_SHARE, CALM_FACTOR = 0.9, 2.0


def inference_requests() -> list[Request]:
    """Open Inference Protocol requests with one binary tensor each, both outputs asked for as bytes."""
    requests: list[Request] = []
    for image in pixels(64):
        tensor = {
            "name": "image",
            "shape": [1, *image.shape],
            "datatype": "UINT8",
            "parameters": {"binary_data_size": image.nbytes},
        }
        outputs = [{"name": name, "parameters": {"binary_data": True}} for name in ("probabilities", "embedding")]
        head = json.dumps({"inputs": [tensor], "outputs": outputs}).encode()
        headers = {"Inference-Header-Content-Length": str(len(head)), "content-type": "application/octet-stream"}
        requests.append(("POST", "/v2/models/inception_v3/infer", head + image.tobytes(), headers))
    return requests


def oip(url: str, *, clients: int, seconds: float, rate: float | None = None) -> Tally:
    turn = itertools.cycle(inference_requests())
    return run_load(url, lambda: next(turn), clients=clients, seconds=seconds, rate=rate)


def classify(url: str, key: str, photos: list[bytes], seconds: float) -> Tally:
    headers = {**JPEG, "authorization": f"Bearer {key}"}
    turn = itertools.cycle(photos)
    return run_load(url, lambda: ("POST", "/v1/classify", next(turn), headers), clients=CLIENTS, seconds=seconds)


def overload(url: str, *, peak: float, normal_p99_s: float, seconds: float) -> list[Row]:
    """Send three times the peak: what is done, how quickly the rest is refused, and what comes after."""
    under = oip(url, clients=OVERLOAD_CLIENTS, seconds=seconds, rate=3 * peak)
    refused = under.seconds.get(503, [])
    began, back_s = time.perf_counter(), float("inf")
    while time.perf_counter() - began < 30:
        after = oip(url, clients=1, seconds=1)
        if after.count(200) == sum(map(len, after.seconds.values())) and percentile(after.good, 0.5) <= normal_p99_s:
            back_s = time.perf_counter() - began
            break
    p99_s = percentile(under.good, 0.99)
    late_ms = percentile(refused, 0.99) * 1000
    others = sum(map(len, under.seconds.values())) - under.count(200, 503)
    return [
        Row(
            "3x overload: goodput",
            f"{under.rate:.1f} img/s",
            f"peak {peak:.1f}",
            under.rate / peak,
            "≥ 0.90",
            under.rate >= GOOD_SHARE * peak,
        ),
        Row(
            "3x overload: accepted p99",
            f"{p99_s * 1000:.0f} ms",
            f"normal {normal_p99_s * 1000:.0f}",
            p99_s / normal_p99_s,
            "≤ 2.00",
            p99_s <= CALM_FACTOR * normal_p99_s,
        ),
        Row(
            "3x overload: refused p99",
            f"{late_ms:.0f} ms",
            f"{len(refused)} refused",
            late_ms / 50,
            "≤ 50 ms",
            late_ms <= 50,
        ),
        Row(
            "3x overload: back to normal",
            f"{back_s:.0f} s",
            f"{others} other answers",
            back_s / 30,
            "≤ 30 s",
            back_s <= 30,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement in each round")
    parser.add_argument("--overload-seconds", type=float, default=120)
    asked = parser.parse_args()
    package, photos, figures = untrained_package(), photographs(100), Figures()
    gateway_port, classifier_port = free_ports(2)
    alone = f"http://127.0.0.1:{classifier_port}"
    print(machine())
    with tempfile.TemporaryDirectory(prefix="pictor-bench-") as folder:
        for number in range(asked.rounds):
            print(f"round {number + 1} of {asked.rounds}", file=sys.stderr)
            bare = engine_figures(package, "openvino", asked.seconds)
            figures.add("bare", bare["rate"])
            figures.add("bare alone ms", bare["alone_ms"])
            inference = inference_ms(bare)
            figures.add("tensorflow", engine_figures(package, "tensorflow", asked.seconds)["rate"])
            figures.add("predict", engine_figures(package, "predict", asked.seconds)["rate"])
            with served_alone(classifier_port, package, Path(folder)):
                oip(alone, clients=CLIENTS, seconds=1)
                figures.add("oip", (served := oip(alone, clients=CLIENTS, seconds=asked.seconds)).rate)
                figures.add("oip p99 s", percentile(served.good, 0.99))
                figures.add("alone ms", percentile(oip(alone, clients=1, seconds=asked.seconds / 2).good, 0.5) * 1000)
                if number == asked.rounds - 1:
                    over = overload(
                        alone,
                        peak=figures.median("oip"),
                        normal_p99_s=figures.median("oip p99 s"),
                        seconds=asked.overload_seconds,
                    )
            with (
                tempfile.TemporaryDirectory(prefix="pictor-bench-") as data,
                stack(Path(data), gateway_port, PICTOR_WEIGHTS=str(package), **STACK) as (running, credentials),
            ):
                url, key = credentials["url"], credentials["api_key"]
                classify(url, key, photos, 1)
                figures.add("classify", classify(url, key, photos, asked.seconds).rate)
                rate, cost = bulk_ingest_cost(running, credentials, photos)
                figures.add("ingest", rate)
                figures.add("ingest processor ms", print_cost(cost, inference))
                figures.add("bar", BAR_MS)
    print_table(table(figures) + over)


def served_alone(port: int, package: Path, folder: Path) -> AbstractContextManager[psutil.Process]:
    """Run a classifier without the rest of the stack."""
    serving = ["uvicorn", "--factory", "services.classifier.main:create_app", "--port", str(port)]
    return started(
        [sys.executable, "-m", *serving],
        folder / "classifier.log",
        until="ready after",
        PICTOR_AUTH="none",
        PICTOR_MODEL_PACKAGE=str(package),
    )


def table(figures: Figures) -> list[Row]:
    def row(
        what: str, name: str, beside: str, least: float | None, unit: str = "img/s", *, at_most: bool = False
    ) -> Row:
        ratio = figures.median(name) / figures.median(beside)
        must = "" if least is None else f"{'≤' if at_most else '≥'} {least:.2f}"
        reached = None if least is None else (ratio <= least if at_most else ratio >= least)
        return Row(
            what, f"{figures.spread(name)} {unit}", f"{beside} {figures.median(beside):.1f}", ratio, must, reached
        )

    return [
        row("/v1/classify through the gateway, 8 clients", "classify", "predict", 4),
        row("OIP binary tensors at the classifier, 8 clients", "oip", "bare", 0.92),
        row("bulk ingest of 300 until all are ready", "ingest", "bare", 0.75),
        row("bulk ingest but for inference", "ingest processor ms", "bar", 1, "ms", at_most=True),
        row("one image alone at the classifier, p50", "alone ms", "bare alone ms", 1.15, "ms", at_most=True),
        row("bare openvino engine", "bare", "predict", None),
        row("bare tensorflow engine", "tensorflow", "bare", None),
    ]


if __name__ == "__main__":
    main()
