"""Fetching the official weights from a server that does well, ill, and half of it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.vision.packages import PackageError, PackageFault
from services.vision.packages.networks import NETWORKS
from services.vision.packages.networks.runtime import import_tensorflow
from services.vision.packages.progress import Step
from services.vision.packages.sources import download
from services.vision.packages.sources.download import OfficialFile, fetch
from services.vision.packages.sources.official import official_file
from tests.vision.packages.weights_server import (
    WeightsServer,
    cut_after,
    serving,
    well,
    with_another_part,
    with_bytes,
    with_status,
    without_ranges,
)

CONTENT = bytes(range(256)) * 20_000
DOING = "downloading the official weights"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_PAUSE_S", 0.0)


def fetched(server: WeightsServer, cache: Path, content: bytes = CONTENT) -> bytes:
    file = OfficialFile(server.url, hashlib.md5(content, usedforsecurity=False).hexdigest())
    return fetch(file, cache, lambda _: None).read_bytes()


def kept(cache: Path) -> list[str]:
    """What stands in the cache, the lock file aside."""
    return [path.name for path in cache.iterdir() if path.name != ".network.h5.lock"]


def refusal(server: WeightsServer, cache: Path) -> str:
    with pytest.raises(PackageError) as refused:
        fetched(server, cache)
    assert refused.value.code is PackageFault.DOWNLOAD
    assert not (cache / "network.h5").exists()
    message = refused.value.message
    assert "PICTOR_WEIGHTS=PATH" in message
    assert "PICTOR_WEIGHTS=starter" in message
    return message


@pytest.mark.parametrize(
    ("name", "keras_name"), [("inception_v3", "InceptionV3"), ("resnet50", "ResNet50"), ("vgg16", "VGG16")]
)
def test_the_address_and_the_hash_are_those_that_keras_itself_would_use(
    name: str, keras_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras = import_tensorflow().keras
    asked: dict[str, object] = {}

    class NotDownloadedError(Exception):
        pass

    def get_file(name: str, origin: str, *, file_hash: str, **_: object) -> None:
        asked.update(name=name, url=origin, file_hash=file_hash)
        raise NotDownloadedError

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    with pytest.raises(NotDownloadedError):
        getattr(keras.applications, keras_name)(weights="imagenet")
    file = official_file(NETWORKS[name])
    assert {"name": file.name, "url": file.url, "file_hash": file.file_hash} == asked
    assert file.name == f"{name}_weights_tf_dim_ordering_tf_kernels.h5"
    assert urlsplit(file.url).scheme == "https"


def test_a_download_is_kept_and_counted(tmp_path: Path) -> None:
    steps: list[Step] = []
    with serving(CONTENT, well) as server:
        file = OfficialFile(server.url, hashlib.sha256(CONTENT).hexdigest())
        for _ in range(2):
            assert fetch(file, tmp_path / "cache", steps.append).read_bytes() == CONTENT
        assert server.ranges == [None]
    counted = [step for step in steps if step.what == DOING]
    assert [step.done for step in counted] == sorted(step.done for step in counted)
    assert counted[-1] == Step(DOING, len(CONTENT), len(CONTENT))
    assert kept(tmp_path / "cache") == ["network.h5"]


def test_two_at_once_download_once(tmp_path: Path) -> None:
    with serving(CONTENT, well) as server, ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetched, server, tmp_path) for _ in range(2)]
        assert [done.result(timeout=120) for done in both] == [CONTENT, CONTENT]
        assert server.ranges == [None]


def test_a_broken_connection_is_carried_on(tmp_path: Path) -> None:
    with serving(CONTENT, cut_after(3_000_000), well) as server:
        assert fetched(server, tmp_path) == CONTENT
        assert server.ranges == [None, "bytes=3000000-"]


def test_the_download_of_a_process_that_was_killed_is_carried_on(tmp_path: Path) -> None:
    (tmp_path / "network.h5.part").write_bytes(CONTENT[:1_000_000])
    with serving(CONTENT, well) as server:
        assert fetched(server, tmp_path) == CONTENT
        assert server.ranges == ["bytes=1000000-"]


def test_a_whole_download_that_was_not_renamed_is_taken(tmp_path: Path) -> None:
    (tmp_path / "network.h5.part").write_bytes(CONTENT)
    with serving(CONTENT, well) as server:
        assert fetched(server, tmp_path) == CONTENT
        assert server.ranges == []


@pytest.mark.parametrize("beginning", [b"another file", CONTENT + b"more"], ids=["other", "longer"])
def test_a_wrong_beginning_is_started_again(tmp_path: Path, beginning: bytes) -> None:
    (tmp_path / "network.h5.part").write_bytes(beginning)
    with serving(CONTENT, well) as server:
        assert fetched(server, tmp_path) == CONTENT
        assert server.ranges == [f"bytes={len(beginning)}-", None]


def test_a_server_without_ranges_sends_all_again(tmp_path: Path) -> None:
    with serving(CONTENT, cut_after(3_000_000), without_ranges) as server:
        assert fetched(server, tmp_path) == CONTENT


def test_a_part_that_was_not_asked_for_is_not_appended(tmp_path: Path) -> None:
    with serving(CONTENT, cut_after(3_000_000), with_another_part, well) as server:
        assert fetched(server, tmp_path) == CONTENT
        assert server.ranges == [None, "bytes=3000000-", None]


def test_a_damaged_file_in_the_cache_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "network.h5").write_bytes(CONTENT[:-1] + b"!")
    with serving(CONTENT, well) as server:
        assert fetched(server, tmp_path) == CONTENT
        assert server.ranges == [None]


def test_a_passing_server_error_is_tried_again(tmp_path: Path) -> None:
    with serving(CONTENT, with_status(503), with_status(429), well) as server:
        assert fetched(server, tmp_path) == CONTENT


def test_wrong_bytes_are_refused_and_not_kept(tmp_path: Path) -> None:
    with serving(CONTENT, with_bytes(b"a page of a hotel's wireless network")) as server:
        assert "is not network.h5 (wrong hash)" in refusal(server, tmp_path)
        assert len(server.ranges) == 1
    assert kept(tmp_path) == []


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with serving(CONTENT, with_status(404)) as server:
        assert "status 404" in refusal(server, tmp_path)
        assert len(server.ranges) == 1


def test_a_server_that_always_breaks_off_is_given_up_and_what_came_is_kept(tmp_path: Path) -> None:
    with serving(CONTENT, cut_after(0)) as server:
        (tmp_path / "network.h5.part").write_bytes(CONTENT[:10])
        refusal(server, tmp_path)
        assert 2 <= len(server.ranges) <= 5


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with serving(CONTENT, well) as server:
        pass
    assert "check the connection" in refusal(server, tmp_path)


def test_a_file_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 1_000_000)
    with serving(CONTENT, well) as server:
        assert "it does not end" in refusal(server, tmp_path)
    assert kept(tmp_path) == []


def test_a_download_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_LONGEST_S", -1.0)
    with serving(CONTENT, well) as server:
        assert "too slow" in refusal(server, tmp_path)
