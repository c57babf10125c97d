"""`make contract-fuzz`: Schemathesis against a live stack, all phases, 25 examples an operation; some ten minutes."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from pictor.contracts import FOLDER
from services.gateway.proxy.browser import PAGE_HEADER
from tests.clients.generators import HERE
from tests.clients.pictures import draw_pictures
from tests.e2e.stack import RunningStack, running_stack, send

SCHEMATHESIS = "schemathesis==4.32.5"
BY_THEMSELVES = (
    "sessions_delete",
    "me_change_password",
    "users_update",
    "users_delete",
    "users_reset_password",
    "spaces_delete",
)
"""Operations that lock the caller out, or take away what the others are asked about, once they are led to what there
is. They are asked last, and about what is not there: without the stateful phase."""
NO_LIMIT = {"PICTOR_RATE_PER_S": "100000", "PICTOR_RATE_BURST": "100000"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make contract-fuzz", description=__doc__)
    parser.add_argument("--weights", default="starter", help="PICTOR_WEIGHTS of the stack")
    asked, further = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="pictor-fuzz-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=300)
        subprocess.run([folder / "venv/bin/pip", "install", "--quiet", SCHEMATHESIS], check=True, timeout=900)
        with running_stack(folder / "data", PICTOR_WEIGHTS=asked.weights, **NO_LIMIT) as stack:
            _fill(stack, folder)
            together = [f"--exclude-operation-id={operation}" for operation in BY_THEMSELVES]
            apart = [f"--include-operation-id={operation}" for operation in BY_THEMSELVES]
            outcomes = [
                _fuzz(stack, folder, *together, *further),
                _fuzz(stack, folder, *apart, "--phases=examples,coverage,fuzzing", *further),
            ]
    return max(outcomes)


def _fill(stack: RunningStack, folder: Path) -> None:
    """Keep two images and a collection: from lists of them Schemathesis knows ids that are there."""
    with stack.client() as client:
        for picture in sorted(draw_pictures(folder / "pictures").iterdir()):
            send(client, picture.read_bytes(), title=picture.stem, tags=["fuzz"])
        client.post("/v1/collections", json={"name": "Fuzz"}).raise_for_status()


def _fuzz(stack: RunningStack, folder: Path, *options: str) -> int:
    command = [str(folder / "venv/bin/schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [
        str(FOLDER / "public.json"),
        "--url",
        stack.url,
        "--continue-on-failure",
        "--header",
        f"{PAGE_HEADER}: 1",
    ]
    command += ["--header", f"Authorization: Bearer {stack.credentials['api_key']}", *options]
    return subprocess.run(command, cwd=folder, timeout=7200, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
