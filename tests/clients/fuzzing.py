"""`make contract-fuzz`: Schemathesis against a live stack, all phases, 25 examples an operation; some ten minutes."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from pictor.contracts import FOLDER
from tests.clients.generators import HERE
from tests.e2e.stack import running_stack

SCHEMATHESIS = "schemathesis==4.32.5"
LEFT_OUT = ("sessions_delete", "me_change_password", "users_update", "users_reset_password", "spaces_delete")
"""Operations that lock the caller out, or take away what the others are asked about."""
NO_LIMIT = {"PICTOR_RATE_PER_S": "100000", "PICTOR_RATE_BURST": "100000"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make contract-fuzz", description=__doc__)
    parser.add_argument("--weights", default="starter", help="PICTOR_WEIGHTS of the stack")
    asked, further = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="pictor-fuzz-") as folder:
        venv = Path(folder) / "venv"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, timeout=300)
        subprocess.run([venv / "bin/pip", "install", "--quiet", SCHEMATHESIS], check=True, timeout=900)
        with running_stack(Path(folder) / "data", PICTOR_WEIGHTS=asked.weights, **NO_LIMIT) as stack:
            command = [str(venv / "bin/schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "run"]
            command += [str(FOLDER / "public.json"), "--url", stack.url, "--continue-on-failure"]
            command += ["--header", f"Authorization: Bearer {stack.credentials['api_key']}"]
            command += [f"--exclude-operation-id={operation}" for operation in LEFT_OUT]
            return subprocess.run([*command, *further], cwd=folder, timeout=7200, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
