"""The embedder that picks, of several, the one whose model serves the promoted space."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from services.kit.http.problems import ApiError
from services.similarity.embedding.port import Embedder, Embeddings, ModelNotReady, ModelReport, ModelState, Pictures

LOOK_AGAIN_S = 15


class ChosenEmbedder:
    """An Embedder over one or more. As long as no space was promoted the first of them is meant, whatever it serves.

    `promoted` gives the space that was said to answer, or None; it is asked at every call.
    """

    def __init__(self, embedders: Sequence[Embedder], promoted: Callable[[], Awaitable[str | None]]) -> None:
        self._embedders = tuple(embedders)
        self._promoted = promoted
        self._serving: tuple[str, Embedder] | None = None

    async def start(self) -> None:
        for embedder in self._embedders:
            await embedder.start()

    async def model(self) -> ModelReport:
        """The report of the one that serves the promoted space; one of state ELSEWHERE when none of them does."""
        wanted = await self._promoted()
        return await self._embedders[0].model() if wanted is None else await self._report(wanted)

    async def embed(self, pictures: Pictures) -> Embeddings:
        """Also raises ModelNotReady, with a sentence for people, when none serves the promoted space."""
        wanted = await self._promoted()
        if wanted is None:
            return await self._embedders[0].embed(pictures)
        if self._serving is None or self._serving[0] != wanted:
            (await self._report(wanted)).require()
        if self._serving is None:
            raise ModelNotReady(_nobody(wanted), retry_after_s=LOOK_AGAIN_S)
        embeddings = await self._serving[1].embed(pictures)
        if embeddings.space != wanted:  # it was given another package meanwhile
            self._serving = None
            raise ModelNotReady(_nobody(wanted), retry_after_s=LOOK_AGAIN_S)
        return embeddings

    async def close(self) -> None:
        for embedder in self._embedders:
            await embedder.close()

    async def _report(self, wanted: str) -> ModelReport:
        """Ask all. One that served the space and does not answer just now goes on being the one: what it raised, is."""
        answers = await asyncio.gather(*(_asked(embedder) for embedder in self._embedders))
        for embedder, answer in zip(self._embedders, answers, strict=True):
            if isinstance(answer, ModelReport) and answer.space == wanted:
                self._serving = wanted, embedder
                return answer
        failures = [answer for answer in answers if isinstance(answer, ApiError)]
        for embedder, answer in zip(self._embedders, answers, strict=True):
            if isinstance(answer, ApiError) and (self._serving == (wanted, embedder) or len(failures) == len(answers)):
                raise answer
        self._serving = None
        for answer in answers:
            if isinstance(answer, ModelReport) and answer.state is ModelState.LOADING:
                return answer
        return ModelReport(ModelState.ELSEWHERE, _nobody(wanted))


async def _asked(embedder: Embedder) -> ModelReport | ApiError:
    try:
        return await embedder.model()
    except ApiError as error:
        return error


def _nobody(wanted: str) -> str:
    return (
        f"No classifier serves the model space {wanted}, which answers searches: start the one that has its model "
        "package, or promote another space. Searching by an image of the library works meanwhile."
    )
