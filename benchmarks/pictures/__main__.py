"""`make corpus`: send a folder of files through a running stack, and print what became of each.

A row a file: status, code or warnings, size, date, and how far the preview is from a rendering by a second library.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from benchmarks.pictures.reference import distances, lab, rendering

SEEN = 3.0
TIMEOUT_S = 120
MOST_FILES = 10_000
TRIES = 20


@dataclass(frozen=True)
class Row:
    name: str
    status: int
    said: str
    size: str = ""
    taken: str = ""
    by: str = ""
    mean: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        colours = "" if self.mean is None or self.most is None else f"{self.mean:6.1f} {self.most:6.1f}"
        read = f"{self.said:<42.42} {self.size:<13} {self.taken:<20}"
        return f"{self.status} {self.name:<60.60} {read} {colours:<14} {self.by}"


def rows(folder: Path, client: httpx.Client) -> Iterator[Row]:
    """Send each file; 10,000 at the most."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    for _, path in zip(range(MOST_FILES), paths, strict=False):
        name = str(path.relative_to(folder))
        answer = _sent(client, path)
        if answer.status_code not in (200, 201):
            problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            yield Row(name, answer.status_code, problem.get("code", "no problem document"))
            continue
        image = answer.json()
        said = ",".join(warning["code"] for warning in image["warnings"])
        size, taken = f"{image['width']}x{image['height']}", image["taken_at_local"] or ""
        shown = client.get(image["urls"]["preview"])
        if shown.status_code != httpx.codes.OK:
            yield Row(name, shown.status_code, "the preview cannot be had")
            continue
        second = rendering(path)
        if second is None:
            yield Row(name, answer.status_code, said, size, taken, "nobody else")
            continue
        with Image.open(BytesIO(shown.content)) as preview:
            ours = lab(np.asarray(preview.convert("RGB")))
        yield Row(name, answer.status_code, said, size, taken, second[0], *distances(ours, second[1]))


def _sent(client: httpx.Client, path: Path) -> httpx.Response:
    """Send the file; where there were too many, wait as long as the answer says."""
    for _ in range(TRIES):
        answer = client.post("/v1/images", content=path.read_bytes(), params={"file_name": path.name})
        if answer.status_code not in (429, 503):
            break
        time.sleep(float(answer.headers.get("retry-after", "1")))
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(prog="make corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default=os.environ.get("PICTOR_URL", "http://127.0.0.1:8000"))
    chosen = parser.parse_args()
    key = os.environ.get("PICTOR_KEY")
    if not key or not chosen.folder.is_dir():
        sys.exit(
            "make corpus ARGS=FOLDER, with PICTOR_KEY set to an API key of the stack (PICTOR_URL says where it is)."
        )
    headers = {"authorization": f"Bearer {key}", "content-type": "application/octet-stream"}
    sent = list[Row]()
    with httpx.Client(base_url=chosen.url, headers=headers, timeout=TIMEOUT_S) as client:
        for row in rows(chosen.folder, client):
            sys.stdout.write(f"{row}\n")
            sys.stdout.flush()
            sent.append(row)
    sys.stdout.write(summary(sent))
    sys.exit(any(row.status >= httpx.codes.INTERNAL_SERVER_ERROR for row in sent))


def summary(sent: list[Row]) -> str:
    """What is counted over all files."""
    refused = Counter(f"{row.status} {row.said}" for row in sent if row.status >= httpx.codes.BAD_REQUEST)
    kept = [row for row in sent if row.status < httpx.codes.BAD_REQUEST]
    warned = Counter(code for row in kept for code in row.said.split(",") if code)
    compared = [row.mean for row in kept if row.mean is not None]
    far = [f"\n  {row.name}: {row.mean:.1f}" for row in kept if row.mean is not None and row.mean > SEEN]
    median = f"{np.median(compared):.2f}" if compared else "-"
    return (
        f"\n{len(sent)} files, {len(kept)} kept, {len(compared)} compared: median distance {median}\n"
        f"refused: {dict(refused.most_common())}\nwarnings: {dict(warned.most_common())}\n"
        f"further than {SEEN} in the mean: {len(far)}{''.join(far)}\n"
    )


if __name__ == "__main__":
    main()
