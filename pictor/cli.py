"""The command `pictor`. Each subcommand lives in a module of its own, with `add_parsers(subparsers)`."""

import argparse
import re
import sys
from collections.abc import Sequence

from pictor.stack.settings import StackError


def commands() -> dict[str, str]:
    """Name each command, and say what it is for: for `pictor_client`, whose `pictor` passes them on."""
    _, subparsers = _parsers()
    said = {name: " ".join((parser.description or "").split()) for name, parser in subparsers.choices.items()}
    return {name: re.split(r"[.:;](?: |$)", text)[0] + "." for name, text in said.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; its parser's default `run` takes the parsed arguments and gives the exit code."""
    parser, _ = _parsers()
    parsed = parser.parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except (StackError, OSError) as error:
        print(f"pictor: {error}", file=sys.stderr)
        return 1
    return code


def _parsers() -> "tuple[argparse.ArgumentParser, argparse._SubParsersAction[argparse.ArgumentParser]]":
    from pictor import openapi_command, up_command  # noqa: PLC0415 - importing the CLI loads none
    from pictor.backup import commands as backup_commands  # noqa: PLC0415
    from pictor.doctor import commands as doctor_commands  # noqa: PLC0415
    from pictor.integrity import commands as integrity_commands  # noqa: PLC0415
    from pictor.model import commands as model_commands  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="pictor", description="A self-hosted image library with an HTTP API.")
    subparsers = parser.add_subparsers(title="commands", metavar="command", required=True)
    for module in (up_command, model_commands, backup_commands, integrity_commands, doctor_commands, openapi_command):
        module.add_parsers(subparsers)
    return parser, subparsers


if __name__ == "__main__":
    sys.exit(main())
