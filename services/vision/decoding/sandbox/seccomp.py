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
_NUMBER_OFFSET, _ARCH_OFFSET, _FIRST_ARGUMENT_OFFSET, _THIRD_ARGUMENT_OFFSET = 0, 4, 16, 32
_ALLOW, _KILL_PROCESS, _REFUSE, _IS_MISSING = (
    0x7FFF0000,
    0x80000000,
    0x00050000 | errno.EPERM,
    0x00050000 | errno.ENOSYS,
)
_PROT_EXEC, _CLONE_THREAD = 4, 0x10000

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


# Beside these, for a library that decodes in a thread of its own: clone (threads only) and clone3 (refused in a way
# that makes the C library fall back to clone, whose flags can be looked at).
_THREAD_CALLS: dict[str, tuple[dict[str, int], int, int]] = {
    "x86_64": ({"sched_yield": 24, "set_robust_list": 273, "rseq": 334}, 56, 435),
    "aarch64": ({"set_robust_list": 99, "sched_yield": 124, "rseq": 293}, 220, 435),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


class SystemCallFilter:
    """The filter of this machine, built once; ``install`` costs two system calls."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        calls = _CALLS.get(platform.machine())
        self._program = None if calls is None else _assemble(*calls)
        self._with_threads = None if calls is None else _assemble(*calls, _THREAD_CALLS[platform.machine()])

    @property
    def available(self) -> bool:
        """Whether machine and kernel can do it. Does not need, or change, anything."""
        if self._program is None:
            return False
        # A missing program is EFAULT where filters exist, EINVAL where they do not.
        failed = self._libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, None, 0, 0)
        return bool(failed) and ctypes.get_errno() in (errno.EFAULT, errno.EACCES)

    def install(self, *, threads: bool = False) -> None:
        """Confine this process for good; it must have set no_new_privs. Its threads are held alike. Raises OSError."""
        instructions = self._with_threads if threads else self._program
        if instructions is None:
            raise OSError(errno.ENOSYS, "no system call filter for this machine")
        program = _Program(len(instructions) // 8, instructions)
        if self._libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))


def _assemble(
    arch: int,
    allowed: dict[str, int],
    allowed_without_exec: dict[str, int],
    threads: tuple[dict[str, int], int, int] | None = None,
) -> bytes:
    """Classic BPF: 8 bytes an instruction (code, steps if true, steps if false, operand)."""
    program = [(_LOAD, 0, 0, _ARCH_OFFSET), (_JUMP_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _KILL_PROCESS)]
    program.append((_LOAD, 0, 0, _NUMBER_OFFSET))
    more, clone, clone3 = threads or ({}, None, None)
    for number in (*allowed.values(), *more.values()):
        program += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number in allowed_without_exec.values():
        program += [
            (_JUMP_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _THIRD_ARGUMENT_OFFSET),
            (_JUMP_SET, 1, 0, _PROT_EXEC),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    if clone is not None and clone3 is not None:
        program += [
            (_JUMP_EQUAL, 0, 1, clone3),
            (_RETURN, 0, 0, _IS_MISSING),
            (_JUMP_EQUAL, 0, 3, clone),
            (_LOAD, 0, 0, _FIRST_ARGUMENT_OFFSET),
            (_JUMP_SET, 0, 1, _CLONE_THREAD),
            (_RETURN, 0, 0, _ALLOW),
        ]
    program.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
