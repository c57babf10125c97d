"""The Open Inference Protocol by hand: what its clients do not send by themselves."""

import json

import numpy as np
import pytest

from tests.classifier.tensors import HEADER_LENGTH, INFER, binary_request, images, with_raw_data


def test_raw_bytes_alone_are_a_request(service):
    pictures = images(2)

    answer = service.post(INFER, content=pictures.tobytes(), headers={HEADER_LENGTH: "0"})

    same = service.post(INFER, **binary_request(pictures, parameters={"binary_data_output": True}))
    assert answer.status_code == 200
    assert answer.content == same.content
    assert answer.headers["content-type"] == "application/octet-stream"


def test_nested_lists_are_as_good_as_flat_ones(service):
    [picture] = images(1)
    tensor = {"name": "image", "shape": [1, 299, 299, 3], "datatype": "UINT8"}

    nested = service.post(INFER, json={"inputs": [{**tensor, "data": [picture.tolist()]}]})
    flat = service.post(INFER, json={"inputs": [{**tensor, "data": picture.ravel().tolist()}]})

    assert nested.status_code == 200
    assert nested.json() == flat.json()
    [probabilities, embedding] = nested.json()["outputs"]
    assert (probabilities["shape"], probabilities["datatype"], len(probabilities["data"])) == ([1, 1000], "FP32", 1000)
    assert (embedding["shape"], embedding["datatype"], len(embedding["data"])) == ([1, 2048], "FP32", 2048)
    assert "id" not in nested.json()


@pytest.mark.parametrize("length", ["-1", "1.5", "many", "9" * 5000])
def test_a_header_length_that_is_none_is_refused(service, length):
    request = binary_request(images(1))

    refused = service.post(INFER, content=request["content"], headers={**request["headers"], HEADER_LENGTH: length})

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["error"]) == (422, "validation_failed", problem["detail"])
    assert [error["pointer"].lower() for error in problem["errors"]] == [f"/header/{HEADER_LENGTH.lower()}"]


def test_a_version_by_name_is_served(service):
    [version] = service.get("/v2/models/inception_v3").json()["versions"]

    answer = service.post(f"/v2/models/inception_v3/versions/{version}/infer", **binary_request(images(1)))

    assert answer.json()["model_version"] == version


PIXELS = images(1).ravel().tolist()
PICTURE = images(1)
TENSOR = {"name": "image", "shape": [1, 299, 299, 3], "datatype": "UINT8"}
BINARY = {**TENSOR, "parameters": {"binary_data_size": 268203}}
MALFORMED = {
    "no JSON": {"content": b"pixels"},
    "JSON that nests without end": {"content": b"[" * 100_000},
    "not an object": {"json": [1]},
    "no inputs": {"json": {"inputs": []}},
    "no data": {"json": {"inputs": [TENSOR]}},
    "two inputs": {"json": {"inputs": [{**TENSOR, "data": PIXELS}] * 2}},
    "another input": {"json": {"inputs": [{**TENSOR, "name": "pixels", "data": PIXELS}]}},
    "another type": {"json": {"inputs": [{**TENSOR, "datatype": "FP32", "data": PIXELS}]}},
    "no batch": {"json": {"inputs": [{**TENSOR, "shape": [299, 299, 3], "data": PIXELS}]}},
    "another size": {"json": {"inputs": [{**TENSOR, "shape": [1, 224, 224, 3], "data": PIXELS}]}},
    "an empty batch": {"json": {"inputs": [{**TENSOR, "shape": [0, 299, 299, 3], "data": []}]}},
    "less than nothing": {"json": {"inputs": [{**TENSOR, "shape": [-1, 299, 299, 3], "data": PIXELS}]}},
    "a shape beyond all numbers": {"json": {"inputs": [{**TENSOR, "shape": [10**30, 299, 299, 3], "data": PIXELS}]}},
    "a pixel too few": {"json": {"inputs": [{**TENSOR, "data": PIXELS[1:]}]}},
    "a value too large": {"json": {"inputs": [{**TENSOR, "data": [256, *PIXELS[1:]]}]}},
    "a value below zero": {"json": {"inputs": [{**TENSOR, "data": [-1, *PIXELS[1:]]}]}},
    "a fraction": {"json": {"inputs": [{**TENSOR, "data": [0.5, *PIXELS[1:]]}]}},
    "a word": {"json": {"inputs": [{**TENSOR, "data": ["0", *PIXELS[1:]]}]}},
    "nested values too large": {"json": {"inputs": [{**TENSOR, "data": (PICTURE.astype(int) + 256).tolist()}]}},
    "nested fractions": {"json": {"inputs": [{**TENSOR, "data": (PICTURE / 2).tolist()}]}},
    "nested otherwise": {"json": {"inputs": [{**TENSOR, "data": PICTURE.swapaxes(1, 3).tolist()}]}},
    "nested unevenly": {"json": {"inputs": [{**TENSOR, "data": [[1], [[2]]]}]}},
    "data twice": with_raw_data({"inputs": [{**BINARY, "data": PIXELS}]}, PICTURE.tobytes()),
    "bytes that nobody announced": with_raw_data({"inputs": [{**TENSOR, "data": PIXELS}]}, b"more"),
    "announced bytes that are not there": {"json": {"inputs": [BINARY]}},
    "a byte too few": with_raw_data({"inputs": [BINARY]}, PICTURE.tobytes()[1:]),
    "a byte too many": with_raw_data({"inputs": [BINARY]}, PICTURE.tobytes() + b"x"),
    "a size that is not the shape's": with_raw_data(
        {"inputs": [{**TENSOR, "parameters": {"binary_data_size": 3}}]}, b"abc"
    ),
    "raw bytes of no whole picture": {"content": b"abc", "headers": {HEADER_LENGTH: "0"}},
    "raw bytes of nothing": {"content": b"", "headers": {HEADER_LENGTH: "0"}},
    "JSON longer than the body": {"content": b"{}", "headers": {HEADER_LENGTH: "3"}},
    "shared memory": {"json": {"inputs": [{**TENSOR, "parameters": {"shared_memory_region": "mine"}}]}},
    "an unknown output": binary_request(PICTURE, outputs=[{"name": "logits"}]),
    "an output twice": binary_request(PICTURE, outputs=[{"name": "embedding"}] * 2),
    "a classification": binary_request(
        PICTURE, outputs=[{"name": "probabilities", "parameters": {"classification": 3}}]
    ),
    "a timeout that is no number": binary_request(PICTURE, parameters={"timeout": "soon"}),
    "an id that is no text": binary_request(PICTURE, id=7),
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED)
def test_what_does_not_fit_is_refused(service, request_):
    answer = service.post(INFER, **request_)

    problem = answer.json()
    assert answer.status_code == 400
    assert problem == {
        "error": problem["detail"],
        "type": "urn:pictor:problem:invalid_inference_request",
        "title": "Bad Request",
        "status": 400,
        "detail": problem["detail"],
        "instance": INFER,
        "code": "invalid_inference_request",
        "request_id": answer.headers["x-request-id"],
        "errors": [],
    }
    assert int(answer.headers["content-length"]) == len(answer.content)


OTHER_REFUSALS = {
    "an unknown path": ("GET", "/v2/models", {}, 404, "not_found"),
    "another method": ("DELETE", INFER, {}, 405, "method_not_allowed"),
    "an unknown model": ("POST", "/v2/models/x/infer", {}, 404, "model_not_found"),
    "an unknown version": ("GET", "/v2/models/inception_v3/versions/1", {}, 404, "model_not_found"),
    "a length that is no number": ("POST", INFER, {HEADER_LENGTH: "long"}, 422, "validation_failed"),
    "a body in another coding": ("POST", INFER, {"content-encoding": "br"}, 415, "unsupported_media_type"),
    "a configuration of no model": ("GET", "/v2/models/x/config", {}, 404, "model_not_found"),
    "statistics of no version": ("GET", "/v2/models/inception_v3/versions/1/stats", {}, 404, "model_not_found"),
}


@pytest.mark.parametrize("refusal", OTHER_REFUSALS.values(), ids=OTHER_REFUSALS)
def test_every_refusal_has_the_protocols_member(service, refusal):
    method, path, headers, status, code = refusal

    answer = service.request(method, path, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"] == answer.json()["detail"]


def test_members_that_clients_add_are_let_through(service):
    answer = service.post(INFER, **binary_request(images(1), model_name="inception_v3", parameters={"mine": 1}))

    assert answer.status_code == 200


def test_scores_in_json_are_those_of_the_binary_form(service):
    pictures = images(1)
    listed = service.post(INFER, **binary_request(pictures, outputs=[{"name": "probabilities"}]))
    raw = service.post(
        INFER,
        **binary_request(pictures, outputs=[{"name": "probabilities", "parameters": {"binary_data": True}}]),
    )

    length = int(raw.headers[HEADER_LENGTH])
    [output] = json.loads(raw.content[:length])["outputs"]
    assert output["parameters"]["binary_data_size"] == len(raw.content) - length
    np.testing.assert_array_equal(
        np.frombuffer(raw.content[length:], "<f4"), np.float32(listed.json()["outputs"][0]["data"])
    )
