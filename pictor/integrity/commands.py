"""`pictor reconcile` and `pictor verify`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from pictor.backup.commands import ENVIRONMENT, ended

SHOWN = 20
RECONCILE = """\
Find objects that no image has (a kill in the middle of an upload leaves them), model inputs that nobody waits for, and
images whose original is gone. Says what it found; with --apply it removes the first two. Images are never removed."""
VERIFY = """\
Read every original again, and compare size and hash with what was uploaded; then see that every labelled image has a
vector. Slow on purpose: --rate bounds what it reads. Stopped, it goes on where it was."""


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `reconcile` and `verify`."""
    raw = argparse.RawDescriptionHelpFormatter
    reconcile = subparsers.add_parser(
        "reconcile",
        help="compare rows and objects",
        description=RECONCILE + "\n" + ENVIRONMENT,
        formatter_class=raw,
    )
    reconcile.add_argument("--apply", action="store_true", help="remove what was found")
    reconcile.add_argument("--grace", type=float, default=24, metavar="HOURS", help="leave younger objects alone (24)")
    reconcile.add_argument("--force", action="store_true", help="also where more than 1 %% of all would go")
    reconcile.set_defaults(run=_reconcile)
    verify = subparsers.add_parser(
        "verify",
        help="read every original and compare its hash",
        description=VERIFY + "\n" + ENVIRONMENT,
        formatter_class=raw,
    )
    verify.add_argument("--rate", type=float, default=100, metavar="MB/S", help="read at most so fast (100)")
    verify.set_defaults(run=_verify)


def _reconcile(arguments: argparse.Namespace) -> int:
    if arguments.grace < 0:
        sys.stderr.write("pictor: --grace is a number of hours, 0 or more.\n")
        return 2
    return ended(_compare(timedelta(hours=arguments.grace), apply=arguments.apply, force=arguments.force))


def _verify(arguments: argparse.Namespace) -> int:
    if not arguments.rate > 0:
        sys.stderr.write("pictor: --rate is a number of megabytes a second, above 0.\n")
        return 2
    return ended(_read_all(arguments.rate * 1e6))


async def _compare(grace: timedelta, *, apply: bool, force: bool) -> int:
    from pictor.backup.library import open_library  # noqa: PLC0415 - other commands need not load it
    from pictor.integrity.reconcile import look, remove  # noqa: PLC0415
    from pictor.stack.settings import StackSettings  # noqa: PLC0415

    async with open_library(StackSettings.from_environment()) as library:
        found = await look(library, grace=grace)
        sys.stdout.write(
            f"{found.folders:,} image folders: {len(found.orphans):,} without a row, {len(found.inputs):,} leftover "
            f"model inputs ({found.size / 1e6:,.1f} MB); {len(found.lost):,} images without an original\n"
        )
        _list("without a row", found.orphans)
        _list("without an original", found.lost)
        if apply:
            sys.stdout.write(f"{await remove(library, found, force=force):,} objects removed\n")
        elif found.orphans or found.inputs:
            sys.stdout.write("Nothing was changed; --apply removes what no image has.\n")
    if found.lost:
        sys.stderr.write("pictor: Originals are lost: upload them again, or restore them from a backup.\n")
    return 1 if found.lost else 0


async def _read_all(bytes_per_s: float) -> int:
    from pictor.backup.library import open_library  # noqa: PLC0415
    from pictor.integrity.verify import images_without_vector, verify_originals  # noqa: PLC0415
    from pictor.stack.settings import StackSettings  # noqa: PLC0415

    async with open_library(StackSettings.from_environment()) as library:
        found = await verify_originals(library, bytes_per_s=bytes_per_s)
        lacking = await images_without_vector(library)
    sys.stdout.write(
        f"{found.images:,} originals read, {found.size / 1e6:,.1f} MB: {len(found.missing):,} missing, "
        f"{len(found.damaged):,} damaged\n"
    )
    _list("missing", found.missing)
    _list("damaged", found.damaged)
    for space, count in lacking.items():
        sys.stdout.write(f"{space}: {count:,} labelled images have no vector\n")
    if not found.well:
        sys.stderr.write("pictor: Upload these again, or restore them from a backup.\n")
    return 0 if found.well else 1


def _list(what: str, ids: Sequence[object]) -> None:
    for image_id in ids[:SHOWN]:
        sys.stdout.write(f"  {what}: {image_id}\n")
    if len(ids) > SHOWN:
        sys.stdout.write(f"  … and {len(ids) - SHOWN:,} more\n")
