"""`python -m tests.faults --faults 200 --seed 1`: a table, and status 1 when an invariant was violated."""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.faults.campaign import FAULTS, campaign, drawn
from tests.faults.stage import standing


async def _run(folder: Path, *, seed: int, count: int, only: str) -> int:
    random, began, bad = Random(seed), time.monotonic(), 0  # noqa: S311 - to be drawn again
    faults = drawn(count, random, [fault for fault in FAULTS if only in fault.name])
    async with standing(folder) as stage:
        number = 0
        async for outcome in campaign(stage, faults, random):
            number += 1
            bad += bool(outcome.violated)
            sys.stdout.write(
                f"{number:4} {outcome.fault:<42} {outcome.seconds:6.1f} s {outcome.deaths:2} deaths "
                f"{outcome.refusals:4} tries again  {'; '.join(outcome.violated) or 'ok'}\n"
            )
            sys.stdout.flush()
    minutes = (time.monotonic() - began) / 60
    sys.stdout.write(f"{number} faults in {minutes:.1f} min, seed {seed}: {bad} with a violated invariant\n")
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--only", default="", help="faults whose name has this in it")
    parser.add_argument("--keep", type=Path, help="a folder for logs and objects, kept afterwards")
    chosen = parser.parse_args()
    sys.stdout.write(f"seed {chosen.seed}\n")
    with tempfile.TemporaryDirectory(prefix="pictor-faults-") as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_run(folder, seed=chosen.seed, count=chosen.faults, only=chosen.only))


if __name__ == "__main__":
    sys.exit(main())
