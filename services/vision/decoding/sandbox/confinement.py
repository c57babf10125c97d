"""What holds a decoding child: limits of memory, time and files, then a filter that leaves it no way out."""

import ctypes
import os
import resource
import signal
from functools import cache

from services.vision.decoding.model import DecodeLimits
from services.vision.decoding.sandbox.seccomp import SystemCallFilter

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_NONE = (0, 0)


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when the parent ends. Whoever calls this must then check that it has not ended yet."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Sandbox:
    """Built once in the zygote, applied in each child: first ``limit``, then (when the file is read) ``confine``."""

    def __init__(self) -> None:
        self._filter = SystemCallFilter()
        self.has_filter = self._filter.available
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)  # children inherit it; the filter needs it

    def limit(self, limits: DecodeLimits) -> None:
        """Bound memory (above what is mapped now), processor time, core dumps and files."""
        address_space = _mapped_bytes() + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
        resource.setrlimit(resource.RLIMIT_CORE, _NONE)
        resource.setrlimit(resource.RLIMIT_FSIZE, _NONE)
        resource.setrlimit(resource.RLIMIT_NOFILE, _NONE)

    def confine(self, *, threads: bool = False) -> None:
        """From here on: memory, write, exit; with ``threads``, threads of this process too, and still no process.

        Raises OSError rather than going on without the filter.
        """
        if not threads:
            resource.setrlimit(resource.RLIMIT_NPROC, _NONE)
        if self.has_filter:
            self._filter.install(threads=threads)


def _mapped_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 Path.read_text is slower, and this runs per picture
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, argument: int) -> None:
    if _libc().prctl(option, ctypes.c_ulong(argument), 0, 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
