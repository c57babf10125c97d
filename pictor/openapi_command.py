"""`pictor openapi`: write the services' OpenAPI documents and the public one, or check them."""

import argparse
import sys


def _run(arguments: argparse.Namespace) -> int:
    from pictor.contracts import FOLDER, documents, drift, text_of  # noqa: PLC0415 - other commands need no FastAPI

    if arguments.check:
        differing = drift()
        if differing:
            print(f"contracts differ from the code: {', '.join(differing)}; run `make contracts`", file=sys.stderr)
        return 1 if differing else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, document in documents().items():
        (FOLDER / f"{name}.json").write_text(text_of(document), encoding="utf-8")
    return 0


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "Write the OpenAPI contracts from the code."
    parser = subparsers.add_parser("openapi", help="write the OpenAPI contracts from the code", description=about)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when they differ")
    parser.set_defaults(run=_run)
