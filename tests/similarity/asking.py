"""How tests ask POST /v1/search/similar."""

import tempfile
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from tests.similarity.stage import Stage

SEARCH = "/v1/search/similar"


def axis(*components: float) -> np.ndarray:
    return np.array([*components, *[0.0] * (8 - len(components))], np.float32)


async def asked(stage: Stage, **body: Any) -> httpx.Response:
    return await stage.client.post(SEARCH, json=body)


def an_upload(picture: bytes, **options: Any) -> dict[str, Any]:
    return {"content": picture, "headers": {"content-type": "image/jpeg"}, "params": options}


def files_left() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("pictor-search-*"))
