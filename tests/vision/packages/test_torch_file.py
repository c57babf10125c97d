"""Reading a torch file without torch: every number where it belongs, and nothing of the file is run."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.vision.packages.networks.torch_file import read_torch_file
from tests.vision.packages.torch_files import Tensor, torch_file

ARRAY = np.arange(24, dtype="<f4").reshape(2, 3, 4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.pth"


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r".") as refused:
        read_torch_file(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_strides_say_where_the_numbers_are(path: Path) -> None:
    """A reader that ignores them gives the right shape with the wrong numbers."""
    arrays: dict[str, Any] = {
        "plain": ARRAY,
        "turned": ARRAY.transpose(2, 0, 1),
        "fortran": np.asfortranarray(ARRAY),
        "scalar": np.array(7, dtype="<i8"),
        "empty": np.zeros((0, 3), "<f4"),
        "part": Tensor(np.arange(10, dtype="<f4"), 3, (2, 2), (4, 1)),
    }
    path.write_bytes(torch_file(arrays))
    found = read_torch_file(path)
    expected = {**arrays, "part": np.array([[3, 4], [7, 8]], "<f4")}
    assert list(found) == list(arrays)
    for name, array in expected.items():
        assert np.array_equal(found[name], array), name
        assert found[name].dtype == array.dtype
        assert found[name].flags.c_contiguous
        assert found[name].flags.writeable


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        (Tensor(np.zeros(4, "<f4"), 0, (5,), (1,)), "beyond its storage"),
        (Tensor(np.zeros(4, "<f4"), 3, (2,), (1,)), "beyond its storage"),
        (Tensor(np.zeros(4, "<f4"), 0, (2, 2), (3, 1)), "beyond its storage"),
        (Tensor(np.zeros(4, "<f4"), -1, (2,), (1,)), "beyond its storage"),
        (Tensor(np.zeros(4, "<f4"), 3, (2,), (-1,)), "beyond its storage"),
        (Tensor(np.zeros(4, "<f4"), 0, (10**12,), (0,)), "larger than its storage"),
        (Tensor(np.zeros(4, "<f4"), 0, (2, 2), (1,)), "not understood"),
        (Tensor(np.zeros(4, "<f4"), 0, (True,), (1,)), "not understood"),
        (Tensor(np.zeros(4, "<f4"), 0, (1,) * 9, (1,) * 9), "not understood"),
    ],
)
def test_no_tensor_reads_what_is_not_its_own(path: Path, tensor: Tensor, said: str) -> None:
    assert said in refusal(path, torch_file({"wrong": tensor}))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_refused(path: Path, share: float) -> None:
    content = torch_file({"one": ARRAY, "two": ARRAY})
    assert refusal(path, content[: int(len(content) * share)])


def test_a_class_that_weights_do_not_need_is_never_loaded(path: Path, tmp_path: Path) -> None:
    mark = tmp_path / "it was run"

    class Evil:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(mark),)

    said = refusal(path, torch_file({"one": ARRAY, "evil": Evil()}))
    assert "mkdir, which no weights need" in said
    assert refusal(path, pickle.dumps(Evil())) == said
    assert not mark.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no torch file of the old kind"),
        (b"PK\x03\x04 a zip", "no torch file of the old kind"),
        (b"not a pickle at all", "no torch file of the old kind"),
        (torch_file({"one": ARRAY}, magic=1), "no torch file of the old kind"),
        (torch_file({"one": ARRAY}, kind="HalfStorage"), "HalfStorage, which no weights need"),
        (torch_file({"one": ARRAY}, keys=["999"]), "storages are not those of its tensors"),
        (torch_file({"one": ARRAY}, keys=[]), "storages are not those of its tensors"),
        (torch_file({"one": ARRAY}, counts={"1000": 23}), "another length"),
        (torch_file({"one": ARRAY}, counts={"1000": 10**15}), "another length"),
        (torch_file({"one": ARRAY}, counts={"1000": -1}), "another length"),
        (torch_file({"one": 7}), "no state dict"),
    ],
)
def test_anything_else_is_refused_with_its_reason(path: Path, content: bytes, said: str) -> None:
    assert said in refusal(path, content)


def test_a_file_that_is_too_large_is_not_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1_000_000_001)
    with pytest.raises(ValueError, match="larger than 1000 MB"):
        read_torch_file(path)
