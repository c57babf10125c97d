"""Children that do not outlive their parent, however it ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """What a child runs between fork and exec (`preexec_fn`): the kernel sends it `signum` when the parent is gone.

    The kernel forgets it when a process changes its user, so it has to run after that: `preexec_fn` does. It is the
    parent's *thread* that counts: start children from the main thread. Linux only; elsewhere children of a parent that
    was killed with -9 go on until they are stopped.
    """
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: a forked child should load nothing
    parent = os.getpid()

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:  # it was gone before we asked
            os._exit(1)

    return in_child
