"""Opens the engine of a model package, and hands it out only when it computes what the package's builder saw."""

import logging
from pathlib import Path

import numpy as np

from services.vision.engines.agreement import LIMITS, Agreement, measure
from services.vision.engines.layout import layout_for
from services.vision.engines.port import Engine, EngineError, EngineKind, Precision, RemoteModel
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import Golden
from services.vision.packages.package import KERAS_WEIGHTS_FILE, NETWORK_FILE, Package

_log = logging.getLogger(__name__)


def open_engine(
    package: Package,
    kind: EngineKind | str = EngineKind.AUTO,
    *,
    precision: Precision | str = Precision.AUTO,
    max_batch: int | None = None,
    remote: RemoteModel | None = None,
) -> Engine:
    """Load the package's network and run its golden input, which warms the engine up as well.

    `auto` prefers openvino, and bf16 where the processor has it and the golden input stays within the limits; what is
    chosen by name is never replaced, and a quantized package runs in int8 only. Without `max_batch` it is the layout's
    own (see layout.py). `remote` says where the remote engine finds its model. Raises PackageError: ENGINE (not
    installed, not in the package, or the precision is not to be had), GOLDEN (it runs, but computes something else),
    REMOTE (the other server is not there, or does not fit). ValueError for an unknown name.
    """
    kind, precision = EngineKind(kind), Precision(precision)
    if kind is EngineKind.REMOTE:
        return _open_remote(remote, package, precision, max_batch)
    precision = _possible(precision, package)
    if kind is EngineKind.AUTO:
        kind = _preferred_kind()
    if kind is EngineKind.TENSORFLOW:
        return _accepted(_open_tensorflow(package.file(KERAS_WEIGHTS_FILE), precision, max_batch), package)
    network = package.file(NETWORK_FILE)
    if precision is not Precision.AUTO:
        return _accepted(_open_openvino(network, precision, max_batch), package)
    try:
        return _accepted(_open_openvino(network, Precision.BF16, max_batch), package)
    except PackageError as error:
        _log.info("computing in fp32: %s", error.message)
    return _accepted(_open_openvino(network, Precision.FP32, max_batch), package)


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


def _open_openvino(network: Path, precision: Precision, max_batch: int | None) -> Engine:
    try:
        from services.vision.engines.openvino import OpenVinoEngine, bf16_supported  # noqa: PLC0415
    except ImportError as error:
        raise PackageError(
            PackageFault.ENGINE, "The openvino engine is not installed: pip install 'pictor[classifier]'."
        ) from error
    if precision is Precision.BF16 and not bf16_supported():
        raise PackageError(PackageFault.ENGINE, "This processor has no bf16: choose the precision fp32 or auto.")
    try:
        layout = layout_for(EngineKind.OPENVINO, precision, max_batch=max_batch)
        return OpenVinoEngine(network, precision=precision, max_batch=layout.max_batch, workers=layout.workers)
    except EngineError as error:
        raise PackageError(PackageFault.ENGINE, f"{error}: choose another engine or precision.") from error


def _open_remote(remote: RemoteModel | None, package: Package, precision: Precision, max_batch: int | None) -> Engine:
    if remote is None:
        raise PackageError(PackageFault.REMOTE, "The remote engine has no server: set PICTOR_REMOTE_URL.")
    from services.vision.engines.remote import RemoteEngine  # noqa: PLC0415 (only this engine needs httpx)

    try:
        return RemoteEngine(
            remote,
            package.manifest,
            precision=precision,
            max_batch=layout_for(EngineKind.REMOTE, precision, max_batch=max_batch).max_batch,
            check_golden=lambda engine: check_golden(engine, package.golden),
        )
    except EngineError as error:
        message = str(error)
        raise PackageError(PackageFault.REMOTE, f"{message[:1].upper()}{message[1:]}.") from error


def _open_tensorflow(weights: Path, precision: Precision, max_batch: int | None) -> Engine:
    if precision is Precision.BF16:
        raise PackageError(PackageFault.ENGINE, "The tensorflow engine computes in fp32 only: choose fp32 or auto.")
    from services.vision.engines.tensorflow import TensorflowEngine  # noqa: PLC0415

    try:
        layout = layout_for(EngineKind.TENSORFLOW, precision, max_batch=max_batch)
        return TensorflowEngine.from_weights(weights, max_batch=layout.max_batch)
    except ImportError as error:
        raise PackageError(
            PackageFault.ENGINE, "The tensorflow engine is not installed: pip install 'pictor[build]'."
        ) from error
    except EngineError as error:
        raise PackageError(PackageFault.ENGINE, f"{error}: build the package again.") from error
