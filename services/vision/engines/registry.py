"""Opens the engine of a model package, and hands it out only when it computes what the package's builder saw."""

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from services.vision.engines.agreement import LIMITS, Agreement, measure
from services.vision.engines.layout import Layout, layout_for
from services.vision.engines.port import Engine, EngineError, EngineKind, Precision, RemoteModel
from services.vision.engines.trials import Trial, Trials, TrialsFile
from services.vision.engines.tuning import measure_trials
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import Golden
from services.vision.packages.package import KERAS_WEIGHTS_FILE, NETWORK_FILE, NETWORK_WEIGHTS_FILE, Package

_log = logging.getLogger(__name__)
_FP32_BYTES = {"float16": 2, "float32": 1, "int8": 4}
"""How many times as large the network's weights are in fp32 as in the package."""


def open_engine(
    package: Package,
    kind: EngineKind | str = EngineKind.AUTO,
    *,
    precision: Precision | str = Precision.AUTO,
    max_batch: int | None = None,
    remote: RemoteModel | None = None,
) -> Engine:
    """Load the package's network and run its golden input, which warms the engine up as well.

    `auto` prefers openvino, and runs in what was measured to be fastest on this processor and stays within the golden
    limits (see tuning.py); what is chosen by name is never replaced, and a quantized package runs in int8 only. Without
    `max_batch` it is what was measured, or the layout's own. `remote` says where the remote engine finds its model.
    Raises PackageError: ENGINE (not installed, not in the package, or the precision is not to be had), GOLDEN (it runs,
    but computes something else), REMOTE (the other server is not there, or does not fit). ValueError for an unknown
    name.
    """
    kind, precision = EngineKind(kind), Precision(precision)
    if kind is EngineKind.REMOTE:
        return _open_remote(remote, package, precision, max_batch)
    possible = _possible(precision, package)
    if kind is EngineKind.AUTO:
        kind = _preferred_kind()
    if kind is EngineKind.TENSORFLOW:
        return _accepted(_open_tensorflow(package, possible, max_batch), package)
    if precision is Precision.AUTO:
        return _open_fastest(package, max_batch)
    layout = layout_for(EngineKind.OPENVINO, possible, max_batch=max_batch)
    return _accepted(_open_openvino(package, possible, layout), package)


def tuned(package: Package, tell: Callable[[str], None], *, again: bool = False) -> Trials:
    """What was measured of the openvino engine on this processor; measured now, and remembered, when it never was, or
    `again`.

    `tell` gets what is done, and the table. Raises PackageError (ENGINE, GOLDEN).
    """
    file = _trials_file(package)
    if not again and (known := file.read()) is not None:
        return known
    tell(f"measuring what runs {package.manifest.name} fastest on this processor")
    trials = _measured(package)
    for line in trials.table():
        tell(line)
    try:
        file.write(trials)
    except OSError as error:
        _log.warning("the speed of %s is measured again at the next start: cannot write %s", package.folder, error)
    return trials


def measured_speed(package: Package, engine: Engine) -> Trial | None:
    """The trial that the engine runs as; None where it was not measured."""
    if engine.name != EngineKind.OPENVINO:
        return None
    known = _trials_file(package).read()
    wanted = (engine.precision, engine.workers, engine.max_batch)
    tried = () if known is None else known.tried
    return next((one for one in tried if (one.precision, one.workers, one.max_batch) == wanted), None)


def _open_fastest(package: Package, max_batch: int | None) -> Engine:
    """What was measured to be fastest; measured again, when that is not what the golden input allows any more."""
    for again in (False, True):
        chosen = tuned(package, _log.info, again=again).chosen
        layout = Layout(chosen.workers, max_batch or chosen.max_batch)
        try:
            return _accepted(_open_openvino(package, chosen.precision, layout), package)
        except PackageError as error:
            if again:
                raise
            _log.warning("%s in %s: measured again (%s)", package.manifest.name, chosen.precision, error)
    raise AssertionError("unreachable")


def _trials_file(package: Package) -> TrialsFile:
    try:
        from services.vision.engines.openvino import runtime_version  # noqa: PLC0415
    except ImportError as error:
        raise _no_openvino() from error
    return TrialsFile(package, runtime_version())


def _no_openvino() -> PackageError:
    return PackageError(PackageFault.ENGINE, "The openvino engine is not installed: pip install 'pictor[classifier]'.")


def _measured(package: Package) -> Trials:
    from services.vision.engines.openvino import bf16_supported  # noqa: PLC0415

    faults: dict[str, PackageFault] = {}

    def open_it(precision: Precision, layout: Layout) -> Engine:
        try:
            return _accepted(_open_openvino(package, precision, layout), package)
        except PackageError as error:
            faults[precision] = error.code
            raise EngineError(str(error.__cause__ or error)) from error

    precisions = [Precision.FP32, *([Precision.BF16] if bf16_supported() else [])]
    if package.manifest.quantization is not None:
        precisions = [Precision.INT8]
    weights = (
        package.file(NETWORK_WEIGHTS_FILE).stat().st_size * _FP32_BYTES[package.manifest.network_weights_stored_as]
    )
    try:
        return measure_trials(open_it, package.golden.images, precisions, weights_bytes=weights)
    except EngineError as error:
        raise PackageError(
            next(iter(faults.values()), PackageFault.ENGINE),
            f"{package.folder} is refused, {error}: build the package again or choose another engine.",
        ) from error


def check_golden(engine: Engine, golden: Golden) -> None:
    """Run the golden pictures one by one and in full batches; raises EngineError when either strays beyond the limits.

    Both sizes, since a runtime may choose other code for another size, and since the first run of a size is slow.
    """
    for size in (1, engine.max_batch):
        found = _run(engine, golden, size)
        if not found.within(LIMITS[engine.precision]):
            raise EngineError(
                f"{engine.name} in {engine.precision} strays from the reference (cosine {found.cosine:.6f}, "
                f"centred {found.centred_cosine:.4f}, probability ±{found.probability:.1e})"
            )


def _run(engine: Engine, golden: Golden, size: int) -> Agreement:
    starts = range(0, len(golden.images), size)
    answers = [engine.infer(golden.images[start : start + size]) for start in starts]
    return measure(
        np.concatenate([answer.probabilities for answer in answers]),
        np.concatenate([answer.embeddings for answer in answers]),
        golden.probabilities,
        golden.embeddings,
    )


def _accepted(engine: Engine, package: Package) -> Engine:
    try:
        check_golden(engine, package.golden)
    except EngineError as error:
        engine.close()
        raise PackageError(
            PackageFault.GOLDEN,
            f"{package.folder} is refused, {error}: build the package again or choose another engine.",
        ) from error
    return engine


def _possible(precision: Precision, package: Package) -> Precision:
    """INT8 for a quantized package and for no other; raises PackageError (ENGINE) for what it cannot be run in."""
    if package.manifest.quantization is not None:
        if precision not in {Precision.AUTO, Precision.INT8}:
            raise PackageError(
                PackageFault.ENGINE, f"{package.folder} was quantized to int8: choose the precision int8 or auto."
            )
        return Precision.INT8
    if precision is Precision.INT8:
        raise PackageError(
            PackageFault.ENGINE,
            f"{package.folder} is not quantized: make a package that is with `pictor model quantize`.",
        )
    return precision


def _preferred_kind() -> EngineKind:
    try:
        import services.vision.engines.openvino  # noqa: F401, PLC0415 (an engine is imported when it is asked for)
    except ImportError:
        return EngineKind.TENSORFLOW
    return EngineKind.OPENVINO


def _open_openvino(package: Package, precision: Precision, layout: Layout) -> Engine:
    try:
        from services.vision.engines.openvino import OpenVinoEngine, bf16_supported  # noqa: PLC0415
    except ImportError as error:
        raise _no_openvino() from error
    if precision is Precision.BF16 and not bf16_supported():
        raise PackageError(PackageFault.ENGINE, "This processor has no bf16: choose the precision fp32 or auto.")
    try:
        return OpenVinoEngine(
            package.file(NETWORK_FILE),
            shape=package.manifest.shape,
            precision=precision,
            max_batch=layout.max_batch,
            workers=layout.workers,
        )
    except EngineError as error:
        raise PackageError(PackageFault.ENGINE, f"{error}: choose another engine or precision.") from error


def _open_remote(remote: RemoteModel | None, package: Package, precision: Precision, max_batch: int | None) -> Engine:
    if remote is None:
        raise PackageError(PackageFault.REMOTE, "The remote engine has no server: set PICTOR_REMOTE_URL.")
    from services.vision.engines.remote.engine import RemoteEngine  # noqa: PLC0415 (only this engine needs httpx)

    try:
        return RemoteEngine(
            remote if remote.name else replace(remote, name=package.manifest.name),
            package.manifest,
            precision=precision,
            max_batch=layout_for(EngineKind.REMOTE, precision, max_batch=max_batch).max_batch,
            check_golden=lambda engine: check_golden(engine, package.golden),
        )
    except EngineError as error:
        message = str(error)
        raise PackageError(PackageFault.REMOTE, f"{message[:1].upper()}{message[1:]}.") from error


def _open_tensorflow(package: Package, precision: Precision, max_batch: int | None) -> Engine:
    if precision is Precision.BF16:
        raise PackageError(PackageFault.ENGINE, "The tensorflow engine computes in fp32 only: choose fp32 or auto.")
    from services.vision.engines.tensorflow import TensorflowEngine  # noqa: PLC0415

    try:
        layout = layout_for(EngineKind.TENSORFLOW, precision, max_batch=max_batch)
        manifest, weights = package.manifest, package.file(KERAS_WEIGHTS_FILE)
        return TensorflowEngine.from_weights(
            manifest.network, weights, shape=manifest.shape, max_batch=layout.max_batch
        )
    except ImportError as error:
        raise PackageError(
            PackageFault.ENGINE, "The tensorflow engine is not installed: pip install 'pictor[build]'."
        ) from error
    except EngineError as error:
        raise PackageError(PackageFault.ENGINE, f"{error}: build the package again.") from error
