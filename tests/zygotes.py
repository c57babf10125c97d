"""Decoder processes that outlive one test: starting one takes a quarter of a second of processor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from services.vision.decoding.sandbox.process import ZygoteProcess


class KeptZygote(ZygoteProcess):
    """The real process. A decoder has it alone; when that decoder stops, the next one takes it."""

    idle: ClassVar[list["KeptZygote"]] = []

    @classmethod
    async def start(cls) -> "KeptZygote":
        while cls.idle:
            zygote = cls.idle.pop()
            if zygote.is_alive():
                return zygote
            await ZygoteProcess.stop(zygote)
        return await super().start()

    async def stop(self) -> None:
        if self.is_alive():
            self.idle.append(self)
        else:
            await super().stop()

    def end(self) -> None:
        self._control.close()
        self._process.wait(10)


@contextmanager
def kept_zygotes() -> Iterator[None]:
    """Give decoders kept processes within the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.vision.decoding.decoder.ZygoteProcess", KeptZygote)
        yield


def end_kept_zygotes() -> None:
    while KeptZygote.idle:
        KeptZygote.idle.pop().end()
