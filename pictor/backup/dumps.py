"""Dumps of PostgreSQL, by its own programs. Passwords go by the environment: arguments are seen by all users."""

import asyncio
import hashlib
from asyncio.subprocess import PIPE
from pathlib import Path

from sqlalchemy.engine import make_url

from pictor.backup.manifest import BackupError, Part
from pictor.stack.postgres.server import binary

TIMEOUT_S = 6 * 3600
LAST_WORDS = 500


async def dump(url: str, file: Path, *, snapshot: str | None = None) -> None:
    """Write the database to `file`, compressed, as it is in the snapshot. Raises BackupError."""
    as_of = [f"--snapshot={snapshot}"] if snapshot else []
    await _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", *as_of, f"--file={file}")


async def restore(url: str, file: Path) -> None:
    """Fill an empty database, all or nothing. Extensions must be there already. Raises BackupError."""
    contents = await _run("pg_restore", url, "--list", str(file))
    listed = file.with_suffix(".list")
    listed.write_text("\n".join(line for line in contents.splitlines() if " EXTENSION " not in f"{line} "))
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    await _run("pg_restore", url, *options, f"--use-list={listed}", f"--dbname={make_url(url).database}", str(file))


def part_of(file: Path) -> Part:
    with file.open("rb") as opened:
        return Part(hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size)


async def _run(program: str, url: str, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        str(binary(program)), *arguments, env=_environment(url), stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            said, wrong = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise BackupError(f"{program} failed: {wrong.decode(errors='replace').strip()[-LAST_WORDS:]}")
    return said.decode(errors="replace")


def _environment(url: str) -> dict[str, str]:
    parsed = make_url(url)
    host = parsed.query.get("host") or parsed.host or "localhost"
    found = {
        "PGHOST": host if isinstance(host, str) else host[0],
        "PGPORT": str(parsed.port or 5432),
        "PGUSER": parsed.username or "",
        "PGPASSWORD": parsed.password or "",
        "PGDATABASE": parsed.database or "",
    }
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", **{name: value for name, value in found.items() if value}}
