"""What must be true after every fault: the seven invariants."""

import hashlib
from datetime import timedelta
from uuid import UUID

import httpx

from pictor.backup.library import Library
from pictor.integrity.reconcile import look, remove
from pictor.stack.settings import StackSettings
from services.catalog.storage.objects.keys import original_key
from services.kit.testing.apps import TokenAuth, a_user
from tests.catalog.serving import eventually
from tests.faults.load import People
from tests.faults.stage import Stage

QUIET_S = 180.0
LEFT = """
    SELECT (SELECT count(*) FROM jobs WHERE state <> 'parked'),
        (SELECT count(*) FROM images WHERE trashed_until <= now())
"""
ALIVE = "SELECT id, owner_id, bytes, state FROM images WHERE deleted_at IS NULL"


async def quiet(stage: Stage) -> None:
    """Wait until no job is left, those that wait for later included: they are hurried. None may be parked."""

    async def done() -> bool:
        try:
            await stage.rows("UPDATE jobs SET run_after = now() WHERE state = 'queued' AND run_after > now()")
            await stage.rows("NOTIFY pictor_jobs")
            return await stage.rows(LEFT) == [(0, 0)]
        except Exception:  # noqa: BLE001 - the database recovers just now
            return False

    await eventually(done, within_s=QUIET_S)


async def violations(stage: Stage, people: People) -> list[str]:
    """Name every invariant that does not hold, with an example; none is what is wanted."""
    found = [*await _readable(stage, people)]
    rows = {row[0]: row for row in await stage.rows(ALIVE)}
    for image_id, _, size, state in rows.values():
        path = stage.objects / original_key(image_id)
        if not path.is_file() or path.stat().st_size != size:
            found.append(f"(b) the row {image_id} has no object")
        if state != "ready":
            found.append(f"(c) {image_id} is {state}")
    if parked := await stage.rows("SELECT kind, error FROM jobs"):
        found.append(f"(c) jobs are left: {parked[:3]}")
    points = stage.fakes.similarity.points
    if points.keys() != rows.keys():
        more, fewer = points.keys() - rows.keys(), rows.keys() - points.keys()
        found.append(f"(d) vectors without a row: {list(more)[:3]}, rows without a vector: {list(fewer)[:3]}")
    found += [f"(e) {key} made {len(ids)} images" for key, ids in people.keys.items() if len(ids) > 1]
    if {str(image_id) for image_id in rows} != people.kept.keys():
        found.append(f"(e) {len(rows)} rows, {len(people.kept)} acknowledged")
    if trashed := await stage.rows("SELECT id FROM images WHERE deleted_at IS NOT NULL"):
        found.append(f"(e) left in the trash, or never purged: {trashed[:3]}")
    for image_id, owner, *_ in rows.values():
        if image_id in points and points[image_id]["owner_id"] != str(owner):
            found.append(f"(g) the vector of {image_id} has another owner")
    return [*found, *await _orphans(stage)]


async def _readable(stage: Stage, people: People) -> list[str]:
    """(a), and the labels, which differ by colour."""
    found = []
    async with httpx.AsyncClient(base_url=people.url, timeout=30) as client:
        for image in people.kept.values():
            auth, here = TokenAuth("catalog", a_user(image.owner)), f"/v1/images/{image.image_id}"
            content = await client.get(f"{here}/content", auth=auth)
            if content.status_code != 200 or hashlib.sha256(content.content).hexdigest() != image.sha256:
                found.append(f"(a) {image.image_id} is lost: {content.status_code}")
                continue
            labels = (await client.get(here, auth=auth)).json()["labels"]
            if {label["id"] for label in labels} != stage.fakes.classifier.says[image.colour].keys():
                found.append(f"(d) {image.image_id} has the labels of another image")
    return found


async def _orphans(stage: Stage) -> list[str]:
    """(f): what reconcile leaves, with no grace."""
    library = Library(StackSettings(stage.folder, 8000, "auto"), {"catalog": stage.url}, stage.store)
    before = await look(library, grace=timedelta(0))
    await remove(library, before, force=True)
    after = await look(library, grace=timedelta(0))
    left = [*after.orphans, *after.inputs]
    known = {UUID(path.name) for path in (stage.objects / "images").glob("*/*")}
    rows = {row[0] for row in await stage.rows("SELECT id FROM images")}
    return [f"(f) orphans after reconcile: {left[:3]}"] if left or known - rows else []
