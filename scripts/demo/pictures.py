"""Write the pictures of the demo into a folder, each with a sidecar that `pictor import` reads.

    python -m scripts.demo.pictures FOLDER

Needs scikit-image.
"""

import json
import sys
from pathlib import Path

from PIL import Image

from scripts.demo.bundled import BUNDLED, bundled_file
from scripts.demo.drawn import camera_of, landscape, title_of

DRAWN = 20
COPIED = "coffee.png"
"""This one is there a second time, smaller: the page of copies has something to show."""
QUALITY = 90


def write(folder: Path) -> int:
    """Give how many were written."""
    for name, (title, tags) in BUNDLED.items():
        with Image.open(bundled_file(name)) as picture:
            _keep(picture.convert("RGB"), folder / f"{Path(name).stem}.jpg", title, tags)
    with Image.open(bundled_file(COPIED)) as picture:
        small = picture.convert("RGB").resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
        _keep(small, folder / "coffee small.jpg", "A cup of coffee, smaller", ("food",))
    for number in range(DRAWN):
        _keep(landscape(number), folder / f"hills {number}.jpg", title_of(number), ("drawn",), exif=camera_of(number))
    return len(BUNDLED) + 1 + DRAWN


def _keep(picture: Image.Image, path: Path, title: str, tags: tuple[str, ...], **options: object) -> None:
    picture.save(path, quality=QUALITY, **options)
    path.with_name(f"{path.name}.json").write_text(json.dumps({"title": title, "tags": tags}), encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1]))} pictures\n")
