"""A system call filter for a process that only computes: it may use its memory, write to what is open, and exit.

An allow-list: whatever a kernel adds later is refused as well. Refused calls fail with EPERM, so that a library that
tries something harmless goes on. Source: seccomp(2), Documentation/userspace-api/seccomp_filter.rst in Linux.
"""

import ctypes
import errno
import os
import platform
import struct

_PR_SET_SECCOMP = 22
_MODE_FILTER = 2

_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER_OFFSET, _ARCH_OFFSET, _THIRD_ARGUMENT_OFFSET = 0, 4, 32
_ALLOW, _KILL_PROCESS, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_PROT_EXEC = 4

# machine: AUDIT_ARCH, calls allowed, calls allowed unless they ask for executable memory (mmap, mprotect)
_CALLS: dict[str, tuple[int, dict[str, int], dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "write": 1,
            "munmap": 11,
            "brk": 12,
            "rt_sigprocmask": 14,
            "rt_sigreturn": 15,
            "mremap": 25,
            "madvise": 28,
            "exit": 60,
            "gettimeofday": 96,
            "time": 201,
            "futex": 202,
            "clock_gettime": 228,
            "exit_group": 231,
        },
        {"mmap": 9, "mprotect": 10},
    ),
    "aarch64": (
        0xC00000B7,
        {
            "write": 64,
            "exit": 93,
            "exit_group": 94,
            "futex": 98,
            "clock_gettime": 113,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139,
            "gettimeofday": 169,
            "brk": 214,
            "munmap": 215,
            "mremap": 216,
            "madvise": 233,
        },
        {"mmap": 222, "mprotect": 226},
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


class SystemCallFilter:
    """The filter of this machine, built once; ``install`` costs two system calls."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        calls = _CALLS.get(platform.machine())
        self._program = None if calls is None else _assemble(*calls)

    @property
    def available(self) -> bool:
        """Whether machine and kernel can do it. Does not need, or change, anything."""
        if self._program is None:
            return False
        # A missing program is EFAULT where filters exist, EINVAL where they do not.
        failed = self._libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, None, 0, 0)
        return bool(failed) and ctypes.get_errno() in (errno.EFAULT, errno.EACCES)

    def install(self) -> None:
        """Confine this process for good; it must have set no_new_privs. Raises OSError."""
        if self._program is None:
            raise OSError(errno.ENOSYS, "no system call filter for this machine")
        program = _Program(len(self._program) // 8, self._program)
        if self._libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))


def _assemble(arch: int, allowed: dict[str, int], allowed_without_exec: dict[str, int]) -> bytes:
    """Classic BPF: 8 bytes an instruction (code, steps if true, steps if false, operand)."""
    program = [(_LOAD, 0, 0, _ARCH_OFFSET), (_JUMP_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _KILL_PROCESS)]
    program.append((_LOAD, 0, 0, _NUMBER_OFFSET))
    for number in allowed.values():
        program += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number in allowed_without_exec.values():
        program += [
            (_JUMP_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _THIRD_ARGUMENT_OFFSET),
            (_JUMP_SET, 1, 0, _PROT_EXEC),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    program.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
