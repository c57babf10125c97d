"""Free pictures that lie in the wheel of scikit-image: nothing is downloaded, and nothing of it is run."""

from importlib.util import find_spec
from pathlib import Path

# File in skimage/data: title and tags.
BUNDLED: dict[str, tuple[str, tuple[str, ...]]] = {
    "astronaut.png": ("Eileen Collins", ("people", "space")),
    "brick.png": ("Brick wall", ("texture",)),
    "camera.png": ("The cameraman", ("people", "black and white")),
    "cell.png": ("A cell", ("microscope", "science")),
    "chelsea.png": ("Chelsea the cat", ("animals",)),
    "clock_motion.png": ("A clock, moved", ("blurred",)),
    "coffee.png": ("A cup of coffee", ("food",)),
    "coins.png": ("Greek coins", ("museum",)),
    "grass.png": ("Grass", ("texture",)),
    "gravel.png": ("Gravel", ("texture",)),
    "hubble_deep_field.jpg": ("Hubble extreme deep field", ("space", "science")),
    "ihc.png": ("Tissue, stained", ("microscope", "science")),
    "moon.png": ("The moon", ("space",)),
    "motorcycle_left.png": ("Motorcycle, left eye", ("stereo",)),
    "motorcycle_right.png": ("Motorcycle, right eye", ("stereo",)),
    "page.png": ("A page of a book", ("text",)),
    "retina.jpg": ("A retina", ("science",)),
    "rocket.jpg": ("Launch of a rocket", ("space",)),
    "text.png": ("Written by hand", ("text",)),
}


def bundled_file(name: str) -> Path:
    """Raise FileNotFoundError where scikit-image, or this file of it, is not installed."""
    package = find_spec("skimage")
    if package is None or package.origin is None:
        raise FileNotFoundError("scikit-image is not installed")
    path = Path(package.origin).parent / "data" / name
    if not path.is_file():
        raise FileNotFoundError(path)
    return path
