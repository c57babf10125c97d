"""Which model space answers."""

import time

from services.kit.problems import ApiError
from services.similarity.embedding import Embedder, ModelReport, ModelState
from services.similarity.index import Space, VectorIndex

READY_FOR_S = 5.0
ELSE_FOR_S = 1.0
UNREACHABLE = ModelReport(ModelState.LOADING, "The model cannot be asked just now.", None, None)


class SpaceChooser:
    """Knows the present model for up to 5 s, one that is not ready for 1 s; the spaces are asked for anew each time."""

    def __init__(self, index: VectorIndex, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder
        self._report: ModelReport | None = None
        self._until = 0.0

    async def model(self) -> ModelReport:
        """What is known of the present model: the last that was heard of it when it cannot be asked now."""
        if self._report is None or time.monotonic() >= self._until:
            try:
                self._report = await self._embedder.model()
            except ApiError:  # a search by id needs no model: it must not fail with it
                self._report = self._report or UNREACHABLE
            ready = self._report.state is ModelState.READY
            self._until = time.monotonic() + (READY_FOR_S if ready else ELSE_FOR_S)
        return self._report

    async def active(self) -> Space | None:
        """The present model's space when it has points, else the newest that has; None when there is none."""
        populated = [space for space in await self._index.spaces() if space.populated]
        present = (await self.model()).space
        return next((space for space in populated if space.id == present), populated[0] if populated else None)

    async def trained(self, space: str) -> bool | None:
        """What the present model says of itself, when the space is its own."""
        report = await self.model()
        return report.trained if report.space == space else None
