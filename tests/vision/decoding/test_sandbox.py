"""What a decoding child can still do: compute, answer, exit."""

import asyncio
import json
import os
import resource
import sys

import pytest

from services.vision.decoding import Decoder, DecodeRequest, VariantSpec
from services.vision.decoding.sandbox.seccomp import SystemCallFilter
from tests.vision.decoding import containers as made
from tests.vision.decoding.drawing import encoded, photo
from tests.vision.decoding.observing import (
    environment_of,
    limits_of,
    maps_of,
    names_of_descriptors,
    status_of,
    working_child_of,
    zygote_of,
)

# Everything here runs after limit() and confine(), as an image that has taken over the decoder would.
INTRUDER = """
import ctypes, json, mmap, os, signal, socket, sys, threading
from services.vision.decoding.model import DecodeLimits
from services.vision.decoding.sandbox.confinement import Sandbox

libc = ctypes.CDLL(None, use_errno=True)
page = mmap.mmap(-1, 4096)

def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)

attempts = {
    "socket": lambda: socket.socket(),
    "socketpair": lambda: socket.socketpair(),
    "read a file": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "write a file": lambda: os.open("/tmp/intruder", os.O_WRONLY | os.O_CREAT),
    "look at a file": lambda: os.stat("/etc/passwd"),
    "list a folder": lambda: os.listdir("/"),
    "remove a file": lambda: os.unlink("/tmp/intruder"),
    "read what is open": lambda: os.read(0, 1),
    "duplicate": lambda: os.dup(1),
    "fork": lambda: os.fork(),
    "vfork": lambda: call("vfork"),
    "execve": lambda: os.execv("/bin/true", ["true"]),
    "fexecve": lambda: os.execve(0, ["true"], {}),
    "ptrace": lambda: call("ptrace", 16, os.getppid(), 0, 0),
    "kill": lambda: os.kill(os.getppid(), 0),
    "mount": lambda: call("mount", b"none", b"/mnt", b"tmpfs", 0, 0),
    "chdir": lambda: os.chdir("/"),
    "setuid": lambda: os.setuid(0),
    "raise a limit": lambda: call("setrlimit", 9, ctypes.byref(ctypes.c_uint64(1 << 60))),
    "prctl": lambda: call("prctl", 1, 0, 0, 0, 0),
    "bpf": lambda: call("syscall", 321, 0, 0, 0),
    "io_uring": lambda: call("syscall", 425, 1, 0),
    "memfd": lambda: os.memfd_create("x"),
    "code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "code later": lambda: call("mprotect", ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(page))), 4096, 5),
    "process_vm_readv": lambda: call("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0),
    "thread": lambda: threading.Thread(target=int).start(),
}
sandbox = Sandbox()
assert sandbox.has_filter
sandbox.limit(DecodeLimits(memory_bytes=200_000_000))
sandbox.confine(threads=THREADS)
results = {}
for name, attempt in attempts.items():
    try:
        attempt()
        results[name] = "allowed"
    except Exception as error:
        results[name] = type(error).__name__
try:
    results["memory"] = len(bytearray(300_000_000))
except MemoryError:
    results["memory"] = "MemoryError"
results["computing"] = len(bytearray(50_000_000))
os.write(1, json.dumps(results).encode())
os._exit(0)
"""


async def run_confined(program: str) -> tuple[bytes, int]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        stdout=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
        env=environment,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return output, process.returncode


@pytest.mark.parametrize("threads", [False, True])
async def test_an_intruder_can_do_nothing(threads: bool) -> None:
    """With the filter for a library that decodes in a thread of its own, a thread is all that it has more."""
    output, code = await run_confined(INTRUDER.replace("THREADS", str(threads)))
    assert code == 0
    results = json.loads(output)
    assert results.pop("memory") == "MemoryError"
    assert results.pop("computing") == 50_000_000
    assert results.pop("thread") == ("allowed" if threads else "RuntimeError")
    assert results.pop("code") in {"PermissionError", "OSError"}
    assert set(results.values()) == {"PermissionError"}, results
    assert len(results) >= 25


@pytest.mark.asyncio(loop_scope="module")
async def test_a_process_at_work_is_confined(decoder: Decoder) -> None:
    data = made.png(made.ihdr(4_000, 4_000), rows=made.deflated_zeros(4_001 * 4_000))
    request = DecodeRequest(variants=(VariantSpec("full", None, "webp"),))
    work = asyncio.create_task(decoder.decode_bytes(data, request))
    child = await working_child_of(decoder)
    status, zygote = status_of(child), status_of(zygote_of(decoder))
    assert (status["Seccomp"], status["NoNewPrivs"], status["Threads"]) == ("2", "1", "1")
    bounds = limits_of(child)
    mapped = int(zygote["VmSize"].split()[0]) * 1024
    address_space = int(bounds["Max address space"][1])
    assert mapped + 1_200_000_000 < address_space < mapped + 1_400_000_000
    assert bounds["Max cpu time"] == ["30", "31"]
    for name in ("Max core file size", "Max file size", "Max open files", "Max processes"):
        assert bounds[name] == ["0", "0"]
    assert names_of_descriptors(child) == ["0", "1", "2"]
    assert (await work).width == 4_000


async def test_the_zygote_knows_no_secret_and_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICTOR_INTERNAL_SECRET", "s" * 40)
    async with Decoder() as decoder:
        zygote = zygote_of(decoder)
        assert environment_of(zygote) <= {"PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE"}
        await decoder.decode_bytes(encoded(photo(1), "JPEG"))
        resident = int(status_of(zygote)["VmRSS"].split()[0]) / 1024
        print(f"zygote: {resident:.1f} MiB resident")
        assert resident < 45
        assert "_imaging" in maps_of(zygote)
        assert "numpy" not in maps_of(zygote)


def test_the_limits_of_this_process_are_untouched() -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0
    assert status_of(os.getpid())["Seccomp"] == status_of(os.getppid())["Seccomp"]


def test_a_machine_without_a_filter_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    unknown = SystemCallFilter()
    assert not unknown.available
    with pytest.raises(OSError, match="no system call filter"):
        unknown.install()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_program_is_well_formed(monkeypatch: pytest.MonkeyPatch, machine: str) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    program = SystemCallFilter()._program
    assert program is not None
    assert len(program) % 8 == 0
    assert len(program) // 8 < 64
    assert program.endswith((0x00050001).to_bytes(4, "little"))
