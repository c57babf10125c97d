"""How far the run is: on stderr, so that stdout has the tables alone."""

import sys
import time

_began = time.monotonic()


def tell(what: str) -> None:
    print(f"{time.monotonic() - _began:5.0f} s  {what}", file=sys.stderr, flush=True)
