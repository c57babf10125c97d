"""Puts weights into a network, and says what they are."""

import hashlib
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.manifest import WeightsKind
from services.vision.packages.networks import NetworkSpec
from services.vision.packages.networks.runtime import Network, import_tensorflow

DEFAULT_SEED = 0
_KERAS_SUFFIXES = (".h5", ".keras")  # .weights.h5 ends with .h5


@dataclass(frozen=True, slots=True)
class LoadedWeights:
    """The network with its weights in it. `digest` is of the numbers, so it is the same whatever file they came in."""

    spec: NetworkSpec
    network: Network
    kind: WeightsKind
    digest: str
    seed: int | None = None
    """Of random weights that were made here."""

    @property
    def trained(self) -> bool:
        """False for random weights, even when they were brought as a file."""
        return self.kind is not WeightsKind.UNTRAINED


def untrained(spec: NetworkSpec, seed: int = DEFAULT_SEED) -> LoadedWeights:
    """Keras' default initialisation: for one seed the same numbers on every machine."""
    import_tensorflow().keras.utils.set_random_seed(seed)
    network = spec.build()
    return LoadedWeights(spec, network, WeightsKind.UNTRAINED, weights_digest(network), seed)


def check_file(spec: NetworkSpec, path: Path) -> None:
    """Refuse in a moment what cannot be weights of the network, before TensorFlow is started.

    Raises PackageError (WEIGHTS) for a file that is missing, is named or begins like something else, or is cut short.
    """
    if not path.is_file():
        raise PackageError(PackageFault.WEIGHTS, f"There is no weights file {path}: check PICTOR_WEIGHTS (--weights).")
    if not path.name.endswith((*_KERAS_SUFFIXES, *spec.own_suffixes)):
        endings = ", ".join((".weights.h5", *_KERAS_SUFFIXES, *spec.own_suffixes))
        raise PackageError(
            PackageFault.WEIGHTS, f"{path} is not a weights file of {spec.title}: its name has to end with {endings}."
        )
    if not _can_be_read(path):
        raise _unfit(spec, path, "it cannot be read as its name says")


def from_file(spec: NetworkSpec, path: Path, kind: WeightsKind) -> LoadedWeights:
    """Read a weights file of the network with its last layer; the file's code is never run.

    Keras' kinds (HDF5, .keras), and those that the network itself knows. Raises PackageError (WEIGHTS) when it is
    missing, is something else, does not fit or holds numbers that are not finite.
    """
    check_file(spec, path)
    random = untrained(spec)
    network, initial = random.network, random.network.get_weights()
    try:
        _read_into(spec, network, path)
    except ImportError:
        raise
    except Exception as error:  # h5py, zipfile and Keras each have their own for a foreign file
        raise _unfit(spec, path, _first_line(error)) from error
    digest = weights_digest(network)
    if digest == random.digest:
        return LoadedWeights(spec, network, WeightsKind.UNTRAINED, digest)
    loaded = network.get_weights()
    if any(np.ptp(old) > 0 and np.array_equal(old, new) for old, new in zip(initial, loaded, strict=True)):
        raise _unfit(spec, path, "it holds some layers only")
    if not all(np.isfinite(values).all() for values in loaded):
        raise PackageError(PackageFault.WEIGHTS, f"{path} holds infinite numbers or NaN: bring another file.")
    return LoadedWeights(spec, network, kind, digest)


def _read_into(spec: NetworkSpec, network: Network, path: Path) -> None:
    if spec.load is not None and path.name.endswith(spec.own_suffixes):
        spec.load(network, path)
        return
    with warnings.catch_warnings():
        # Keras only warns about a layer that the file lacks, and leaves random numbers in it.
        warnings.simplefilter("error", UserWarning)
        network.load_weights(path)


def _can_be_read(path: Path) -> bool:
    """Whether its container opens: known in a moment, where Keras needs the network first."""
    if path.suffix == ".keras":
        return zipfile.is_zipfile(path)
    if path.suffix != ".h5":
        return True  # the network's own reader says more than yes or no
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


def _unfit(spec: NetworkSpec, path: Path, reason: str) -> PackageError:
    return PackageError(
        PackageFault.WEIGHTS,
        f"{path} does not fit {spec.title} with {spec.classes:,} classes ({reason}): "
        f"bring weights of the whole network {spec.name}, its last layer included.",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(". ")
