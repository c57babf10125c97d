"""The command `pictor`. Needs the extra: `pipx install 'pictor-client[command]'`."""

import importlib.util
import sys


def main() -> int:
    missing = [name for name in ("typer", "rich", "PIL") if importlib.util.find_spec(name) is None]
    if missing:
        sys.stderr.write("pictor: The command needs typer, rich and Pillow: pip install 'pictor-client[command]'\n")
        return 2
    from pictor_client.command.app import run  # noqa: PLC0415 - the package works without these

    return run(sys.argv[1:])
