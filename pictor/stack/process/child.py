"""One supervised process: started, watched, started again, stopped."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from pictor.stack.process.child_process import ChildSpec, Running, describe_exit, spawn
from pictor.stack.process.output import ChildOutput, say

_LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class Backoff:
    """`first_s` before the first restart, twice as long before each further one, never more than `most_s`; from the
    beginning again after a life of `calm_s`."""

    first_s: float = 0.5
    most_s: float = 30.0
    calm_s: float = 60.0

    def next(self, previous_s: float | None, *, lived_s: float) -> float:
        if previous_s is None or lived_s >= self.calm_s:
            return self.first_s
        return min(previous_s * 2, self.most_s)


class Child:
    """`run` returns only after `stop`; whatever else ends the process is said in one line and answered by a restart."""

    def __init__(self, spec: ChildSpec, *, backoff: Backoff | None = None) -> None:
        self.spec = spec
        self.restarts = 0
        self._backoff = backoff or Backoff()
        self._running: Running | None = None
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()  # by `stop` or `renew`
        self._ended = asyncio.Event()
        self._output = ChildOutput(spec.name, spec.log)

    @property
    def pid(self) -> int | None:
        """None between two lives."""
        return self._running.pid if self._running else None

    async def prepare(self) -> None:
        """Called before every start. What it raises counts as an end of the process."""

    async def run(self) -> None:
        delay_s: float | None = None
        try:
            while not self._stopping.is_set():
                self._woken.clear()
                began = time.monotonic()
                reason = await self._live()
                if self._woken.is_set():
                    delay_s = None
                    continue
                delay_s = self._backoff.next(delay_s, lived_s=time.monotonic() - began)
                say(f"{self.spec.name} stopped ({reason}), restarting in {delay_s:g} s")
                self.restarts += 1
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), delay_s)
                    delay_s = None
        finally:
            self._output.close()
            self._ended.set()

    async def stop(self, *, within_s: float) -> None:
        """Ask it to stop, and use `kill_signal` when it is still there after `within_s`. Returns when it is gone
        (or, when even that does not help, a second later). May be called before, after and while it runs."""
        self._stopping.set()
        self._woken.set()
        if self._running:
            self._running.send(self.spec.stop_signal)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), within_s)
        if self._running and not self._ended.is_set():
            say(f"{self.spec.name} did not stop within {within_s:.0f} s: {self.spec.kill_signal.name}")
            self._running.send(self.spec.kill_signal)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), 1.0)

    async def renew(self, *, within_s: float) -> None:
        """Start the process again, without a pause. Returns when the one that ran is gone: it is asked to stop, and
        killed when it is still there after `within_s`."""
        self._woken.set()
        running = self._running
        if running is None:
            return
        running.send(self.spec.stop_signal)
        deadline = time.monotonic() + within_s
        while self._running is running:
            if time.monotonic() > deadline:
                running.send(self.spec.kill_signal)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _live(self) -> str:
        try:
            await self.prepare()
            running = await spawn(self.spec)
        except Exception as error:  # noqa: BLE001 - a start that fails is one more end, and is tried again
            return f"it did not start: {error}"
        self._running = running
        if self._woken.is_set():  # asked while it was being started
            running.send(self.spec.stop_signal)
        try:
            return describe_exit(await running.wait(self._output))
        finally:
            self._running = None
