"""`pictor up`."""

import argparse
import io
import sys

DESCRIPTION = """\
Run the whole stack on this machine: PostgreSQL, the four services, the worker. Everything that it keeps is in one
folder; Ctrl-C stops it, and the next start finds it as it was.

environment:
  PICTOR_DATA      the folder for everything that is kept (./data)
  PICTOR_PORT      the port of the page and the API on 127.0.0.1 (8000)
  PICTOR_WEIGHTS   auto: Inception V3 where its weights can be had, else the starter, EfficientNet-Lite2, whose
                   weights are installed; imagenet (Inception V3, downloaded once), starter, resnet50, vgg16,
                   untrained (random, for tests), or the path of a weights file or of another model package (auto)
  PICTOR_CANDIDATE_PACKAGE
                   the folder of a second model package, served beside the first: its vector space is filled by
                   POST /v1/images:reprocess and takes over by POST /v1/spaces/{id}:promote (none)
Other PICTOR_ variables reach the services, such as PICTOR_ENGINE, PICTOR_REGISTRATION or PICTOR_LOG_LEVEL."""


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "up",
        help="run the whole stack on this machine",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--reload",
        action="store_true",
        help="start a service again when its files change, for those who work on Pictor",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from pictor.stack.settings import StackSettings  # noqa: PLC0415 - other commands need not load the stack
    from pictor.stack.up import run_stack  # noqa: PLC0415

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 must not lose a service's lines
    run_stack(StackSettings.from_environment(), reload=arguments.reload)
    return 0
