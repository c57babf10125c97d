"""A client of the Open Inference Protocol v2, over a Service: what Pictor's services ask a classifier with."""

from collections.abc import Mapping, Sequence

from services.kit.clients import Service
from services.kit.http.problems import UpstreamFailed
from services.kit.principal import Principal
from services.protocol.tensors import HEADER_LENGTH, InferenceAnswer, Tensor, TensorError, read_answer, write_request

ANSWER_S = 5.0
"""What an answer may take on its way, beside the deadline."""


class OpenInferenceClient:
    """One model of one server. Raises what ServiceClient.call raises; UpstreamFailed for an unreadable answer."""

    def __init__(self, service: Service, *, model: str, principal: Principal) -> None:
        self._service = service
        self._path = f"/v2/models/{model}/infer"
        self._principal = principal

    async def infer(
        self,
        inputs: Mapping[str, Tensor],
        outputs: Sequence[str],
        *,
        parameters: Mapping[str, int | str] | None = None,
        deadline_s: float | None = None,
    ) -> InferenceAnswer:
        """Send uint8 or float32 tensors and ask for `outputs`; both ways as raw bytes, which every classifier takes.

        With `deadline_s` the server is told until when an answer is of use, and has a little longer to say that it
        was missed.
        """
        if deadline_s is not None:
            parameters = {**(parameters or {}), "timeout": int(deadline_s * 1e6)}
        message = write_request(inputs, outputs, binary=True, parameters=parameters)
        answer = await self._service.call(
            "POST",
            self._path,
            principal=self._principal,
            content=message.body,
            headers={**message.headers, "accept-encoding": "identity"},  # vectors hardly get smaller
            timeout_s=None if deadline_s is None else deadline_s + ANSWER_S,
        )
        try:
            return read_answer(answer.content, answer.headers.get(HEADER_LENGTH))
        except TensorError as error:
            raise UpstreamFailed(f"The answer of the inference server cannot be read: {error}.") from error
