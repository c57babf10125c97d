"""`pictor doctor`."""

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pictor.doctor.findings import Finding

ABOUT = """\
Say what is wrong with an installation, and what to do: data folder and its rights, free disk, port, weights, databases
and their schema, object store, secrets, clock. Starts nothing and changes nothing, but for a small object that it puts
into the store and removes. The exit status is 1 when a line says fail.

With PICTOR_GATEWAY_DATABASE_URL, _CATALOG_ and _SIMILARITY_ it looks at those databases, and at the store of
PICTOR_STORE and PICTOR_S3_; else at the data folder, PICTOR_DATA."""


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="say what is wrong with an installation",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON list, for programs")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from pictor.doctor.examination import examine  # noqa: PLC0415 - other commands need not load it

    found = asyncio.run(examine())
    if arguments.json:
        lines = [
            {"check": one.check, "grade": one.grade.value, "said": one.said, "next_step": one.next_step}
            for one in found
        ]
        sys.stdout.write(json.dumps(lines, indent=2) + "\n")
    else:
        sys.stdout.write("".join(map(_line, found)))
    return 1 if any(one.grade == "fail" for one in found) else 0


def _line(one: "Finding") -> str:
    step = f"\n      {'':22} → {one.next_step}" if one.next_step else ""
    return f"{one.grade.value:5} {one.check:22} {one.said}{step}\n"
