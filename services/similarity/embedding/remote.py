"""The embedder that asks the classifier, in the Open Inference Protocol: Triton or KServe can stand in for it."""

import numpy as np

from services.kit.clients import ServiceClient, UpstreamRefused
from services.kit.http.problems import UpstreamFailed
from services.kit.principal import service_principal
from services.protocol.open_inference import OpenInferenceClient
from services.similarity.embedding.port import Embeddings, ModelReport, ModelState, Pictures, other_model
from services.vision import model_report

BATCH = 4
"""Pictures a call: the classifier refuses more than it can queue, which is at least 4."""
SEARCH_PRIORITY = 1
"""Before ingest in the classifier's queue: somebody is waiting."""
REPORT_TIMEOUT_S = 1.0
OTHER_MODEL = ("model_not_found", "invalid_inference_request")
"""What a classifier says to a name, or to pictures of a size, that are not those of its model."""


class RemoteEmbedder:
    """An Embedder over a ServiceClient of the classifier. Only the output `embedding` is asked for."""

    def __init__(self, service: ServiceClient) -> None:
        self._service = service
        self._principal = service_principal("similarity")
        self._name: str | None = None

    async def start(self) -> None:
        return None

    async def model(self) -> ModelReport:
        answer = await self._service.call(
            "GET", "/internal/model", principal=self._principal, timeout_s=REPORT_TIMEOUT_S
        )
        try:
            said = model_report.ModelReport.model_validate_json(answer.content)
        except ValueError as error:
            raise UpstreamFailed("The classifier's report on its model cannot be read.") from error
        self._name = said.name
        seen = None if said.input is None else said.input.model_input
        return ModelReport(ModelState(said.state), said.detail, said.space, said.trained, seen)

    async def embed(self, pictures: Pictures) -> Embeddings:
        if self._name is None:
            (await self.model()).require()
        parts = [await self._embed(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
        if len({part.space for part in parts}) != 1:
            raise UpstreamFailed("The classifier changed its model meanwhile; ask again.")
        return Embeddings(parts[0].space, parts[0].trained, np.concatenate([part.vectors for part in parts]))

    async def close(self) -> None:
        await self._service.close()

    async def _embed(self, pictures: Pictures) -> Embeddings:
        client = OpenInferenceClient(self._service, model=str(self._name), principal=self._principal)
        try:
            answer = await client.infer({"image": pictures}, ["embedding"], parameters={"priority": SEARCH_PRIORITY})
        except UpstreamRefused as error:
            if error.code in OTHER_MODEL:
                self._name = None
                raise other_model() from error
            raise
        try:
            vectors = answer.tensors["embedding"]
            space, trained = str(answer.parameters["space"]), bool(answer.parameters["trained"])
        except KeyError as error:
            raise UpstreamFailed(f"The classifier's answer lacks {error}.") from error
        if vectors.ndim != 2 or len(vectors) != len(pictures) or vectors.dtype != np.float32:  # noqa: PLR2004 - rows
            raise UpstreamFailed(f"The classifier gave {vectors.dtype} {vectors.shape} for {len(pictures)} pictures.")
        return Embeddings(space, trained, vectors)
