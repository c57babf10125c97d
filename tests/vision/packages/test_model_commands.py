"""`pictor model build` and `pictor model verify`, as an operator meets them."""

import argparse
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pictor.model import commands as model_commands
from pictor.model import use
from pictor.model.running_library import ModelUseError
from pictor.model.telling import Teller
from services.vision.engines import open_engine
from services.vision.packages import Package
from services.vision.packages.progress import Step
from tests.vision.pictures import drawn


def pictor(*arguments: object) -> int:
    """Run a command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="pictor")
    model_commands.add_parsers(parser.add_subparsers(required=True))
    parsed = parser.parse_args([str(argument) for argument in arguments])
    code: int = parsed.run(parsed)
    return code


@pytest.fixture
def labelled(package: Package, tmp_path: Path) -> Path:
    """Five pictures: two named after the engine's first label, one after its fifth, two after its last ones."""
    pictures = np.stack([drawn(seed) for seed in range(5)])
    engine = open_engine(package, "openvino", precision="fp32", max_batch=8)
    order = np.argsort(-engine.infer(pictures).probabilities, axis=1, kind="stable")
    engine.close()
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for number, (picture, rank) in enumerate(zip(pictures, (0, 0, 4, 5, 999), strict=True)):
        name = f"{package.labels[order[number][rank]].id}_{number}.png"
        Image.fromarray(picture).save(folder / ("more" if number == 4 else ".") / name)
    return folder


def test_verify_says_what_it_verified(package: Package, capsys: pytest.CaptureFixture[str]) -> None:
    assert pictor("model", "verify", package.folder, "--engine", "openvino", "--precision", "fp32") == 0
    assert capsys.readouterr().out == (
        f"package  {package.folder}\n"
        f"space    {package.manifest.space}\n"
        "weights  untrained: random numbers, the labels mean nothing\n"
        "files    5, each with the sha256 that the manifest names\n"
        "engine   openvino fp32: answers the golden input as the builder did\n"
    )


def test_verify_counts_right_labels_and_says_what_it_left_out(
    package: Package, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (labelled / "holiday.png").write_bytes(b"")
    (labelled / "n99999999_unknown.png").write_bytes(b"")
    (labelled / "n014407641_too_long.png").write_bytes(b"")
    (labelled / "n01440764_broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    command = ("model", "verify", package.folder, "--images", labelled, "--engine", "openvino", "--precision", "fp32")
    assert pictor(*command) == 0
    assert capsys.readouterr().out.splitlines()[5:] == [
        "images   5 with a label that the network knows",
        "         3 left out: the name does not begin with such a WordNet id",
        "         1 left out: not a readable picture",
        "top-1    40.0 % (2 of 5)",
        "top-5    60.0 % (3 of 5)",
    ]


def test_verify_without_a_picture_to_count_fails(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "holiday.png").write_bytes(b"")
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert pictor("model", "verify", package.folder, "--images", folder) == 1
        assert capsys.readouterr().err.startswith(f"pictor: There is nothing to count in {folder}: ")


def test_verify_of_a_damaged_package_fails_with_one_sentence(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(package.folder, damaged)
    (damaged / "labels.json").chmod(0o644)
    (damaged / "labels.json").write_text("[]")
    assert pictor("model", "verify", damaged) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"pictor: {damaged}/labels.json is not the file that was built: remove {damaged} and build the package again.\n"
    )


def test_a_build_says_its_steps_and_the_second_one_is_done_at_once(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "models" / "inception_v3"
    command = ("model", "build", "inception_v3", "--weights", package.folder, "--to", target)
    assert pictor(*command) == 0
    done = f"{target}: {package.manifest.space}, untrained: random numbers, the labels mean nothing\n"
    assert capsys.readouterr() == (done, "copying the package …\nchecking the package …\n")
    assert pictor(*command) == 0
    assert capsys.readouterr() == (done, "")


def test_a_build_without_its_weights_fails_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.h5"
    assert pictor("model", "build", "inception_v3", "--weights", missing, "--to", tmp_path / "target") == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"pictor: There is no weights file {missing}: check PICTOR_WEIGHTS (--weights)."
    )
    assert not (tmp_path / "target").exists()


def test_an_unknown_network_is_refused_with_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pictor("model", "build", "vgg", "--to", tmp_path / "target") == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "pictor: There is no network vgg: choose one of inception_v3, resnet50, vgg16, efficientnet_lite2."
    )


@pytest.mark.parametrize("wrong", [["inception_v3"], ["--to", "x", "--into", "y"]])
def test_a_wrong_command_line_is_explained(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        pictor("model", "build", *wrong)
    assert ended.value.code == 2
    assert "usage: pictor model build" in capsys.readouterr().err


def test_a_download_is_told_in_steps_of_five_percent(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Teller()
    for done in range(0, 96_112_377, 10_000):
        tell(Step("downloading", done, 96_112_376))
    tell(Step("downloading", 96_112_376, 96_112_376))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert (lines[0], lines[1], lines[-1]) == (
        "downloading: 0 % of 96 MB",
        "downloading: 5 % of 96 MB",
        "downloading: 100 % of 96 MB",
    )


def test_too_little_disk_for_another_model_is_said_before_anything_is_changed(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    use._require_room(tmp_path, free // 2)
    with pytest.raises(ModelUseError, match=r"GB free, and the model .* free space first. Nothing was changed."):
        use._require_room(tmp_path, free + 10**12)
