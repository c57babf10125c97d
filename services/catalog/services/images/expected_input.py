"""What the model that labels uploads wants to see of them, known without asking at each upload."""

import asyncio
from contextlib import suppress

from services.catalog.clients.classifiers import KEPT_S, Classifiers
from services.kit.http.problems import ApiError
from services.vision.decoding import ModelInput


class ExpectedInput:
    """Asks the classifiers every 2 s. An upload never waits for that: while nothing is known, nothing is kept for the
    model, and the worker decodes the image again."""

    def __init__(self, classifiers: Classifiers) -> None:
        self._classifiers = classifiers
        self.current: ModelInput | None = None

    async def watch(self) -> None:
        """Ends with its task only."""
        while True:
            with suppress(ApiError):  # what was known last most likely holds: a worker that finds another decodes again
                self.current = (await self._classifiers.model()).input
            await asyncio.sleep(KEPT_S)
