"""The engine that lets another server compute: Triton, KServe, OpenVINO Model Server, another classifier of Pictor."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.protocol.tensors import InferenceAnswer
from services.vision.engines.port import (
    Engine,
    EngineError,
    Inference,
    Precision,
    RemoteModel,
    check_batch,
    empty_inference,
)
from services.vision.engines.remote.contract import read_contract
from services.vision.engines.remote.server import RemoteLostError, RemoteServer
from services.vision.packages.manifest import Manifest
from services.vision.shapes import NetworkShape

_log = logging.getLogger(__name__)
_OUTPUTS = ("probabilities", "embedding")


@dataclass(slots=True)
class _Checked:
    """What the check found; the version is that of its first answer, None for a server without versions."""

    input_name: str
    binary: bool
    version: str | None = None
    answered: bool = False


class RemoteEngine:
    """The Engine of a model on another server, as long as that answers what the package's builder saw.

    Whenever the server was lost, or serves another version, nothing is taken from it before it was checked again: so
    it comes back by itself, and vectors of another network never come with it.
    """

    name = "remote"
    workers = 1

    def __init__(
        self,
        model: RemoteModel,
        manifest: Manifest,
        *,
        precision: Precision,
        max_batch: int,
        check_golden: Callable[[Engine], None],
    ) -> None:
        """Connect and check; `check_golden` raises EngineError for a network that computes something else.

        With AUTO the precision is what the server says it computes in, and the manifest's where it says nothing.
        Raises EngineError.
        """
        self._server: RemoteServer | None = RemoteServer(model)
        self._manifest = manifest
        self._precision = precision
        self._check_golden = check_golden
        self._checked: _Checked | None = None
        self._told = True  # the first failure is raised to whoever opens the engine
        self.shape = manifest.shape
        self.max_batch = max_batch
        try:
            self._check(self._server)
        except EngineError:
            self.close()
            raise

    @property
    def precision(self) -> Precision:
        """See Engine.precision."""
        return self._precision

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        """See Engine.infer."""
        check_batch(batch, self.shape, self.max_batch)
        if self._server is None:
            raise EngineError("the engine is closed")
        if len(batch) == 0:
            return empty_inference(self.shape)
        try:
            if self._checked is None:
                self._check(self._server)
            return self._ask(self._server, batch)
        except EngineError as error:
            if self._checked is None and not self._told:
                _log.warning("%s; it is checked again before it is used", error)
                self._told = True
            raise

    def close(self) -> None:
        """See Engine.close."""
        if self._server is not None:
            self._server.close()
        self._server = None

    def _check(self, server: RemoteServer) -> None:
        metadata = server.metadata()
        try:
            contract = read_contract(metadata, self._manifest, max_batch=self.max_batch)
        except EngineError as error:
            raise EngineError(f"{server} cannot stand in for the package: {error}") from error
        said = contract.precision or Precision(self._manifest.precision)
        if self._precision is Precision.AUTO:
            self._precision = said
        elif contract.precision not in {None, self._precision}:
            raise EngineError(f"{server} computes in {said}, not in {self._precision}: set PICTOR_PRECISION, restart")
        self._checked = _Checked(contract.input_name, binary=server.takes_binary())
        try:
            self._check_golden(self)
        except EngineError:
            self._checked = None
            raise
        how = "raw bytes" if self._checked.binary else "JSON"
        _log.info("%s answers as the package's builder did, in %s; tensors go as %s", server, self._precision, how)
        self._told = False

    def _ask(self, server: RemoteServer, batch: NDArray[np.uint8]) -> Inference:
        assert self._checked is not None  # noqa: S101 - infer checks first
        checked = self._checked
        try:
            answer = server.infer(batch, input_name=checked.input_name, outputs=_OUTPUTS, binary=checked.binary)
            self._recognise(server, answer, checked)
            return _inference(server, answer, len(batch), self.shape)
        except RemoteLostError:
            self._checked = None
            raise

    def _recognise(self, server: RemoteServer, answer: InferenceAnswer, checked: _Checked) -> None:
        space = answer.parameters.get("space", self._manifest.space)
        if space != self._manifest.space:
            raise RemoteLostError(f"{server} embeds into the space {space} now, not {self._manifest.space}")
        if not checked.answered:
            checked.version, checked.answered = answer.version, True
        elif answer.version != checked.version:
            raise RemoteLostError(f"{server} serves version {answer.version} now, not {checked.version}")


def _inference(server: RemoteServer, answer: InferenceAnswer, count: int, shape: NetworkShape) -> Inference:
    probabilities, embeddings = (answer.tensors.get(name) for name in _OUTPUTS)
    if (
        probabilities is None
        or embeddings is None
        or (probabilities.shape, embeddings.shape) != ((count, shape.classes), (count, shape.embedding_size))
        or not probabilities.dtype == embeddings.dtype == np.float32
    ):
        raise RemoteLostError(f"{server} gave outputs of another shape than its metadata say")
    return Inference(probabilities, embeddings)
