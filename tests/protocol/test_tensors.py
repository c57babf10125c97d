"""The tensors of the Open Inference Protocol, both ways: what is written is read, what does not fit is refused."""

import json

import numpy as np
import pytest

from services.protocol.tensors import (
    MAX_TENSORS,
    Described,
    TensorError,
    read_answer,
    read_tensors,
    split,
    write_message,
    write_request,
)

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3)
SCORES = np.linspace(-1, 1, 8, dtype=np.float32).reshape(2, 4)


@pytest.mark.parametrize("binary", [(), ("scores",), ("pixels", "scores")])
def test_what_is_written_is_read(binary):
    members = {"model_version": "7", "parameters": {"space": "s"}}
    message = write_message(members, "outputs", {"pixels": PIXELS, "scores": SCORES}, binary=binary)

    length = message.headers.get("Inference-Header-Content-Length")
    answer = read_answer(message.body, length)

    assert (length is None) == (not binary)
    assert message.headers["content-type"] == ("application/octet-stream" if binary else "application/json")
    assert (answer.version, answer.parameters) == ("7", {"space": "s"})
    for name, tensor in {"pixels": PIXELS, "scores": SCORES}.items():
        assert answer.tensors[name].dtype == tensor.dtype
        np.testing.assert_array_equal(answer.tensors[name], tensor)
        assert answer.tensors[name].flags.owndata


@pytest.mark.parametrize("binary", [True, False])
def test_a_request_says_how_it_wants_its_answer(binary):
    message = write_request({"image": PIXELS}, ["scores"], binary=binary, parameters={"priority": 1})

    text, raw = split(message.body, message.json_length)
    request = json.loads(bytes(text))

    assert request["outputs"] == [{"name": "scores", **({"parameters": {"binary_data": True}} if binary else {})}]
    assert request["parameters"] == {"priority": 1}
    read = read_tensors([Described.from_json(tensor) for tensor in request["inputs"]], raw)
    np.testing.assert_array_equal(read["image"], PIXELS)


def test_a_view_is_sent_as_it_looks():
    mirrored = PIXELS[:, :, ::-1]
    for binary in (True, False):
        message = write_request({"image": mirrored}, [], binary=binary)
        text, raw = split(message.body, message.json_length)
        read = read_tensors([Described.from_json(tensor) for tensor in json.loads(bytes(text))["inputs"]], raw)
        np.testing.assert_array_equal(read["image"], mirrored)


@pytest.mark.parametrize("data", [SCORES.ravel().tolist(), SCORES.tolist()], ids=["flat", "nested"])
def test_values_may_be_flat_or_nested(data):
    read = read_tensors([Described("scores", "FP32", [2, 4], data)], memoryview(b""))
    np.testing.assert_array_equal(read["scores"], SCORES)


def described(**changes):
    return Described(**{"name": "x", "datatype": "FP32", "shape": [1, 2], **changes})


UNFIT = {
    "another datatype": ([described(datatype="FP64", data=[1, 2])], b"", "FP64, not UINT8 or FP32"),
    "a datatype of another kind": ([described(datatype="BYTES", data=["a", "b"])], b"", "BYTES"),
    "no values": ([described()], b"", "neither data nor"),
    "values twice": ([described(data=[1, 2], binary_size=8)], bytes(8), "both data and"),
    "a side below zero": ([described(shape=[-1, -2], data=[1, 2])], b"", "sides of 0 and more"),
    "too many sides": ([described(shape=[1] * 9, data=[1])], b"", "sides"),
    "a shape beyond all numbers": ([described(shape=[10**30], data=[1])], b"", "its shape says"),
    "a value too few": ([described(data=[1])], b"", "1 values"),
    "nested otherwise": ([described(data=[[1], [2]])], b"", "do not fill"),
    "nested unevenly": ([described(shape=[2, 2], data=[[1, 2], [3]])], b"", "do not fill"),
    "nested too deep": ([described(data=[[[1], [2]]])], b"", "finite numbers"),
    "a word": ([described(data=["1", 2])], b"", "finite numbers"),
    "a boolean": ([described(data=[True, 2])], b"", "finite numbers"),
    "a boolean for a pixel": ([described(datatype="UINT8", data=[True, 2])], b"", "integers from 0 to 255"),
    "a pixel too large": ([described(datatype="UINT8", data=[256, 2])], b"", "integers from 0 to 255"),
    "a pixel below zero": ([described(datatype="UINT8", data=[-1, 2])], b"", "integers from 0 to 255"),
    "half a pixel": ([described(datatype="UINT8", data=[0.5, 2])], b"", "integers from 0 to 255"),
    "no number": ([described(data=[float("nan"), 2])], b"", "finite numbers"),
    "no end": ([described(data=[float("inf"), 2])], b"", "finite numbers"),
    "more than 32 bits": ([described(data=[1e39, 2])], b"", "finite numbers"),
    "more than 64 bits": ([described(data=[10**400, 2])], b"", "finite numbers"),
    "bytes that are not the shape's": ([described(binary_size=7)], bytes(7), "binary_data_size is not that"),
    "bytes below zero": ([described(binary_size=-8)], bytes(8), "binary_data_size is not that"),
    "a byte too few": ([described(binary_size=8)], bytes(7), "7 bytes follow"),
    "a byte too many": ([described(binary_size=8)], bytes(9), "1 bytes follow"),
    "bytes that nobody announced": ([described(data=[1, 2])], bytes(3), "3 bytes follow"),
    "a name twice": ([described(data=[1, 2])] * 2, b"", "comes twice"),
    "too many": ([described(name=str(number), data=[1, 2]) for number in range(MAX_TENSORS + 1)], b"", "more than"),
}


@pytest.mark.parametrize(("tensors", "raw", "said"), UNFIT.values(), ids=UNFIT)
def test_what_does_not_fit_is_refused(tensors, raw, said):
    with pytest.raises(TensorError, match=said):
        read_tensors(tensors, memoryview(raw))


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (b"", None),
        (b"[]", None),
        (b"{}", None),
        (b'{"outputs": 1}', None),
        (b'{"outputs": [1]}', None),
        (b'{"outputs": [{"name": "x", "shape": ["a"], "datatype": "FP32"}]}', None),
        (b'{"outputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": "abcd"}]}', None),
        (b'{"outputs": [], "parameters": 1}', None),
        (b"[" * 100_000, None),
        (b"\xff", None),
        (b'{"outputs": []}', "0"),
        (b'{"outputs": []}', "-1"),
        (b'{"outputs": []}', "16"),
        (b'{"outputs": []}', "many"),
        (b'{"outputs": []}', "9" * 5000),
    ],
)
def test_an_answer_that_is_none_is_refused(body, length):
    with pytest.raises(TensorError):
        read_answer(body, length)


def test_numbers_of_64_bits_may_stand_in_quotes():
    body = b'{"outputs": [{"name": "x", "shape": ["2"], "datatype": "UINT8", "parameters": {"binary_data_size": "2"}}]}'
    answer = read_answer(body + b"\x01\x02", str(len(body)))
    assert answer.tensors["x"].tolist() == [1, 2]


def test_what_json_cannot_hold_is_not_written():
    with pytest.raises(TensorError, match="not finite"):
        write_message({}, "outputs", {"x": np.array([np.nan], np.float32)}, binary=())
