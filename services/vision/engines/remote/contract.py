"""What a server says about its model, held against the package that it stands in for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from services.vision.engines.port import EngineError, Precision
from services.vision.packages.manifest import Manifest

PICTOR_INPUT = "image"  # what a classifier of Pictor calls it; the network itself has the manifest's name
ANY_NUMBER = -1


class _Tensor(BaseModel):
    name: str
    datatype: str
    shape: list[Annotated[int, Field(ge=ANY_NUMBER)]]


class _Metadata(BaseModel):
    """The members of the protocol that matter here; `parameters` is what a classifier of Pictor adds."""

    name: str
    inputs: list[_Tensor]
    outputs: list[_Tensor]
    parameters: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RemoteContract:
    """How the server wants to be asked. `precision` is None where it does not say what it computes in."""

    input_name: str
    precision: Precision | None


def read_contract(metadata: object, manifest: Manifest, *, max_batch: int) -> RemoteContract:
    """Raise EngineError, with what does not fit, unless the model could be the package's network."""
    try:
        model = _Metadata.model_validate(metadata)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise EngineError(f"its metadata are not those of the protocol ({where}: {first['msg']})") from error
    names = [tensor.name for tensor in model.inputs]
    if names not in ([PICTOR_INPUT], [manifest.input.name]):
        raise EngineError(f"it takes the inputs {names}, not the one of {manifest.name}: serve the package's network")
    [images] = model.inputs
    _check(images, "UINT8", manifest.shape.image, max_batch)
    outputs = {tensor.name: tensor for tensor in model.outputs}
    for wanted in manifest.outputs:
        if wanted.name not in outputs:
            raise EngineError(f"it has no output {wanted.name}: serve the package's network")
        _check(outputs[wanted.name], "FP32", (wanted.size,), max_batch)
    return RemoteContract(images.name, _precision(model.parameters or {}, manifest))


def _check(tensor: _Tensor, datatype: str, row: tuple[int, ...], max_batch: int) -> None:
    if tensor.datatype != datatype or tuple(tensor.shape[1:]) != row:
        raise EngineError(f"its {tensor.name} is {tensor.datatype} {tensor.shape}, not {datatype} {[ANY_NUMBER, *row]}")
    if tensor.shape[0] != ANY_NUMBER and not tensor.shape[0] == max_batch == 1:
        raise EngineError(
            f"its {tensor.name} takes {tensor.shape[0]} images a batch: serve it with a batch of any size, "
            "or, where that is 1, set PICTOR_INFERENCE_MAX_BATCH=1"
        )


def _precision(parameters: Mapping[str, Any], manifest: Manifest) -> Precision | None:
    space = parameters.get("space", manifest.space)
    if space != manifest.space:
        raise EngineError(f"it embeds into the space {space}, the package into {manifest.space}: give both the same")
    said = parameters.get("precision")
    return Precision(said) if said in {Precision.FP32, Precision.BF16, Precision.INT8} else None
