"""All commands, and what becomes of errors: the exit status says how it went."""

import io
import os
import sys
from collections.abc import Callable, Sequence

import typer

from pictor_client.command import account, collecting, finding, operator
from pictor_client.command.connection import CommandError
from pictor_client.command.exporting.command import export
from pictor_client.command.importing.command import import_files
from pictor_client.errors import PictorError, Unavailable, Unreachable

HELP = """A library of Pictor, from the shell. Begin with: pictor login http://HOST:8000

Lists are tables in a terminal, and lines with tabs between columns in a pipe; --json gives one JSON object a line.

Exit status: 0 done, 1 not all of it, 2 not understood, 3 no answer from the server, 130 interrupted."""
COMMANDS: dict[str, Callable[..., None]] = {
    "login": account.login,
    "logout": account.logout,
    "status": account.status,
    "open": account.open_page,
    "import": import_files,
    "export": export,
    "search": finding.search,
    "similar": finding.similar,
    "classify": finding.classify,
    "labels": finding.labels,
    "tag": collecting.tag,
}
REFUSED, NO_ANSWER = 1, 3


def run(arguments: Sequence[str]) -> int:
    """Run one command; give the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # names of files may be any bytes
    try:
        _app(arguments)(list(arguments), prog_name="pictor")
    except SystemExit as end:  # typer's own end, of every command
        return end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:  # `pictor search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CommandError, PictorError, OSError) as error:
        sys.stderr.write(f"pictor: {error}\n")
        return _status(error)
    return 0


def _app(arguments: Sequence[str]) -> typer.Typer:
    app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    app.add_typer(collecting.app, name="collections")
    known = {*COMMANDS, "collections"}
    if not any(argument in known for argument in arguments[:1]):
        operator.add_to(app, reserved=known)
    return app


def _status(error: Exception) -> int:
    if isinstance(error, CommandError):
        return error.status
    return NO_ANSWER if isinstance(error, Unreachable | Unavailable) else REFUSED
