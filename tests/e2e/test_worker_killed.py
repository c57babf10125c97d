"""The worker dies in the middle of its work: nothing acknowledged is lost, nothing is done twice over."""

import signal
from pathlib import Path

import httpx

from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import photographs
from tests.vision.package_cache import untrained_package

COUNT = 50


def states(client: httpx.Client) -> dict[str, int]:
    coverage = client.get("/v1/status").json()["coverage"]
    return {name: coverage[name] for name in ("total", "ready", "processing", "deferred", "failed")}


def kill_worker(stack: RunningStack) -> None:
    """Kill the one worker there is, waiting for it when it is just being restarted."""
    (worker,) = eventually(lambda: stack.processes("services.catalog.worker"), lambda found: len(found) == 1)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=60)


def test_fifty_uploads_survive_a_killed_worker(tmp_path: Path) -> None:
    with running_stack(tmp_path, PICTOR_WEIGHTS=str(untrained_package())) as stack, stack.stranger("heidi") as user:
        ids = []
        for number, photo in enumerate(photographs(COUNT)):
            ids.append(send(user, photo, wait_s=0)["id"])
            if number in {10, 25, 40, COUNT - 1}:
                kill_worker(stack)
        counts = eventually(lambda: states(user), lambda now: now["ready"] == COUNT, seconds=300)
        assert counts == {"total": COUNT, "ready": COUNT, "processing": 0, "deferred": 0, "failed": 0}
        assert len(set(ids)) == COUNT
        for image_id in ids:
            labels = user.get(f"/v1/images/{image_id}/labels").json()["items"]
            assert [label["rank"] for label in labels] == [1, 2, 3, 4, 5]
        hits = user.get(f"/v1/images/{ids[0]}/similar", params={"limit": 100, "mode": "exact"}).json()["items"]
        assert sorted(hit["image"]["id"] for hit in hits) == sorted(ids[1:])
        assert any("restarting" in line and "worker" in line for line in stack.output)
