"""Puts weights into the reference network, and says what they are."""

import hashlib
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.vision.engines.tensorflow import Network, import_tensorflow, inception_v3
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.manifest import WeightsKind

DEFAULT_SEED = 0
_SUFFIXES = (".h5", ".keras")  # .weights.h5 ends with .h5


@dataclass(frozen=True, slots=True)
class LoadedWeights:
    """The network with its weights in it. `digest` is of the numbers, so it is the same whatever file they came in."""

    network: Network
    kind: WeightsKind
    digest: str
    seed: int | None = None
    """Of random weights that were made here."""

    @property
    def trained(self) -> bool:
        """False for random weights, even when they were brought as a file."""
        return self.kind is not WeightsKind.UNTRAINED


def untrained(seed: int = DEFAULT_SEED) -> LoadedWeights:
    """Keras' default initialisation: for one seed the same numbers on every machine."""
    import_tensorflow().keras.utils.set_random_seed(seed)
    network = inception_v3()
    return LoadedWeights(network, WeightsKind.UNTRAINED, weights_digest(network), seed)


def from_file(path: Path, kind: WeightsKind) -> LoadedWeights:
    """Read an HDF5 or .keras file of Keras' InceptionV3 with its last layer; the file's code is never run.

    Raises PackageError (WEIGHTS) when it is missing, is something else, does not fit or holds numbers that are not
    finite.
    """
    if not path.is_file():
        raise PackageError(PackageFault.WEIGHTS, f"There is no weights file {path}: check PICTOR_WEIGHTS (--weights).")
    if path.suffix not in _SUFFIXES:
        raise PackageError(
            PackageFault.WEIGHTS, f"{path} is not a weights file: it has to end with .h5, .weights.h5 or .keras."
        )
    if not _can_be_read(path):
        raise _unfit(path, "it cannot be read as its name says")
    random = untrained()
    network, initial = random.network, random.network.get_weights()
    try:
        with warnings.catch_warnings():
            # Keras only warns about a layer that the file lacks, and leaves random numbers in it.
            warnings.simplefilter("error", UserWarning)
            network.load_weights(path)
    except ImportError:
        raise
    except Exception as error:  # h5py, zipfile and Keras each have their own for a foreign file
        raise _unfit(path, _first_line(error)) from error
    digest = weights_digest(network)
    if digest == random.digest:
        return LoadedWeights(network, WeightsKind.UNTRAINED, digest)
    loaded = network.get_weights()
    if any(np.ptp(old) > 0 and np.array_equal(old, new) for old, new in zip(initial, loaded, strict=True)):
        raise _unfit(path, "it holds some layers only")
    if not all(np.isfinite(values).all() for values in loaded):
        raise PackageError(PackageFault.WEIGHTS, f"{path} holds infinite numbers or NaN: bring another file.")
    return LoadedWeights(network, kind, digest)


def _can_be_read(path: Path) -> bool:
    """Whether its container opens: known in a moment, where Keras needs the network first."""
    if path.suffix == ".keras":
        return zipfile.is_zipfile(path)
    import h5py  # type: ignore[import-untyped]  # noqa: PLC0415 - of the build only, as Keras is

    try:
        h5py.File(path, "r").close()
    except OSError:
        return False
    return True


def weights_digest(network: Network) -> str:
    """sha256 over shape and little-endian float32 values of every weight, in the network's order."""
    digest = hashlib.sha256()
    for values in network.get_weights():
        digest.update(repr(values.shape).encode())
        digest.update(np.ascontiguousarray(values, dtype="<f4").data)
    return digest.hexdigest()


def _unfit(path: Path, reason: str) -> PackageError:
    return PackageError(
        PackageFault.WEIGHTS,
        f"{path} does not fit InceptionV3 with 1,000 classes ({reason}): "
        "bring weights that Keras saved for InceptionV3(include_top=True).",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(". ")
