"""Trying again, later and later, what failed for no fault of an image's; giving up on an image whose fault it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from services.catalog.domain import Failure
from services.catalog.services.operations.reprocess import CannotGoOn
from services.catalog.storage.operations import OperationRepository
from services.kit.clients import ConnectionBroke
from services.kit.http.problems import ApiError, Unavailable, UpstreamTimeout
from services.kit.postgres.database import Database
from services.vision.decoding import DecodeError, DecoderBusy

logger = logging.getLogger("pictor.worker")
T = TypeVar("T")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
TRIES = 5
OUR_MISTAKE = "This is our mistake; the worker's log says more."
REASON_KEPT = 300
SERVERS_FAULT = 500


class BackingOff:
    """Says of the operation what it waits for. Nothing is lost while a model, the store or a service is away."""

    def __init__(self, database: Database, operation_id: UUID) -> None:
        self._database = database
        self._operation_id = operation_id
        self._said: str | None = None

    async def until_there(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`, once what it needs is there. Raises CannotGoOn where waiting does not help."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await work()
            except ApiError as error:
                if error.status < SERVERS_FAULT:
                    raise CannotGoOn(error.detail) from error
                pause_s = await self._pause(pause_s, error.detail)

    async def attempt(self, image_id: UUID, work: Callable[[], Awaitable[bool]]) -> bool | Failure:
        """Do `work` on an image; give what it gave, or why it could not be done. Raises CannotGoOn."""
        pause_s, tries = FIRST_PAUSE_S, 0
        while True:
            try:
                outcome = await work()
            except (CannotGoOn, asyncio.CancelledError):
                raise
            except Exception as error:
                tries += not (isinstance(error, ApiError | DecoderBusy) and _costs_nothing(error))
                reason, hopeless = _judged(error)
                if hopeless or tries >= TRIES:
                    logger.warning("image %s cannot be done: %s", image_id, reason, exc_info=error)
                    return Failure(image_id, reason[:REASON_KEPT])
                pause_s = await self._pause(pause_s, reason)
            else:
                await self._say(None)
                return outcome

    async def _pause(self, pause_s: float, reason: str) -> float:
        await self._say(reason)
        await asyncio.sleep(pause_s)
        return min(2 * pause_s, LONGEST_PAUSE_S)

    async def _say(self, reason: str | None) -> None:
        if reason == self._said:
            return
        self._said = reason
        if reason is not None:
            logger.info("operation %s waits: %s", self._operation_id, reason)
        try:
            async with self._database.transaction() as session:
                await OperationRepository(session).change(self._operation_id, error=reason)
        except Unavailable:
            self._said = None


def _may_pass(error: ApiError) -> bool:
    return isinstance(error, Unavailable | UpstreamTimeout | ConnectionBroke) or error.status in {429, 503}


def _costs_nothing(error: ApiError | DecoderBusy) -> bool:
    """Whether the image was not even tried: then it may be tried for ever."""
    if isinstance(error, DecoderBusy):
        return True
    return _may_pass(error) and not isinstance(error, UpstreamTimeout) and error.code != "inference_failed"


def _judged(error: Exception) -> tuple[str, bool]:
    """Give the reason for people, and whether another try is hopeless."""
    if isinstance(error, ApiError):
        return error.detail, not _may_pass(error) and error.status < SERVERS_FAULT
    if isinstance(error, DecodeError):
        return str(error), not isinstance(error, DecoderBusy)
    return OUR_MISTAKE, False
