"""The files of secrets, or the variables in their place."""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pictor.doctor.findings import Finding, fail, ok, warn
from pictor.stack.settings import StackSettings

LEAST = 32
VARIABLES = ("PICTOR_INTERNAL_SECRET", "PICTOR_KEY_PEPPER")


def secret_files(settings: StackSettings) -> Iterator[Finding]:
    """See that both are there, readable by their user alone, and whole."""
    if not settings.secrets.exists():
        if settings.postgres.exists():
            step = "Put it back from a backup; or start once with PICTOR_FORGET_KEYS=true (docs/deploy/secrets.md)."
            yield fail("secrets", f"{settings.secrets} is missing, and there is a library", step)
        else:
            yield ok("secrets", "none yet: the first start makes them")
        return
    wanted = ((settings.secrets, ("internal_secret", "key_pepper")), (settings.credentials, ("user", "password")))
    for path, names in wanted:
        if not path.exists():
            said = f"{path} is missing: nobody can show the first user's password"
            yield warn("secrets", said, "Put it back from a backup, if you need it.")
            continue
        found = list(_file(path, names))
        yield from found or [ok("secrets", f"{path} is whole, and its user's alone")]


def _file(path: Path, names: tuple[str, ...]) -> Iterator[Finding]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield fail("secrets", f"others can read {path} (mode {mode:o})", f"chmod 600 {path}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        whole = all(isinstance(content[name], str) for name in names)
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        yield fail("secrets", f"{path} is damaged or cannot be read", "Put it back from a backup.")


def secret_variables(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """The same for services that run elsewhere. Values are not shown."""
    for name in VARIABLES:
        if name not in environ:
            yield warn(
                "secrets", f"{name} is not in this environment, so it was not looked at", "Set it as for the services."
            )
        elif len(environ[name]) < LEAST:
            yield fail(
                "secrets", f"{name} has fewer than {LEAST} characters", "Set it to the output of openssl rand -hex 32."
            )
        else:
            yield ok("secrets", f"{name} is set")
