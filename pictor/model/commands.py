"""The subcommands of `pictor model`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from pictor.model.build import run_build
from pictor.model.calibration import NoPicturesError
from pictor.model.quantize import run_quantize
from pictor.model.telling import NothingToCountError
from pictor.model.use import run_use
from pictor.model.verify import run_verify

_MOST_SEED = 2**32 - 1
_WEIGHTS = "imagenet|untrained|starter|NETWORK|PATH"
_USE = """\
Change the running stack (of PICTOR_DATA) to another model, while it goes on answering: make its package, serve it
beside the first, embed the whole library with it into a space of its own, have that space answer searches when it is
complete, and label the library again. Stopped half way, run it again: what is done stays done, and until the new space
is complete the old one answers."""


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `model` with `build`, `use`, `verify` and `quantize`."""
    model = subparsers.add_parser(
        "model", help="make, check and change models", description="Make, check and change models."
    )
    commands = model.add_subparsers(title="commands", metavar="command", required=True)

    build = commands.add_parser("build", help="make a model package", description="Make a model package, once.")
    build.add_argument("network", nargs="?", metavar="NETWORK", help="such as resnet50; by default what --weights mean")
    _weights(build, "by default the network's official ones, or without a network: auto")
    where = build.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", type=Path, metavar="DIR", help="the folder to make")
    where.add_argument("--into", type=Path, metavar="DIR", help="make a folder in this one, named after the model")
    build.add_argument("--link", metavar="NAME", help="with --into: point this symbolic link there to the package")
    build.add_argument(
        "--seed",
        type=_seed,
        default=0,
        metavar="N",
        help="of random numbers: another seed makes another model, such as a second one to try spaces with (0)",
    )
    build.add_argument("--cache", type=Path, metavar="DIR", help="where downloads are kept (`weights` beside it)")
    build.set_defaults(run=_one_sentence_on_failure(run_build))

    use = commands.add_parser(
        "use",
        help="change the running stack to another model",
        description=_USE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    use.add_argument("network", metavar="NAME", help="a network such as inception_v3, `starter`, or a package's folder")
    _weights(use, "by default the network's official ones")
    use.add_argument("--keep-labels", action="store_true", help="do not label the library again in the end")
    use.add_argument(
        "--force", action="store_true", help="also when images that have a vector now have none in the new space"
    )
    use.set_defaults(run=_one_sentence_on_failure(run_use))

    verify = commands.add_parser("verify", help="check a model package, and how well it labels your own pictures")
    verify.add_argument("package", type=Path, metavar="DIR")
    verify.add_argument("--images", type=Path, metavar="DIR", help="pictures named after their WordNet ids")
    verify.add_argument("--engine", choices=["auto", "openvino", "tensorflow"], default="auto")
    verify.add_argument("--precision", choices=["auto", "fp32", "bf16", "int8"], default="auto")
    verify.set_defaults(run=_one_sentence_on_failure(run_verify))

    quantize = commands.add_parser(
        "quantize",
        help="make a package in int8 out of another",
        description="Make a new package in int8, and say how far its answers are from fp32. It changes nothing that "
        "runs: `pictor model use DIR` changes to it, and it fills a vector space of its own.",
    )
    quantize.add_argument("package", type=Path, metavar="DIR")
    quantize.add_argument(
        "--images",
        type=Path,
        nargs="+",
        required=True,
        metavar="PATH",
        help="pictures such as the library holds, and folders of them: 400 are used at the most",
    )
    quantize.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder to make")
    quantize.add_argument("--holdout", type=int, metavar="N", help="how many to compare on (a fifth, at most 100)")
    quantize.set_defaults(run=_one_sentence_on_failure(run_quantize))


def _weights(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--weights",
        metavar=_WEIGHTS,
        help=f"official weights, random numbers, or those of a file or of another package ({default})",
    )


def _one_sentence_on_failure(run: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    def guarded(arguments: argparse.Namespace) -> int:
        from services.vision.packages import PackageError  # noqa: PLC0415 (an import for this command only)

        try:
            run(arguments)
        except (PackageError, NothingToCountError, NoPicturesError) as error:
            sys.stderr.write(f"pictor: {error}\n")
            return 1
        return 0

    return guarded


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_SEED:
        raise argparse.ArgumentTypeError(f"a number from 0 to {_MOST_SEED}")
    return int(text)
