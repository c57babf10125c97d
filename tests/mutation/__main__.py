"""Put each mutant into a copy of the code, run its tests there, and name those that no test noticed."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutation.mutants import MUTANTS, Mutant
from tests.photographs import REPOSITORY

TIMEOUT_S = 300
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", "*.egg-info")


def red(copy: Path, tests: str) -> bool:
    """Whether these tests fail in the copy; one that hangs fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests.split()]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return True
    if done.returncode > 1:  # neither passed nor failed: the run itself is broken
        raise SystemExit(done.stdout.decode()[-3000:])
    return done.returncode == 1


def survives(copy: Path, mutant: Mutant) -> bool:
    file = copy / mutant.file
    original = file.read_text()
    if original.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file} does not have once: {mutant.old}")
    file.write_text(original.replace(mutant.old, mutant.new))
    try:
        return not red(copy, mutant.tests)
    finally:
        file.write_text(original)


def main() -> None:
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="pictor-mutants-") as folder:
        copy = Path(folder) / "pictor"
        shutil.copytree(REPOSITORY, copy, ignore=LEFT_OUT)
        for tests in sorted({mutant.tests for mutant in MUTANTS}):
            if red(copy, tests):
                raise SystemExit(f"{tests} is red without a change")
        for mutant in MUTANTS:
            since = time.monotonic()
            survived = survives(copy, mutant)
            survivors += survived
            word = "SURVIVED" if survived else "killed"
            print(f"{word:9} {time.monotonic() - since:5.1f} s  {mutant.file}: {mutant.old} → {mutant.new}", flush=True)
    print(f"{len(MUTANTS) - survivors} of {len(MUTANTS)} mutants killed")
    sys.exit(survivors > 0)


if __name__ == "__main__":
    main()
