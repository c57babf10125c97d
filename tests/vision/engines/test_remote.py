"""The remote engine: what it accepts, what it refuses and how it says so, and what it does when the server goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from services.vision.engines import Engine, EngineError, Precision, RemoteModel, open_engine
from services.vision.packages import Package, PackageError, PackageFault
from tests.vision.engines.serving import FakeServer, serving


@contextmanager
def opened(package: Package, fake: FakeServer, **options: Any) -> Iterator[Engine]:
    token = options.pop("token", None)
    with serving(fake) as port:
        remote = RemoteModel(f"http://127.0.0.1:{port}", token=token, timeout_s=20)
        engine = open_engine(package, "remote", remote=remote, **options)
        yield engine
        engine.close()


def refusal(package: Package, fake: FakeServer, **options: Any) -> str:
    with pytest.raises(PackageError) as refused, opened(package, fake, **options):
        pass
    assert refused.value.code is PackageFault.REMOTE
    return refused.value.message


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"input_name": "image"},
        {"binary": False},
        {"outputs": {"embedding": 2048, "other": 7, "probabilities": 1000}},
        {"token": "secret"},
        {"number": str},
        {"number": str, "binary": False},
    ],
    ids=str,
)
def test_any_server_of_the_protocol_serves(package: Package, changes: dict[str, Any]) -> None:
    golden = package.golden
    with opened(package, FakeServer(golden, **changes), token=changes.get("token")) as engine:
        answer = engine.infer(golden.images[1:3])
        assert (engine.name, engine.precision, engine.max_batch) == ("remote", Precision.FP32, 4)
    assert np.array_equal(answer.probabilities, golden.probabilities[1:3])
    assert np.array_equal(answer.embeddings, golden.embeddings[1:3])


@pytest.mark.parametrize("outputs_are_raw", [True, False])
@pytest.mark.parametrize(
    ("extensions", "spoken"),
    [
        (["binary_tensor_data"], "binary"),
        (["classification", "binary_tensor_data"], "binary"),
        ([], "json"),
        (None, "json"),
    ],
)
def test_tensors_are_raw_bytes_where_the_server_announces_them(
    package: Package, extensions: list[str] | None, spoken: str, outputs_are_raw: bool
) -> None:
    fake = FakeServer(package.golden, extensions=extensions, binary=outputs_are_raw)
    with opened(package, fake) as engine:
        assert np.array_equal(engine.infer(package.golden.images).embeddings, package.golden.embeddings)
    assert set(fake.asked_as) == {spoken}


def test_a_server_that_lost_an_extension_is_asked_in_json_after_its_check(package: Package) -> None:
    fake = FakeServer(package.golden)
    with opened(package, fake) as engine:
        fake.extensions, fake.version = [], "2"
        with pytest.raises(EngineError, match="serves version 2 now"):
            engine.infer(package.golden.images)
        fake.asked_as.clear()
        engine.infer(package.golden.images)
    assert set(fake.asked_as) == {"json"}


def test_the_precision_is_what_the_server_says(package: Package) -> None:
    with opened(package, FakeServer(package.golden, parameters={"precision": "bf16"})) as engine:
        assert engine.precision is Precision.BF16


def test_a_server_that_says_no_precision_may_be_held_to_a_named_one(package: Package) -> None:
    with opened(package, FakeServer(package.golden), precision="bf16") as engine:
        assert engine.precision is Precision.BF16


def test_a_server_that_takes_single_pictures_serves_single_pictures(package: Package) -> None:
    with opened(package, FakeServer(package.golden, batch=1), max_batch=1) as engine:
        assert len(engine.infer(package.golden.images[:1])) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"input_name": "pixels"}, "it takes the inputs ['pixels']"),
        ({"datatype": "FP32"}, "its images is FP32 [-1, 299, 299, 3], not UINT8"),
        ({"batch": 8}, "takes 8 images a batch: serve it with a batch of any size"),
        ({"batch": 1}, "set PICTOR_INFERENCE_MAX_BATCH=1"),
        ({"outputs": {"probabilities": 1000}}, "it has no output embedding"),
        ({"outputs": {"probabilities": 1001, "embedding": 2048}}, "its probabilities is FP32 [-1, 1001]"),
        ({"parameters": {"space": "inception_v3-0123456789ab"}}, "it embeds into the space inception_v3-0123456789ab"),
        ({"token": "secret"}, "refuses the token (401): set PICTOR_REMOTE_TOKEN"),
        ({"scale": 1.3}, "strays from the reference"),
        ({"cut": 2}, "does not speak the Open Inference Protocol"),
        ({"status": 500}, 'answered 500: {"error": "the queue is full"}'),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_with_what_to_do(package: Package, changes: dict[str, Any], said: str) -> None:
    message = refusal(package, FakeServer(package.golden, **changes))
    assert said in message
    assert "\n" not in message


def test_another_precision_than_the_named_one_is_refused(package: Package) -> None:
    fake = FakeServer(package.golden, parameters={"precision": "bf16"})
    assert "computes in bf16, not in fp32: set PICTOR_PRECISION" in refusal(package, fake, precision="fp32")


def test_a_server_that_is_not_there_or_not_named_or_has_no_such_model(package: Package) -> None:
    with serving(FakeServer(package.golden)) as port:
        url = f"http://127.0.0.1:{port}"
        with pytest.raises(PackageError, match=r"not served \(404\): set PICTOR_REMOTE_MODEL"):
            open_engine(package, "remote", remote=RemoteModel(url, name="resnet"))
    with pytest.raises(PackageError, match=r"cannot be reached .*: start it, or correct PICTOR_REMOTE_URL"):
        open_engine(package, "remote", remote=RemoteModel(url))
    with pytest.raises(PackageError, match="set PICTOR_REMOTE_URL"):
        open_engine(package, "remote")


def test_a_silent_server_costs_no_more_than_the_timeout(package: Package) -> None:
    fake = FakeServer(package.golden)
    with serving(fake) as port:
        engine = open_engine(package, "remote", remote=RemoteModel(f"http://127.0.0.1:{port}", timeout_s=0.5))
        fake.pause_s = 1.5
        with pytest.raises(EngineError, match=r"did not answer within 0\.5 s"):
            engine.infer(package.golden.images)
        engine.close()


def test_a_busy_server_is_asked_again_as_it_is(package: Package) -> None:
    fake = FakeServer(package.golden)
    with opened(package, fake) as engine:
        fake.status = 503
        with pytest.raises(EngineError, match="answered 503"):
            engine.infer(package.golden.images)
        fake.status, fake.asked = 200, 0
        engine.infer(package.golden.images)
        assert fake.asked == 4


def test_a_server_that_went_and_came_back_is_checked_before_it_is_used(
    package: Package, caplog: pytest.LogCaptureFixture
) -> None:
    fake, golden = FakeServer(package.golden), package.golden
    with serving(fake) as port:
        engine = open_engine(package, "remote", remote=RemoteModel(f"http://127.0.0.1:{port}", timeout_s=20))
    for _ in range(3):
        with pytest.raises(EngineError, match="cannot be reached"):
            engine.infer(golden.images)
    assert caplog.text.count("cannot be reached") == 1
    with serving(FakeServer(golden, scale=1.3), port), pytest.raises(EngineError, match="strays from the reference"):
        engine.infer(golden.images)
    fake.asked = 0
    with serving(fake, port):
        answer = engine.infer(golden.images)
    assert np.array_equal(answer.embeddings, golden.embeddings)
    assert fake.asked == 3 * len(golden.images)  # one by one, in a batch, and what was asked for
    engine.close()


def test_another_version_is_checked_before_it_is_used(package: Package) -> None:
    fake, golden = FakeServer(package.golden), package.golden
    with opened(package, fake) as engine:
        fake.version = "2"
        with pytest.raises(EngineError, match="serves version 2 now, not 1"):
            engine.infer(golden.images)
        assert len(engine.infer(golden.images)) == 4
        fake.parameters = {"space": "inception_v3-0123456789ab"}
        with pytest.raises(EngineError, match="embeds into the space inception_v3-0123456789ab now"):
            engine.infer(golden.images)
        with pytest.raises(EngineError, match="cannot stand in for the package"):
            engine.infer(golden.images)


@pytest.mark.parametrize("cut", [1, 8000, 20_000])
def test_half_an_answer_is_none(package: Package, cut: int) -> None:
    fake = FakeServer(package.golden)
    with opened(package, fake) as engine:
        fake.cut = cut
        with pytest.raises(EngineError, match="cannot be read"):
            engine.infer(package.golden.images)


def test_the_token_is_in_no_repr() -> None:
    assert "secret" not in repr(RemoteModel("http://127.0.0.1", token="secret"))
