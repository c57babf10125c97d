"""How fast the page is: first picture of the wall, longest frame while scrolling, script at first load.

    make bench-web                                    a new library of 10,000 drawn pictures; some minutes to fill
    make bench-web ARGS="--data DIR"                  the same, kept: filled once, measured often

Needs Chromium (Debian: apt-get install chromium). The bars are those of a quiet machine.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

from benchmarks.machine import machine
from benchmarks.machine import stack as new_stack
from benchmarks.web.filling import fill
from benchmarks.web.measuring import Loading, Scrolling, loading, middle, scrolling, signed_in
from pictor.stack.ports import free_ports

PICTURE_MS, FRAME_MS, SCRIPT_KB = 1000, 50, 350
VISITS = 5
PATHS = {"newest first": "/", "last taken first": "/?sort=-taken_at"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-web")
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--data", type=Path, help="the folder of a library to keep")
    arguments = parser.parse_args()
    chromium = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("There is no Chromium on this machine (Debian: apt-get install chromium).")
    if arguments.data:
        arguments.data.mkdir(parents=True, exist_ok=True)
        measure(arguments.data.resolve(), arguments.images, chromium)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), arguments.images, chromium)


def measure(folder: Path, images: int, chromium: str) -> None:
    [port] = free_ports(1)
    with new_stack(folder, port, PICTOR_WEIGHTS="starter") as (_, credentials):
        url = f"http://127.0.0.1:{port}"
        fill(url, credentials["api_key"], images, print)
        print(f"{machine()}, load {os.getloadavg()[0]:.1f}; {images} images, Chromium at 1440 x 900\n")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = signed_in(browser, url, credentials["user"], credentials["password"])
            for name, path in PATHS.items():
                tell_loading(name, middle([loading(context, url + path) for _ in range(VISITS)]))
                tell_scrolling(scrolling(browser, context.new_page(), url, path))
            browser.close()


def tell_loading(name: str, found: Loading) -> None:
    print(f"{name} (median of {VISITS} visits, nothing cached)")
    row("first words painted", f"{found.paint_ms:6.0f} ms")
    row("first picture of the wall", f"{found.picture_ms:6.0f} ms", PICTURE_MS, found.picture_ms)
    row("all pictures in sight", f"{found.whole_ms:6.0f} ms")
    row("requests until then", f"{found.requests:6d}")
    row("script, gzip", f"{found.script_kb:6.0f} kB", SCRIPT_KB, found.script_kb)


def tell_scrolling(found: Scrolling) -> None:
    row("longest frame while scrolling", f"{found.longest_ms:6.0f} ms", FRAME_MS, found.longest_ms)
    row("99 of 100 frames within", f"{found.slowest_of_100_ms:6.0f} ms")
    row("longest task of the page", f"{found.longest_task_ms:6.0f} ms" if found.longest_task_ms else "  < 50 ms")
    row("its longest in processor time", f"{found.processor_ms:6.0f} ms", FRAME_MS, found.processor_ms)
    print(f"  {found.frames} frames\n")


def row(what: str, said: str, bar: float | None = None, value: float = 0) -> None:
    verdict = "" if bar is None else f"   bar {bar:.0f}: {'kept' if value <= bar else 'MISSED'}"
    print(f"  {what:<32} {said}{verdict}")


if __name__ == "__main__":
    main()
