"""Which engine is opened, and which is refused."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.vision.engines import EngineError, EngineKind, Precision, open_engine, tuning
from services.vision.engines.agreement import LIMITS, Agreement
from services.vision.engines.openvino import OpenVinoEngine, bf16_supported, runtime_version
from services.vision.engines.registry import measured_speed, tuned
from services.vision.engines.tensorflow import TensorflowEngine
from services.vision.engines.trials import TrialsFile
from services.vision.packages import Package, PackageError, PackageFault
from services.vision.packages.golden import Golden
from services.vision.shapes import NetworkShape
from tests.vision.package_cache import REPOSITORY

SHAPE = NetworkShape(299, classes=1000, embedding_size=2048)
NOTHING_IS_GOOD_ENOUGH = Agreement(cosine=2.0, centred_cosine=2.0, probability=-1.0)


def run_python(code: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def with_golden(package: Package, **changed: object) -> Package:
    return replace(package, golden=replace(package.golden, **changed))  # type: ignore[arg-type]


@pytest.fixture
def own_package(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """The package in a place of its own, where nothing was measured yet; measuring takes a moment only."""
    monkeypatch.setattr(tuning, "SLICES", 1)
    monkeypatch.setattr(tuning, "SLICE_S", 0.01)
    (tmp_path / "package").symlink_to(package.folder)
    return replace(package, folder=tmp_path / "package")


def test_auto_is_openvino_in_what_was_measured_to_be_fastest(package: Package) -> None:
    engine = open_engine(package)
    trials = tuned(package, lambda _: pytest.fail("it was measured already"))
    assert engine.name == "openvino"
    assert (engine.precision, engine.workers) == (trials.chosen.precision, trials.chosen.workers)
    assert trials.chosen.images_per_s >= 0.95 * max(trial.images_per_s for trial in trials.tried)
    assert {trial.precision for trial in trials.tried} == {"fp32", *(["bf16"] if bf16_supported() else [])}
    assert measured_speed(package, engine) == trials.chosen
    engine.close()


def test_auto_never_computes_in_what_strays_too_far(own_package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    open_engine(own_package).close()
    monkeypatch.setitem(LIMITS, Precision.BF16, NOTHING_IS_GOOD_ENOUGH)
    said: list[str] = []
    trials = tuned(own_package, said.append, again=True)
    assert trials.chosen.precision is Precision.FP32
    assert bf16_supported() is any("bf16  not used: openvino in bf16 strays" in line for line in said)
    engine = open_engine(own_package)
    assert engine.precision is Precision.FP32
    engine.close()


def test_a_remembered_way_that_the_golden_input_no_longer_allows_is_measured_again(
    own_package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = TrialsFile(own_package, runtime_version())
    trials = tuned(own_package, lambda _: None)
    wrong = replace(trials.chosen, precision=Precision.INT8)  # this package is not of 8 bits, and its answers differ
    monkeypatch.setitem(LIMITS, Precision.INT8, NOTHING_IS_GOOD_ENOUGH)
    file.write(replace(trials, chosen=wrong))
    engine = open_engine(own_package)
    assert engine.precision is not Precision.INT8
    assert tuned(own_package, pytest.fail).chosen.precision is engine.precision
    engine.close()


def test_a_precision_chosen_by_name_is_never_replaced(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, Precision.BF16, NOTHING_IS_GOOD_ENOUGH)
    with pytest.raises(PackageError) as refused:
        open_engine(package, precision="bf16")
    assert refused.value.code is (PackageFault.GOLDEN if bf16_supported() else PackageFault.ENGINE)


def test_auto_is_tensorflow_without_openvino(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "services.vision.engines.openvino", None)
    engine = open_engine(package)
    assert engine.name == "tensorflow"
    engine.close()
    with pytest.raises(PackageError, match="not installed: pip install") as refused:
        open_engine(package, EngineKind.OPENVINO)
    assert refused.value.code is PackageFault.ENGINE


def test_tensorflow_that_is_not_installed_is_said(package_folder: Path) -> None:
    done = run_python(
        "import sys; sys.modules['keras'] = None\n"
        "from pathlib import Path\n"
        "from services.vision.engines import open_engine\n"
        "from services.vision.packages import load_package, PackageError\n"
        "try: open_engine(load_package(Path(sys.argv[1])), 'tensorflow')\n"
        "except PackageError as error: print(error.code, error)",
        str(package_folder),
    )
    assert re.match(r"package_engine_unavailable .*pip install 'pictor\[build\]'", done.stdout), done.stderr


def test_tensorflow_has_no_bf16(package: Package) -> None:
    with pytest.raises(PackageError, match="fp32 only"):
        open_engine(package, "tensorflow", precision="bf16")


def test_an_unknown_engine_is_a_mistake_of_the_caller(package: Package) -> None:
    with pytest.raises(ValueError, match="onnx"):
        open_engine(package, "onnx")


def test_a_processor_without_bf16_computes_in_fp32(package_folder: Path) -> None:
    done = run_python(
        "import sys, pathlib\n"
        "from services.vision.engines import open_engine\n"
        "from services.vision.packages import load_package, PackageError\n"
        "package = load_package(pathlib.Path(sys.argv[1]))\n"
        "print(open_engine(package).precision)\n"
        "try: open_engine(package, precision='bf16')\n"
        "except PackageError as error: print(error.code, error)",
        str(package_folder),
        OV_CPU_MAX_ISA="AVX512_CORE",  # the runtime would compute in bf16 there, slowly
        ONEDNN_MAX_CPU_ISA="AVX512_CORE",
    )
    first, second = done.stdout.splitlines()
    assert first == "fp32"
    assert second.startswith("package_engine_unavailable This processor has no bf16"), done.stderr


def test_swapped_colours_are_refused(package: Package) -> None:
    """Without training the plain cosine hardly sees it: the centred one has to."""
    blue_first = with_golden(package, images=np.ascontiguousarray(package.golden.images[..., ::-1]))
    with pytest.raises(PackageError, match="strays from the reference") as refused:
        open_engine(blue_first, EngineKind.OPENVINO, precision="fp32")
    assert refused.value.code is PackageFault.GOLDEN


def test_answers_of_other_pictures_are_refused(package: Package) -> None:
    golden = package.golden
    shifted = Golden(golden.images, np.roll(golden.probabilities, 1, axis=0), np.roll(golden.embeddings, 1, axis=0))
    with pytest.raises(PackageError, match="strays from the reference"):
        open_engine(replace(package, golden=shifted), precision="fp32")


def test_outputs_that_are_not_numbers_are_refused(package: Package) -> None:
    nothing = np.full_like(package.golden.embeddings, np.nan)
    with pytest.raises(PackageError, match="strays from the reference"):
        open_engine(with_golden(package, embeddings=nothing), precision="fp32")


def test_a_file_that_is_no_network_is_an_engine_error(tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_text("<net/>")
    (tmp_path / "k.weights.h5").write_bytes(b"nothing")
    with pytest.raises(EngineError, match="cannot run"):
        OpenVinoEngine(tmp_path / "model.xml", shape=SHAPE, precision=Precision.FP32, max_batch=1)
    with pytest.raises(EngineError, match="cannot read"):
        TensorflowEngine.from_weights("inception_v3", tmp_path / "k.weights.h5", shape=SHAPE, max_batch=1)
    with pytest.raises(EngineError, match="does not know the network alexnet"):
        TensorflowEngine.from_weights("alexnet", tmp_path / "k.weights.h5", shape=SHAPE, max_batch=1)


def test_importing_the_engines_loads_no_runtime() -> None:
    done = run_python(
        "import sys, services.vision.engines, services.vision.packages, services.vision.engines.tensorflow\n"
        "print([name for name in ('openvino', 'tensorflow', 'keras', 'PIL') if name in sys.modules])"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_serving_starts_within_three_seconds_and_450_megabytes(package_folder: Path) -> None:
    """In fp32, the larger precision; seconds of the processor, which other processes take nothing from."""
    code = (
        "import re, sys, time\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from services.vision.engines import open_engine\n"
        "from services.vision.packages import load_package\n"
        "engine = open_engine(load_package(Path(sys.argv[1])), 'openvino', precision='fp32')\n"
        "ready = time.process_time()\n"
        "for size in range(1, engine.max_batch + 1): engine.infer(np.zeros((size, 299, 299, 3), np.uint8))\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())\n"
        "print(ready, int(peak[1]) / 1024)"
    )
    done = run_python(code, str(package_folder))
    assert done.returncode == 0, done.stderr
    seconds, megabytes = (float(number) for number in done.stdout.split())
    assert seconds < 3
    assert megabytes < 450


def test_openvino_reports_to_nobody(package_folder: Path, tmp_path: Path) -> None:
    """Its telemetry keeps the id that it reports with in ~/intel, from `import openvino` on."""
    code = (
        "import os, sys, pathlib; os.environ.pop('CI', None)\n"
        "from services.vision.engines import open_engine\n"
        "from services.vision.packages import load_package\n"
        "open_engine(load_package(pathlib.Path(sys.argv[1])), 'openvino')\n"
        "from openvino.tools.ovc import convert_impl\n"
        "print(convert_impl.tm.__name__)"
    )
    done = run_python(code, str(package_folder), HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "openvino.tools.ovc.telemetry_stub\n"), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_tensorflow_starts_without_a_word() -> None:
    done = run_python("from services.vision.packages.networks.runtime import import_tensorflow; import_tensorflow()")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_not_known_noise_is_passed_on() -> None:
    done = run_python(
        "import os\n"
        "from services.vision.packages.networks.runtime import _start_noise_dropped\n"
        "with _start_noise_dropped():\n"
        "    os.write(2, b'I0000 00:00:1795163056.634293 7 port.cc:153] oneDNN\\n')\n"
        "    os.write(2, b'E0000 00:00:1.2 7 x.cc:1] broken\\n')\n"
        "    os.write(2, b'Illegal instruction')"
    )
    assert done.stderr == "E0000 00:00:1.2 7 x.cc:1] broken\nIllegal instruction"


def test_limits_never_forgive_what_is_not_a_number() -> None:
    nan = float("nan")
    for strange in (Agreement(nan, 1.0, 0.0), Agreement(1.0, nan, 0.0), Agreement(1.0, 1.0, nan)):
        assert not strange.within(LIMITS[Precision.FP32])
