"""Places where a process dies when it is told to, as by kill -9 or a power failure: for `make faults`."""

import os
import signal

_WANTED, _, _TIMES = os.environ.get("PICTOR_FAILPOINT", "").partition(":")
_left = int(_TIMES or 1)


def failpoint(name: str) -> None:
    """End this process with SIGKILL where PICTOR_FAILPOINT is the name; where it is `NAME:3`, at the third time."""
    global _left  # noqa: PLW0603 - one countdown a process, read at its start
    if name == _WANTED:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
