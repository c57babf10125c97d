"""The Open Inference Protocol as a client that knows nothing of Pictor speaks it: tritonclient, unchanged."""

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from services import __version__
from services.kit.http.internal_auth import InternalTokens
from services.kit.principal import service_principal
from services.kit.testing.apps import TEST_SECRET
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
        "extensions": ["binary_tensor_data", "schedule_policy"],
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
        },
    }


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
            MODEL, an_input(np.zeros((100, 299, 299, 3), np.uint8), binary=True), headers=dict(headers)
        ),
    }
    for status, refused in refusals.items():
        with pytest.raises(InferenceServerException) as error:
            refused()
        assert error.value.status() == status
        assert "exception occurred in the client" not in error.value.message()
    assert not client.is_model_ready("resnet", headers=headers)
    assert not client.is_model_ready(MODEL, "7", headers=headers)
