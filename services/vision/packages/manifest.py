"""manifest.json: what a model package says about itself."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from services.vision.network_contract import ContractPart, InputContract, OutputContract
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import GOLDEN_FILE
from services.vision.shapes import NetworkShape

MANIFEST_FILE = "manifest.json"
LABELS_FILE = "labels.json"
# More than any manifest has, so that a wrong path (a disk image, /dev/zero) is not read into memory.
MAX_MANIFEST_BYTES = 1_000_000

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
]  # a plain name: never a way out of the folder


ModelName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
OUTPUTS = {"probabilities", "embedding"}
_SCHEMA_1_INPUT = {
    "fit": "squeeze",
    "crop": 1.0,
    "scaling": {"mean": (127.5, 127.5, 127.5), "divisor": 127.5, "channels": "RGB"},
}


class WeightsKind(StrEnum):
    """Where the weights come from."""

    IMAGENET = "imagenet"
    FILE = "file"
    UNTRAINED = "untrained"


class Quantization(ContractPart):
    """How a network in 8 bits came to be, and how far its answers were from the original's in fp32.

    top_1: share of the held-out pictures with the same first label; top_5: mean share of the first five labels that
    both have; cosine: between the two embeddings of a picture.
    """

    precision: Literal["int8"] = "int8"
    made_from: Sha256  # the weights digest of the package that was quantized
    calibration_images: int
    held_out_images: int
    top_1: float
    top_5: float
    cosine_median: float
    cosine_min: float


class Manifest(ContractPart):
    """The whole file. `files` has the sha256 of every other file of the package, by name.

    Schema 1 knew one network and is read as what it meant; 2 says everything itself.
    """

    schema_version: Literal[2] = 2
    name: ModelName
    network: ModelName
    weights_kind: WeightsKind
    trained: bool
    weights_digest: Sha256
    weights_source_sha256: Sha256 | None
    weights_seed: int | None = None  # of random weights; None in packages from before there was a choice: 0
    space: str
    input: InputContract
    outputs: tuple[OutputContract, ...]
    network_weights_stored_as: Literal["float16", "float32", "int8"]
    quantization: Quantization | None = None
    labels_digest: Sha256
    licence: str
    built_with: dict[str, str]
    files: dict[FileName, Sha256]

    @model_validator(mode="before")
    @classmethod
    def _from_schema_1(cls, found: Any) -> Any:  # noqa: ANN401 (whatever the file holds)
        if not isinstance(found, dict) or found.get("schema_version") != 1 or not isinstance(found.get("input"), dict):
            return found
        known = {name: value for name, value in found.items() if name != "backbone"}
        taken = {name: value for name, value in found["input"].items() if name not in {"resize", "scaling"}}
        return {**known, "schema_version": 2, "network": found.get("backbone"), "input": {**taken, **_SCHEMA_1_INPUT}}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if {output.name for output in self.outputs} != OUTPUTS or len(self.outputs) != len(OUTPUTS):
            raise ValueError("the outputs are not probabilities and embedding")
        if self.space != space_id(self.network, self.weights_digest):
            raise ValueError("the space is not that of the weights")
        if self.trained and self.weights_kind is WeightsKind.UNTRAINED:
            raise ValueError("untrained weights are called trained")
        if self.files.get(LABELS_FILE) != self.labels_digest or GOLDEN_FILE not in self.files:
            raise ValueError("the labels or the golden input are missing or not those that it names")
        return self

    @property
    def precision(self) -> Literal["fp32", "int8"]:
        """What the network is made for; it may be run in less than fp32, never in another than int8."""
        return "fp32" if self.quantization is None else self.quantization.precision

    @property
    def shape(self) -> NetworkShape:
        """The sizes of the network's input and outputs."""
        sizes = {output.name: output.size for output in self.outputs}
        return NetworkShape(self.input.size, classes=sizes["probabilities"], embedding_size=sizes["embedding"])


def space_id(network: str, weights_digest: str) -> str:
    """The id of the vector space that a network with these weights embeds into."""
    return f"{network}-{weights_digest[:12]}"


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of the package in `folder`; raises PackageError (MISSING, MANIFEST)."""
    path = folder / MANIFEST_FILE
    try:
        with path.open("rb") as file:
            text = file.read(MAX_MANIFEST_BYTES)
    except OSError as error:
        raise PackageError(
            PackageFault.MISSING,
            f"There is no model package in {folder} ({error.strerror}): "
            f"make one with `pictor model build NETWORK --to {folder}`.",
        ) from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise PackageError(
            PackageFault.MANIFEST,
            f"{path} is not a manifest that this version of Pictor reads ({where}: {first['msg']}): "
            f"remove {folder} and build the package again.",
        ) from error
