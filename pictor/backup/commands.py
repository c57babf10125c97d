"""`pictor backup` and `pictor restore`."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

SHOWN = 5
ENVIRONMENT = """
environment:
  PICTOR_DATA                     the library's data folder (./data); the stack on it may run during a backup
  PICTOR_<SERVICE>_DATABASE_URL   for CATALOG, GATEWAY and SIMILARITY: databases elsewhere, as the services have them
  PICTOR_STORE, PICTOR_S3_…       the library's object store, as the catalog has it
  PICTOR_BACKUP_S3_ENDPOINT, …_ACCESS_KEY, …_SECRET_KEY, …_REGION, …_SECURE   the server of s3://BUCKET"""
BACKUP = """\
Copy everything that cannot be made again: the three databases, the originals, and the data folder's secrets. The
library may be used meanwhile. Originals are copied once and checked by their hashes; run it as often as you like.
Models, thumbnails and logs are not in it."""
RESTORE = """\
Bring a backup back into an empty data folder (or empty databases and store), and check every original by its hash.
Stopped half way, run the same again. Then start the stack on it."""


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `backup` and `restore`."""
    backup = _parser(subparsers, "backup", "copy the library to a folder or an S3 bucket", BACKUP)
    backup.add_argument("to", metavar="TO", help="a folder, or s3://BUCKET")
    backup.add_argument(
        "--no-secrets", action="store_true", help="leave out what signs and hashes: keys then die with the data folder"
    )
    backup.set_defaults(run=_backup)
    restore = _parser(subparsers, "restore", "bring a backup back into an empty library", RESTORE)
    restore.add_argument("source", metavar="FROM", help="a folder, or s3://BUCKET")
    restore.add_argument("--run", metavar="TIME", dest="which", help="an older backup (default: the newest)")
    restore.set_defaults(run=_restore)


def _parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    return subparsers.add_parser(
        name,
        help=summary,
        description=description + "\n" + ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _backup(arguments: argparse.Namespace) -> int:
    return ended(_make(arguments.to, secrets=not arguments.no_secrets))


def _restore(arguments: argparse.Namespace) -> int:
    return ended(_bring_back(arguments.source, arguments.which))


def ended(work: Coroutine[Any, Any, int]) -> int:
    """Run a command to its exit status; what stops it is said in a sentence."""
    from asyncpg import PostgresError  # noqa: PLC0415 - other commands need not load it

    from services.kit.http.problems import ApiError  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        sys.stderr.write("pictor: Stopped. Run the same again: what is copied is not copied twice.\n")
        return 130
    except ApiError as error:
        sys.stderr.write(f"pictor: {error.detail}\n")
        return 1
    except PostgresError as error:
        sys.stderr.write(f"pictor: PostgreSQL says: {error}. Run the same again.\n")
        return 1


async def _make(to: str, *, secrets: bool) -> int:
    from pictor.backup.library import open_library  # noqa: PLC0415
    from pictor.backup.making import make_backup  # noqa: PLC0415
    from pictor.backup.manifest import BackupError  # noqa: PLC0415
    from pictor.backup.places import open_place  # noqa: PLC0415
    from pictor.stack.settings import RESTORING, StackSettings  # noqa: PLC0415

    settings = StackSettings.from_environment()
    if (settings.data / RESTORING).exists():
        raise BackupError(f"The restore into {settings.data} is not complete: run it again first.")
    place = open_place(to)
    try:
        async with open_library(settings) as library:
            made = await make_backup(library, place, secrets=secrets)
    finally:
        await place.close()
    manifest, copied = made.manifest, made.copied
    sys.stdout.write(
        f"{made.run}: {manifest.images:,} images, {manifest.size / 1e6:,.1f} MB; {copied.copied:,} originals copied, "
        f"{copied.there:,} there already\n"
    )
    lost = [*manifest.missing, *manifest.damaged]
    if lost:
        sys.stderr.write(
            f"pictor: In the library's store {len(manifest.missing)} originals are missing and {len(manifest.damaged)} "
            f"damaged; the backup has all others: {', '.join(lost[:SHOWN])}{' …' if len(lost) > SHOWN else ''}\n"
        )
    return 1 if lost else 0


async def _bring_back(source: str, which: str | None) -> int:
    from pictor.backup.library import open_library  # noqa: PLC0415
    from pictor.backup.manifest import BackupError  # noqa: PLC0415
    from pictor.backup.places import complete_runs, manifest_of, open_place  # noqa: PLC0415
    from pictor.backup.restoring import begin, restore_backup  # noqa: PLC0415
    from pictor.stack.settings import StackSettings  # noqa: PLC0415
    from services.catalog.storage.objects import StoreUnavailable  # noqa: PLC0415

    settings = StackSettings.from_environment()
    place = open_place(source)
    try:
        try:
            await place.check()
        except StoreUnavailable as error:
            raise BackupError(f"There is no backup at {source}, or it cannot be reached.") from error
        runs = await complete_runs(place)
        run = which or (runs[-1] if runs else None)
        if run is None or run not in runs:
            there = f"There are: {', '.join(runs[-10:])}." if runs else "There is none."
            raise BackupError(f"{source} has no complete backup{f' {which}' if which else ''}. {there}")
        manifest = await manifest_of(place, run)
        begin(settings, run)
        async with open_library(settings) as library:
            restored = await restore_backup(library, place, run, manifest)
    finally:
        await place.close()
    lost = len(manifest.missing) + len(manifest.damaged)
    sys.stdout.write(
        f"{run} is back: {restored.images:,} images, every original checked"
        f"{f', but for {lost} that were lost before the backup' if lost else ''}. Start the stack on it now.\n"
    )
    return 0
