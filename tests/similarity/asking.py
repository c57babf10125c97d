"""How tests ask POST /v1/search/similar, in its three forms."""

import tempfile
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from tests.similarity.stage import Stage

SEARCH = "/v1/search/similar"
FORM, PICTURE = f"{SEARCH}:upload", f"{SEARCH}:picture"


def axis(*components: float) -> np.ndarray:
    return np.array([*components, *[0.0] * (8 - len(components))], np.float32)


async def asked(stage: Stage, **body: Any) -> httpx.Response:
    return await stage.client.post(SEARCH, json=body)


def an_upload(picture: bytes, **options: Any) -> dict[str, Any]:
    return {"content": picture, "headers": {"content-type": "image/jpeg"}, "params": options}


def files_left() -> list[str]:
    """Temporary files of this process that are still open: nameless ones, which its end would remove too."""
    links = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sorted(link for link in links if link.startswith(tempfile.gettempdir()) and link.endswith("(deleted)"))
