"""A child process that has an end: a migration, building a model, making a database cluster."""

import asyncio

from pictor.stack.output import ChildOutput
from pictor.stack.process import ChildSpec, spawn


async def run_job(spec: ChildSpec, *, timeout_s: float, quiet: bool = False) -> int:
    """Run the program to its end and return its exit code (negative: the signal that ended it). Its output goes to the
    log file, and, unless `quiet`, to ours. It is killed when `timeout_s` is over (TimeoutError) and when we are
    cancelled: what it makes has to be whole or absent. Raise OSError when it cannot be started."""
    output = ChildOutput(spec.name, spec.log, quiet=quiet)
    try:
        running = await spawn(spec)
        async with asyncio.timeout(timeout_s):
            return await running.wait(output)
    finally:
        output.close()
