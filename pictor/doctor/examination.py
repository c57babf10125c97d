"""All checks, one after the other. None of them ends the others."""

import os
from collections.abc import Callable, Iterable

from pictor.backup.library import running_sockets
from pictor.doctor import databases, machine, secrets, store, weights
from pictor.doctor.findings import Finding, fail
from pictor.stack.postgres.server import Cluster
from pictor.stack.settings import StackError, StackSettings


async def examine() -> list[Finding]:
    """Look at the installation that the environment names."""
    try:
        settings = StackSettings.from_environment()
    except StackError as error:
        return [fail("settings", str(error), "Change the variable that is named, and ask again.")]
    given = {name: os.environ.get(f"PICTOR_{name.upper()}_DATABASE_URL", "") for name in databases.SERVICES}
    return await (_elsewhere(settings, given) if any(given.values()) else _here(settings))


async def _here(settings: StackSettings) -> list[Finding]:
    """A data folder, whether a stack runs on it or not."""
    try:
        sockets = running_sockets(settings.postgres)
    except StackError as error:
        return [fail("data folder", str(error), "Run this as that user.")]
    checks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        ("data folder", lambda: machine.data_folder(settings)),
        ("disk", lambda: machine.disk(settings)),
        ("port", lambda: machine.port(settings, runs=sockets is not None)),
        ("clock", lambda: machine.clock(settings)),
        ("secrets", lambda: secrets.secret_files(settings)),
        ("weights", lambda: weights.weights(settings)),
    ]
    found = [finding for name, check in checks for finding in _looked(name, check)]
    if sockets is None:
        found += _looked("database", lambda: [databases.embedded_server(settings)])
    else:
        cluster = Cluster(settings.postgres, sockets, None)
        urls = {name: cluster.url(f"pictor_{name}") for name in databases.SERVICES}
        pepper = databases.pepper_of(settings, embedded=True)
        found += [one async for one in databases.databases(urls, pepper)]
    try:
        return found + [one async for one in store.store(settings, embedded=True)]
    except OSError as error:
        return [*found, _closed("store", error)]


def _looked(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Give what a check finds; that it may not look is a finding too."""
    try:
        return list(check())
    except OSError as error:
        return [_closed(name, error)]


def _closed(name: str, error: OSError) -> Finding:
    said = f"{error.filename} cannot be looked at: {error.strerror}"
    return fail(name, said, "Run this as the user that runs Pictor, or give the files to this one.")


async def _elsewhere(settings: StackSettings, given: dict[str, str]) -> list[Finding]:
    """Databases and a store that the environment names."""
    lacking = [f"PICTOR_{name.upper()}_DATABASE_URL" for name, url in given.items() if not url]
    if lacking:
        return [fail("settings", f"{', '.join(lacking)} are not set, and the others are", "Set all three, or none.")]
    pepper = databases.pepper_of(settings, embedded=False)
    return [
        *secrets.secret_variables(),
        *[one async for one in databases.databases(given, pepper)],
        *[one async for one in store.store(settings, embedded=False)],
    ]
