"""Which network and which weights are meant: what PICTOR_WEIGHTS and --weights say."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.manifest import MANIFEST_FILE, read_manifest
from services.vision.packages.networks import NETWORKS, REFERENCE, STARTER, NetworkSpec
from services.vision.packages.package import file_digest
from services.vision.packages.sources.download import is_at_hand, is_reachable
from services.vision.packages.sources.official import official_file

AUTO = "auto"
Weights = Literal["imagenet", "untrained"] | Path
"""`imagenet`: the official file of the network. A path is of a weights file, or of another package."""

_LOOK_S = 3.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A network with its weights. `why_starter` is said of the starter when it stands in for the reference."""

    spec: NetworkSpec
    weights: Weights
    why_starter: str = ""

    @property
    def folder_name(self) -> str:
        """What the folder of such a package is called: of a file, after its content. Raises PackageError (WEIGHTS)."""
        if not isinstance(self.weights, Path):
            return f"{self.spec.name}-{self.weights}"
        content = self.weights / MANIFEST_FILE if self.weights.is_dir() else self.weights
        try:
            return f"{self.spec.name}-{file_digest(content)[:12]}"
        except OSError as error:
            raise PackageError(
                PackageFault.WEIGHTS, f"{self.weights} is neither a weights file nor a model package: check its path."
            ) from error


def choose(text: str, network: str | None = None) -> Choice:
    """What the text means, other than AUTO: `imagenet`, `untrained`, `starter`, a network's name, or a path.

    `network` names the network where the text does not; by default the reference, or, for a file that only one
    network reads, that one. Raises PackageError (WEIGHTS) for an unknown network.
    """
    if network is not None and network not in NETWORKS:
        raise PackageError(PackageFault.WEIGHTS, f"There is no network {network}: choose one of {', '.join(NETWORKS)}.")
    named = REFERENCE if network is None else NETWORKS[network]
    match text:
        case "imagenet" | "untrained":
            return Choice(named, text)
        case "starter":
            return Choice(STARTER, "imagenet")
        case name if name in NETWORKS:
            return Choice(NETWORKS[name], "imagenet")
    path = Path(text)
    if (path / MANIFEST_FILE).is_file():
        known = read_manifest(path).network
        return Choice(NETWORKS.get(known, named), path)
    readers = [spec for spec in NETWORKS.values() if spec.own_suffixes and path.name.endswith(spec.own_suffixes)]
    return Choice(readers[0] if network is None and readers else named, path)


def choose_automatically(models: Path, cache: Path) -> Choice:
    """The reference, where its package stands in `models`, or its official file in `cache`, or that can be fetched;
    else the starter. Takes a few seconds at most."""
    there = Choice(REFERENCE, "imagenet")
    package = models / there.folder_name
    if (package / MANIFEST_FILE).is_file():
        return replace(there, weights=package)
    try:
        file = official_file(REFERENCE)
    except (ImportError, PackageError) as error:
        return starter(f"its weights are not known ({error})")
    if is_at_hand(file, cache) or is_reachable(file, within_s=_LOOK_S):
        return there
    return starter(f"the server of its weights gave no answer within {_LOOK_S:g} s")


def starter(reason: str) -> Choice:
    """The starter in place of the reference; `reason` says why."""
    return Choice(STARTER, "imagenet", f"{REFERENCE.title} cannot be had just now: {reason}")
