"""Ports on loopback: the one that people know, and the ones that nobody needs to know."""

import errno
import random
import socket

from pictor.stack.settings import HOST, MOST, StackError

# Below the range from which kernels take the local ports of outgoing connections (Linux: from 32768): a service that
# restarts must find its port free again.
_QUIET = range(20_000, 32_000)
_TRIES = 200


def require_free(port: int) -> None:
    """Raise StackError, naming the variable to change, when `port` cannot be listened on."""
    error = _bind_error(port)
    if error is None:
        return
    reason = "is used by another program" if error.errno == errno.EADDRINUSE else f"is not usable ({error.strerror})"
    other = port + 1 if port < MOST else 8000
    raise StackError(
        f"Port {port} on {HOST} {reason}. Choose another one with PICTOR_PORT, such as PICTOR_PORT={other}."
    )


def free_ports(count: int) -> list[int]:
    """Different ports that are free at this moment. Raise StackError when there are none."""
    found: list[int] = []
    for port in random.SystemRandom().sample(_QUIET, _TRIES):
        if len(found) == count:
            break
        if _bind_error(port) is None:
            found.append(port)
    if len(found) < count:
        raise StackError(f"No {count} free ports between {_QUIET.start} and {_QUIET.stop} on {HOST}.")
    return found


def _bind_error(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn does: TIME_WAIT is no reason
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error
    return None
