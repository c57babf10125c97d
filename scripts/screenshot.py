"""Make docs/images/wall.png: the page before a fresh stack, with the pictures that scikit-image brings and drawn ones.

    .venv/bin/python -m scripts.screenshot

Needs the development set and Chromium (Debian: apt-get install chromium).
"""

import io
import tempfile
from pathlib import Path

import skimage.data
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import drawn
from tests.web.conftest import CHROMIUM

TARGET = Path(__file__).parents[1] / "docs" / "images" / "wall.png"
BUNDLED = (
    "astronaut",
    "brick",
    "camera",
    "cat",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "hubble_deep_field",
    "moon",
    "page",
    "rocket",
)
DRAWN = 12


def pictures() -> dict[str, bytes]:
    found = {}
    for name in BUNDLED:
        try:
            pixels = getattr(skimage.data, name)()
        except (OSError, ValueError, ImportError):  # some are fetched from elsewhere, and there may be no elsewhere
            continue
        buffer = io.BytesIO()
        Image.fromarray(pixels).convert("RGB").save(buffer, "JPEG", quality=92)
        found[name.replace("_", " ")] = buffer.getvalue()
    shapes = {f"shapes {n}": drawn(n, size=((480, 320), (320, 420), (640, 300))[n % 3]) for n in range(DRAWN)}
    return shapes | found


def shoot(stack: RunningStack) -> None:
    with stack.client() as client:
        for title, picture in pictures().items():
            send(client, picture, title=title)
        eventually(lambda: client.get("/v1/status").json()["coverage"]["processing"], lambda left: left == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 760}, locale="en-US")
        page.goto(stack.url)
        page.get_by_label("Name").fill(stack.credentials["user"])
        page.get_by_label("Password", exact=True).fill(stack.credentials["password"])
        page.keyboard.press("Enter")
        page.locator(".tile img").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.locator(".tile").nth(1).hover()
        page.wait_for_timeout(400)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, running_stack(Path(data), PICTOR_WEIGHTS="starter") as running:
        shoot(running)
    print(TARGET)
