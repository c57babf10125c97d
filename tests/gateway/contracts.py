"""Small contracts for tests, in the committed files' form."""

import json
from pathlib import Path
from typing import Any

READ, WRITE = ["images:read"], ["images:write"]
UPLOAD_LIMIT = 100 * 1024 * 1024


def operation(name: str, scopes: list[str] | None, *, limit: int | None = None) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": name, "responses": {"200": {"description": "ok"}}}
    described["security"] = [] if scopes is None else [{"bearer": scopes}]
    return described if limit is None else {**described, "x-pictor-body-limit": limit}


CATALOG = {
    "/v1/images": {
        "get": operation("images_list", READ),
        "post": operation("images_create", WRITE, limit=UPLOAD_LIMIT),
    },
    "/v1/images:check": {"post": operation("images_check", READ)},
    "/v1/images:batchUpdate": {"post": operation("images_batch_update", WRITE, limit=UPLOAD_LIMIT)},
    "/v1/images/{image_id}": {
        "get": operation("images_get", READ),
        "patch": operation("images_update", WRITE),
        "delete": operation("images_delete", WRITE),
    },
    "/v1/images/{image_id}:reprocess": {"post": operation("images_reprocess", WRITE, limit=0)},
    "/v1/images/{image_id}/labels/{label_id}": {
        "put": operation("labels_add", WRITE),
        "delete": operation("labels_take_back", WRITE),
    },
    "/v1/images/{image_id}/labels/{label_id}:confirm": {"post": operation("labels_confirm", WRITE)},
    "/v1/labels/{label_id}": {"get": operation("labels_get", READ)},
    "/v1/admin/things": {"get": operation("admin_things", ["admin"])},
    "/v1/fake/bytes": {"get": operation("fake_bytes", READ)},
    "/v1/fake/json": {"get": operation("fake_json", READ)},
    "/v1/fake/dripping": {"get": operation("fake_dripping", READ)},
    "/v1/fake/slow": {"get": operation("fake_slow", READ)},
    "/v1/fake/dies": {"get": operation("fake_dies", READ)},
    "/v1/fake/hop": {"get": operation("fake_hop", READ)},
    "/v1/fake/distrust": {"get": operation("fake_distrust", READ)},
    "/v1/fake/broken": {"get": operation("fake_broken", READ)},
    "/v1/fake/early": {"post": operation("fake_early", READ, limit=UPLOAD_LIMIT)},
    "/internal/coverage": {"get": operation("internal_coverage", READ)},
}
CLASSIFIER = {
    "/v1/classify": {"post": operation("classify", ["classify"])},
    "/v2/models/inception_v3/infer": {"post": operation("infer", ["classify"])},
}
SIMILARITY = {
    "/v1/images/{image_id}/similar": {"get": operation("images_similar", READ)},
    "/points:query": {"post": operation("points_query", READ)},
}


def document(paths: dict[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "a contract for tests", "version": "0"}, "paths": paths}


def write_contracts(folder: Path, **changed: dict[str, Any]) -> Path:
    """Write the four files; a keyword replaces the paths of one."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {"catalog": CATALOG, "classifier": CLASSIFIER, "similarity": SIMILARITY, "public": {}, **changed}
    for name, described in paths.items():
        (folder / f"{name}.json").write_text(json.dumps(document(described)))
    return folder
