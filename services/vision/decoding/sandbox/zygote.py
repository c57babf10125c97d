"""The process that has Pillow loaded and forks a fresh child for each picture.

Runs as ``python -m services.vision.decoding.sandbox.zygote``. Standard input is a SOCK_SEQPACKET socket from the
parent. A job message carries two descriptors: the image file and the socket for the answer. The zygote never looks at
image bytes, forks, kills on request, and ends when the parent ends.
"""

import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import warnings
from types import FrameType

from services.vision.decoding.sandbox import child
from services.vision.decoding.sandbox.confinement import Sandbox, die_with_parent
from services.vision.decoding.sandbox.framing import MAX_MESSAGE_BYTES, Job, pack_exit
from services.vision.decoding.sandbox.warmup import warm_up

_M_ARENA_MAX = -8
_MAX_DESCRIPTORS = 256
_FIRST_OTHER_DESCRIPTOR = 3


class Zygote:
    """Forks children for jobs read from ``control`` and reports their ends."""

    def __init__(self, control: socket.socket, sandbox: Sandbox) -> None:
        self._control = control
        self._sandbox = sandbox
        self._wake_up, self._woken = socket.socketpair()
        self._running: dict[int, tuple[int, socket.socket]] = {}  # process id: job number, where its answer goes

    def serve(self) -> None:
        """Until the parent closes its end. Leaves no child behind."""
        self._listen_for_exits()
        try:
            self._control.send(json.dumps({"has_filter": self._sandbox.has_filter}).encode())
        except BrokenPipeError:  # the parent went away while this process loaded
            return
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        connected = True
        while connected:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._woken.fileno() in ready:
                self._woken.recv(4096)
                self._reap()
            if self._control.fileno() in ready:
                connected = self._receive()
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        for pid in self._running:
            os.waitpid(pid, 0)

    def _listen_for_exits(self) -> None:
        self._wake_up.setblocking(False)
        signal.signal(signal.SIGCHLD, _ignore)  # a handler, or the kernel would not tell
        signal.set_wakeup_fd(self._wake_up.fileno(), warn_on_full_buffer=False)

    def _receive(self) -> bool:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, MAX_MESSAGE_BYTES, 2)
        except ConnectionResetError:
            return False
        if not message:
            return False
        content = json.loads(message)
        if "kill" in content:
            for pid, (number, _) in self._running.items():
                if number == content["kill"]:
                    os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still this child's
            return True
        file, answer = descriptors
        self._fork(Job.unpack(content), file, socket.socket(fileno=answer))
        os.close(file)
        return True

    def _fork(self, job: Job, file: int, answer: socket.socket) -> None:
        zygote = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no memory, or too many processes: the parent sees an answer without content
            answer.close()
            return
        if pid == 0:
            _become_child(job, file, answer.fileno(), self._sandbox, zygote)
        self._running[pid] = job.number, answer

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            _, answer = self._running.pop(pid)
            with answer:
                try:
                    answer.send(pack_exit(os.waitstatus_to_exitcode(status)), socket.MSG_DONTWAIT)
                except OSError:  # parent gone or buffer full: the code only makes a message clearer
                    continue


def _become_child(job: Job, file: int, answer: int, sandbox: Sandbox, zygote: int) -> None:
    exit_code = 70
    try:
        signal.set_wakeup_fd(-1)
        os.dup2(1, 2)  # to /dev/null: nothing of an image gets into the log
        os.dup2(file, 0)
        os.dup2(answer, 1)
        os.closerange(_FIRST_OTHER_DESCRIPTOR, _MAX_DESCRIPTORS)
        die_with_parent()
        if os.getppid() == zygote:
            child.run(job, sandbox)
            exit_code = 0
    finally:
        os._exit(exit_code)  # the zygote's cleanup is not the child's


def _ignore(_signal: int, _frame: FrameType | None) -> None: ...


def main() -> None:
    """Load everything once, then serve."""
    die_with_parent()
    control = socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)
    # The parent decides when to end, also when a terminal or a service manager signals the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_DESCRIPTORS, _MAX_DESCRIPTORS))
    warnings.simplefilter("ignore")  # showing one reads source files, which a child cannot
    sandbox, libc = Sandbox(), ctypes.CDLL(None)
    libc.mallopt(_M_ARENA_MAX, 1)  # an arena for a thread would be 64 MB that no limit of memory counts
    warm_up()
    libc.malloc_trim(0)  # what the warm-up freed need not be copied for each child
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    gc.disable()
    Zygote(control, sandbox).serve()


if __name__ == "__main__":
    main()
