"""The Open Inference Protocol as a client that knows nothing of Pictor speaks it: tritonclient, unchanged."""

import time

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from services import __version__
from services.kit.http.internal_auth import InternalTokens
from services.kit.principal import service_principal
from services.kit.testing.apps import TEST_SECRET
from tests.classifier.server import running_server
from tests.classifier.tensors import images

MODEL = "inception_v3"


@pytest.fixture
def headers():
    token = InternalTokens(TEST_SECRET, "test").mint("classifier", service_principal("test"))
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def client(server):
    with triton.InferenceServerClient(f"127.0.0.1:{server.port}") as client:
        yield client


def an_input(pictures, *, binary):
    tensor = triton.InferInput("image", list(pictures.shape), "UINT8")
    tensor.set_data_from_numpy(pictures, binary_data=binary)
    return [tensor]


def outputs(*names, binary):
    return [triton.InferRequestedOutput(name, binary_data=binary) for name in names]


def test_it_learns_what_is_served(client, headers):
    metadata = client.get_model_metadata(MODEL, headers=headers)
    [version] = metadata["versions"]

    assert client.is_server_live(headers=headers)
    assert client.is_server_ready(headers=headers)
    assert client.is_model_ready(MODEL, headers=headers)
    assert client.is_model_ready(MODEL, version, headers=headers)
    assert client.get_model_metadata(MODEL, version, headers=headers) == metadata
    assert client.get_server_metadata(headers=headers) == {
        "name": "pictor-classifier",
        "version": __version__,
        "extensions": ["binary_tensor_data", "schedule_policy", "model_configuration", "statistics"],
    }
    assert metadata == {
        "name": MODEL,
        "versions": [version],
        "platform": "pictor_openvino",
        "inputs": [{"name": "image", "datatype": "UINT8", "shape": [-1, 299, 299, 3]}],
        "outputs": [
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, 1000]},
            {"name": "embedding", "datatype": "FP32", "shape": [-1, 2048]},
        ],
        "parameters": {
            "space": f"{MODEL}-{version}",
            "trained": False,
            "engine": "openvino",
            "precision": "fp32",
            "input": {
                "name": "images",
                "dtype": "uint8",
                "layout": "NHWC",
                "colour": "RGB",
                "size": 299,
                "fit": "squeeze",
                "crop": 1.0,
                "scaling": {"mean": [127.5, 127.5, 127.5], "divisor": 127.5, "channels": "RGB"},
            },
            "limits": {"max_batch_size": 8, "max_body_bytes": 100 * 1024 * 1024 + 64 * 1024},
        },
    }


def test_probes_need_no_token(client):
    assert client.is_server_live()
    assert client.is_server_ready()


def test_it_reads_how_the_model_is_configured(client, headers):
    [version] = client.get_model_metadata(MODEL, headers=headers)["versions"]

    config = client.get_model_config(MODEL, headers=headers)

    assert client.get_model_config(MODEL, version, headers=headers) == config
    batching, [group] = config.pop("dynamic_batching"), config.pop("instance_group")
    assert config == {
        "name": MODEL,
        "platform": "pictor_openvino",
        "backend": "pictor",
        "version_policy": {"specific": {"versions": [version]}},
        "max_batch_size": 8,
        "input": [{"name": "image", "data_type": "TYPE_UINT8", "dims": [299, 299, 3]}],
        "output": [
            {"name": "probabilities", "data_type": "TYPE_FP32", "dims": [1000]},
            {"name": "embedding", "data_type": "TYPE_FP32", "dims": [2048]},
        ],
    }
    assert (group["name"], group["kind"]) == (MODEL, "KIND_CPU")
    assert group["count"] >= 1
    assert batching["max_queue_delay_microseconds"] == 0
    assert batching["preferred_batch_size"][0] >= 1


def test_it_lists_what_is_served(client, headers):
    [version] = client.get_model_metadata(MODEL, headers=headers)["versions"]

    assert client.get_model_repository_index(headers=headers) == [
        {"name": MODEL, "version": version, "state": "READY", "reason": ""}
    ]


def test_statistics_count_what_was_asked(client, headers):
    def read():
        [model] = client.get_inference_statistics(MODEL, headers=headers)["model_stats"]
        return model

    before = read()
    client.infer(MODEL, an_input(images(3), binary=True), headers=dict(headers))
    with pytest.raises(InferenceServerException):
        client.infer(MODEL, an_input(images(9), binary=True), headers=dict(headers))
    after = read()

    def more(*names):
        older, newer = before, after
        for name in names:
            older, newer = older[name], newer[name]
        return newer - older

    assert more("inference_count") == 3
    assert 1 <= more("execution_count") <= 3
    assert more("inference_stats", "success", "count") == 1
    assert more("inference_stats", "fail", "count") == 1
    assert more("inference_stats", "queue", "count") == 3
    assert more("inference_stats", "compute_infer", "count") == more("execution_count")
    for stage in ("compute_input", "compute_infer", "compute_output"):
        assert 0 < more("inference_stats", stage, "ns") <= more("inference_stats", "success", "ns")
    assert more("inference_stats", "compute_input", "count") == more("inference_stats", "compute_output", "count") == 1
    assert abs(after["last_inference"] / 1000 - time.time()) < 60
    sizes = {batch["batch_size"]: batch["compute_infer"]["count"] for batch in after["batch_stats"]}
    assert sum(sizes.values()) == after["execution_count"]
    assert sum(size * count for size, count in sizes.items()) == after["inference_stats"]["queue"]["count"]

    version = after["version"]
    assert client.get_inference_statistics(headers=headers)["model_stats"] == [after]
    assert client.get_inference_statistics(MODEL, version, headers=headers)["model_stats"] == [after]


@pytest.mark.parametrize(
    ("count", "sent", "wanted"),
    [(1, True, True), (1, True, False), (1, False, True), (1, False, False), (3, False, False), (8, True, True)],
)
def test_json_and_binary_give_what_the_bare_engine_gives(client, headers, engine, count, sent, wanted):
    pictures = images(count)
    expected = [engine.infer(picture[None]) for picture in pictures]

    answer = client.infer(
        MODEL,
        an_input(pictures, binary=sent),
        outputs=outputs("probabilities", "embedding", binary=wanted),
        request_id="42",
        headers=dict(headers),
    )

    probabilities, embeddings = answer.as_numpy("probabilities"), answer.as_numpy("embedding")
    assert (probabilities.shape, probabilities.dtype) == ((count, 1000), np.float32)
    assert (embeddings.shape, embeddings.dtype) == ((count, 2048), np.float32)
    np.testing.assert_allclose(probabilities, np.concatenate([one.probabilities for one in expected]), rtol=1e-3)
    np.testing.assert_allclose(embeddings, np.concatenate([one.embeddings for one in expected]), rtol=1e-3, atol=1e-5)
    assert answer.get_response()["id"] == "42"


@pytest.mark.parametrize("count", range(1, 9))
def test_every_size_up_to_the_limit_is_answered(client, headers, engine, count):
    pictures = images(count)
    expected = np.concatenate([engine.infer(picture[None]).embeddings for picture in pictures])

    answer = client.infer(MODEL, an_input(pictures, binary=True), headers=dict(headers))

    np.testing.assert_allclose(answer.as_numpy("embedding"), expected, rtol=1e-3, atol=1e-5)


def test_requests_may_be_under_way_together(server, headers, engine):
    pictures = images(4)
    address = f"127.0.0.1:{server.port}"
    with triton.InferenceServerClient(address, concurrency=4) as client:
        asked = [
            client.async_infer(
                MODEL, an_input(pictures[i : i + 1], binary=bool(i % 2)), request_id=str(i), headers=dict(headers)
            )
            for i in range(4)
        ]
        answers = [one.get_result(timeout=60) for one in asked]

    for i, answer in enumerate(answers):
        assert answer.get_response()["id"] == str(i)
        expected = engine.infer(pictures[i : i + 1])
        np.testing.assert_allclose(answer.as_numpy("embedding"), expected.embeddings, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize(
    ("sent", "wanted"), [("gzip", None), ("deflate", None), (None, "gzip"), (None, "deflate"), ("gzip", "deflate")]
)
def test_bodies_may_be_compressed_both_ways(client, headers, sent, wanted, binary):
    tensor, all_outputs = an_input(images(2), binary=binary), outputs("probabilities", "embedding", binary=binary)
    plain = client.infer(MODEL, tensor, outputs=all_outputs, headers=dict(headers))

    answer = client.infer(
        MODEL,
        tensor,
        outputs=all_outputs,
        headers=dict(headers),
        request_compression_algorithm=sent,
        response_compression_algorithm=wanted,
    )

    for name in ("probabilities", "embedding"):
        np.testing.assert_allclose(answer.as_numpy(name), plain.as_numpy(name), rtol=1e-4, atol=1e-6)


def test_an_answer_may_be_mixed_and_in_the_order_asked_for(client, headers):
    wanted = outputs("embedding", binary=False) + outputs("probabilities", binary=True)

    answer = client.infer(MODEL, an_input(images(1), binary=True), outputs=wanted, headers=dict(headers))

    embedding, probabilities = answer.get_response()["outputs"]
    assert (embedding["name"], len(embedding["data"])) == ("embedding", 2048)
    assert probabilities["parameters"] == {"binary_data_size": 4000}
    assert answer.as_numpy("probabilities").sum() == pytest.approx(1, abs=1e-4)


def test_one_output_is_sent_when_one_is_wanted(client, headers):
    answer = client.infer(
        MODEL, an_input(images(1), binary=True), outputs=outputs("embedding", binary=True), headers=dict(headers)
    )

    assert [output["name"] for output in answer.get_response()["outputs"]] == ["embedding"]
    assert answer.as_numpy("probabilities") is None


def test_without_named_outputs_all_are_sent(client, headers):
    answer = client.infer(MODEL, an_input(images(1), binary=True), headers=dict(headers), timeout=2_000_000, priority=1)

    response = answer.get_response()
    assert [output["name"] for output in response["outputs"]] == ["probabilities", "embedding"]
    assert response["model_name"] == MODEL
    assert response["parameters"] == {
        "space": f"{MODEL}-{response['model_version']}",
        "trained": False,
        "engine": "openvino",
        "precision": "fp32",
    }


def test_it_understands_every_refusal(client, headers):
    tensor = an_input(images(1), binary=True)
    refusals = {
        "404": lambda: client.infer("resnet", tensor, headers=dict(headers)),
        "400": lambda: client.infer(MODEL, an_input(images(9), binary=True), headers=dict(headers)),
        "401": lambda: client.infer(MODEL, tensor),
        "413": lambda: client.infer(
            MODEL, an_input(np.zeros((400, 299, 299, 3), np.uint8), binary=True), headers=dict(headers)
        ),
    }
    for status, refused in refusals.items():
        with pytest.raises(InferenceServerException) as error:
            refused()
        assert error.value.status() == status
        assert "exception occurred in the client" not in error.value.message()
    for unknown in (client.get_model_config, client.get_inference_statistics, client.get_model_metadata):
        with pytest.raises(InferenceServerException, match="There is no model resnet") as error:
            unknown("resnet", headers=headers)
        assert error.value.status() == "404"
    assert not client.is_model_ready("resnet", headers=headers)
    assert not client.is_model_ready(MODEL, "7", headers=headers)


BAD_INPUT = {
    "another name": ("pixels", np.zeros((1, 299, 299, 3), np.uint8), "The model takes one input, 'image'"),
    "another type": ("image", np.zeros((1, 299, 299, 3), np.float32), "The input has datatype UINT8, not 'FP32'"),
    "another size": ("image", np.zeros((1, 224, 224, 3), np.uint8), "The input has shape [n, 299, 299, 3]"),
    "no batch": ("image", np.zeros((299, 299, 3), np.uint8), "The input has shape [n, 299, 299, 3]"),
    "an empty batch": ("image", np.zeros((0, 299, 299, 3), np.uint8), "with n from 1 to 8"),
    "a batch too large": ("image", np.zeros((9, 299, 299, 3), np.uint8), "with n from 1 to 8"),
}


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize(("name", "tensor", "said"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_refused_in_a_sentence(client, headers, name, tensor, said, binary):
    sent = triton.InferInput(name, list(tensor.shape), "FP32" if tensor.dtype == np.float32 else "UINT8")
    sent.set_data_from_numpy(tensor, binary_data=binary)

    with pytest.raises(InferenceServerException) as error:
        client.infer(MODEL, [sent], headers=dict(headers))

    assert error.value.status() == "400"
    assert said in error.value.message()


def test_a_token_that_does_not_change_is_all_that_a_standard_client_needs(tmp_path, package_folder):
    token = "a-token-for-tests-alone-" + "x" * 40
    with (
        running_server(tmp_path, package_folder, auth="token", auth_token=token, engine="openvino") as alone,
        triton.InferenceServerClient(f"127.0.0.1:{alone.port}") as client,
    ):
        headers = {"Authorization": f"Bearer {token}"}
        tensor = an_input(images(1), binary=True)
        assert client.is_server_ready()
        assert client.get_server_metadata(headers=headers)["name"] == "pictor-classifier"
        assert client.infer(MODEL, tensor, headers=dict(headers)).as_numpy("embedding").shape == (1, 2048)
        for sent in ({}, {"Authorization": f"Bearer {token}x"}):
            with pytest.raises(InferenceServerException, match="with the token of this server") as error:
                client.infer(MODEL, tensor, headers=dict(sent))
            assert error.value.status() == "401"
    assert token not in alone.log.read_text()
