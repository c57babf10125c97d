"""A library is backed up while people send, lost, and restored: every row and hash."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import REPOSITORY, drawn
from tests.vision.package_cache import starter_package

COUNT = 12


def pictor(data: Path, *arguments: object) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PICTOR_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "pictor.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def done(process: "subprocess.Popen[str]") -> tuple[int, str]:
    said, _ = process.communicate(timeout=300)
    return process.returncode, said.splitlines()[-1]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("data")
    with running_stack(folder, PICTOR_WEIGHTS=str(starter_package()), PICTOR_ENGINE="openvino") as stack:
        yield stack


def content(client: httpx.Client, image_id: str) -> str:
    return hashlib.sha256(client.get(f"/v1/images/{image_id}/content").raise_for_status().content).hexdigest()


def restored_from_trash(client: httpx.Client) -> dict[str, str]:
    """Restore all that is in the trash, and give the hashes of the originals."""
    ids = [image["id"] for image in client.get("/v1/trash").raise_for_status().json()["items"]]
    client.post("/v1/trash:restore", json={}).raise_for_status()
    return {image_id: content(client, image_id) for image_id in ids}


def told(client: httpx.Client, ids: list[str]) -> list[dict[str, Any]]:
    """All that the library says of these images, and of what looks like them."""
    answers = []
    for image_id in ids:
        image = client.get(f"/v1/images/{image_id}").raise_for_status().json()
        similar = client.get(f"/v1/images/{image_id}/similar", params={"limit": 100}).raise_for_status().json()
        near = [(hit["image"]["id"], round(hit["score"], 4)) for hit in similar["items"] if hit["image"]["id"] in ids]
        answers.append({"image": image, "similar": near, "content": content(client, image_id)})
    return answers


def test_everything_is_back_also_after_a_restore_that_was_killed(stack: RunningStack, tmp_path: Path) -> None:
    place, restored = tmp_path / "backup", tmp_path / "restored"
    with stack.client() as client:
        ids = [send(client, drawn(seed), title=f"Picture {seed}", tags="kept")["id"] for seed in range(COUNT)]
        label = client.get(f"/v1/images/{ids[0]}").json()["labels"][0]["id"]
        client.post(f"/v1/images/{ids[0]}/labels/{label}:confirm").raise_for_status()
        collection = client.post("/v1/collections", json={"name": "Best"}).raise_for_status().json()["id"]
        client.put(f"/v1/collections/{collection}/images/{ids[1]}").raise_for_status()
        gone, trashed = ids.pop(), ids.pop()
        for image_id in (gone, trashed):
            client.delete(f"/v1/images/{image_id}", params={"permanent": image_id == gone}).raise_for_status()
        before = told(client, ids)
        later: list[str] = []
        over = threading.Event()

        def keep_sending() -> None:
            while len(later) < 80 and not over.wait(0.05):  # an answer has 100 look-alikes at the most
                later.append(send(client, drawn(1000 + len(later)), wait_s=0)["id"])

        sending = threading.Thread(target=keep_sending)
        sending.start()
        try:
            assert done(pictor(stack.data, "backup", place))[0] == 0
            code, said = done(pictor(stack.data, "backup", place))
        finally:
            over.set()
            sending.join()
        assert code == 0
        assert int(said.split(",")[-1].split()[0]) >= COUNT - 1, said  # … there already
        assert later
    stack.stop()
    try:
        killed = pictor(restored, "restore", place)
        for line in killed.stdout or ():
            if "database of gateway" in line:
                killed.kill()
        killed.wait()
        assert "is not complete: run `pictor restore` again" in done(pictor(restored, "up"))[1]
        assert done(pictor(restored, "restore", place))[0] == 0
        assert "has a library already" in done(pictor(restored, "restore", place))[1]
        with (
            running_stack(restored, PICTOR_WEIGHTS=str(starter_package()), PICTOR_ENGINE="openvino") as again,
            again.client() as client,
        ):
            for now, then in zip(told(client, ids), before, strict=True):
                assert {name: now[name] for name in now if now[name] != then[name]} == {}
            assert client.get(f"/v1/images/{gone}").status_code == 404
            assert restored_from_trash(client) == {trashed: hashlib.sha256(drawn(COUNT - 2)).hexdigest()}
            found = client.get(f"/v1/collections/{collection}/images").raise_for_status().json()["items"]
            assert [image["id"] for image in found] == [ids[1]]
            there = [image_id for image_id in later if client.get(f"/v1/images/{image_id}").is_success]
            assert [content(client, image_id) for image_id in there] == [
                hashlib.sha256(drawn(1000 + later.index(image_id))).hexdigest() for image_id in there
            ]
            send(client, drawn(5000))
            coverage = eventually(
                lambda: client.get("/v1/status").json()["coverage"],
                lambda found: found["embedded"] == found["total"],
            )
            assert coverage["embedded"] == coverage["total"] == len(ids) + len(there) + 2
    finally:
        stack.start()


def test_originals_that_are_lost_or_damaged_are_named_and_the_others_kept(stack: RunningStack, tmp_path: Path) -> None:
    with stack.client() as client:
        damaged, missing, well = (send(client, drawn(seed))["id"] for seed in (2001, 2002, 2003))
    for image_id, path in (
        (i, next((stack.data / "objects").glob(f"images/*/{i}/original"))) for i in (damaged, missing)
    ):
        path.write_bytes(b"nothing") if image_id == damaged else path.unlink()
    code, said = done(pictor(stack.data, "backup", tmp_path / "backup"))
    assert code == 1
    assert "1 originals are missing and 1 damaged" in said
    assert damaged in said
    assert missing in said
    kept = next((tmp_path / "backup" / "objects").glob(f"images/*/{well}/original"))
    assert kept.read_bytes() == drawn(2003)
    assert not list((tmp_path / "backup" / "objects").glob(f"images/*/{damaged}/original"))
    restored = tmp_path / "restored"
    code, said = done(pictor(restored, "restore", tmp_path / "backup"))
    assert code == 0
    assert "but for 2 that were lost before the backup" in said


def test_a_backup_that_was_touched_is_refused(stack: RunningStack, tmp_path: Path) -> None:
    with stack.client() as client:
        image_id = send(client, drawn(3001))["id"]
    place = tmp_path / "backup"
    done(pictor(stack.data, "backup", place, "--no-secrets"))
    [run] = (place / "runs").iterdir()
    assert sorted(path.name for path in run.iterdir()) == [
        "catalog.dump",
        "gateway.dump",
        "manifest.json",
        "similarity.dump",
    ]
    original = next((place / "objects").glob(f"images/*/{image_id}/original"))
    original.write_bytes(original.read_bytes()[:-1] + b"\0")
    code, said = done(pictor(tmp_path / "one", "restore", place))
    assert (code, image_id in said) == (1, True)
    (run / "gateway.dump").write_bytes(b"nothing")
    code, said = done(pictor(tmp_path / "two", "restore", place))
    assert (code, said) == (1, "pictor: gateway.dump of the backup is damaged: take another one by --run.")
    (run / "manifest.json").unlink()
    code, said = done(pictor(tmp_path / "three", "restore", place))
    assert (code, said) == (1, f"pictor: {place} has no complete backup. There is none.")
    code, said = done(pictor(tmp_path / "four", "restore", tmp_path / "nowhere"))
    assert (code, said) == (1, f"pictor: There is no backup at {tmp_path / 'nowhere'}, or it cannot be reached.")
