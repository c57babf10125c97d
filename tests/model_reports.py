"""What a classifier says of its model, for those that stand in for one."""

from typing import Any

from services.vision.labels import load_taxonomy


def a_report(*, name: str = "inception_v3", space: str, trained: bool = True, size: int = 299) -> dict[str, Any]:
    """The answer of GET /internal/model, of a model that serves."""
    scaling = {"mean": [127.5, 127.5, 127.5], "divisor": 127.5, "channels": "RGB"}
    return {
        "state": "ready",
        "detail": "",
        "name": name,
        "network": name,
        "space": space,
        "trained": trained,
        "licence": "FAKE",
        "engine": "fake",
        "precision": "fp32",
        "input": {"name": "images", "size": size, "fit": "squeeze", "crop": 1.0, "scaling": scaling},
        "classes": 1000,
        "embedding_size": 2048,
        "labels_digest": load_taxonomy().classes_digest,
        "speed": None,
    }
