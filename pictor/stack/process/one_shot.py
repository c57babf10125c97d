"""A child process that has an end: a migration, building a model, making a database cluster."""

import asyncio
from dataclasses import dataclass

from pictor.stack.process.child_process import ChildSpec, spawn
from pictor.stack.process.output import ChildOutput


@dataclass(frozen=True)
class JobResult:
    """The exit code (negative: the signal that ended it), and the last line that it said."""

    code: int
    said: str


async def run_job(spec: ChildSpec, *, timeout_s: float, quiet: bool = False) -> JobResult:
    """Run the program to its end. Its output goes to the log file, and, unless `quiet`, to ours.

    It is killed when `timeout_s` is over (TimeoutError) and when we are cancelled: what it makes has to be whole or
    absent. Raise OSError when it cannot be started.
    """
    output = ChildOutput(spec.name, spec.log, quiet=quiet)
    try:
        running = await spawn(spec)
        async with asyncio.timeout(timeout_s):
            return JobResult(await running.wait(output), output.last_line)
    finally:
        output.close()
