"""`make clients-check`: generate, compile and run clients in many languages, lint the document, and print a matrix.

What is generated goes to a temporary folder. The exit status is 1 when anything is red; what was not run, because a
tool is missing, says so and is not red.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pictor.contracts import FOLDER
from tests.clients.generators import CHECKS, CLIENTS, GATE, HERE, RELEASED, TOOLS, Client, Command
from tests.clients.pictures import draw_pictures
from tests.e2e.stack import running_stack

STEP_S = 1800
STEPS = ("generate", "compile", "story")
PASSED, FAILED = "ok", "FAILED"


class Run:
    """The work folder, and the document that everything is generated from."""

    def __init__(self, work: Path, document: Path) -> None:
        self.work = work
        self.document = document
        path = f"{work}/python/bin:{os.environ['PATH']}"
        self.environment = {
            **os.environ,
            "PATH": path,
            "CARGO_TARGET_DIR": str(work / "cargo"),
            "CI": "1",
            "NO_COLOR": "1",
        }
        self.red = False

    def do(self, commands: Sequence[Command], folder: Path, **environment: str) -> str:
        """Run the commands in the folder; say how that went."""
        for command in commands:
            filled = self._filled(command, folder)
            if shutil.which(filled[0]) is None:
                return f"not run: no {Path(filled[0]).name}"
            if not self._passes(filled, folder, environment):
                self.red = True
                return FAILED
        return PASSED

    def _passes(self, command: list[str], folder: Path, environment: dict[str, str]) -> bool:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=STEP_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print(f"\n{' '.join(command)[:200]}: not done after {STEP_S} s", file=sys.stderr)
            return False
        if done.returncode:
            print(f"\n{' '.join(command)[:200]}\n{done.stdout[-4000:]}", file=sys.stderr)
        return done.returncode == 0

    def _filled(self, command: Command, folder: Path) -> list[str]:
        classpath = folder / "classpath"
        places = {
            "{document}": str(self.document),
            "{released}": str(RELEASED if RELEASED.is_file() else self.document),
            "{work}": str(self.work),
            "{out}": str(folder),
            "{classpath}": classpath.read_text() if classpath.is_file() else "",
        }
        filled = list(command)
        for name, value in places.items():
            filled = [part.replace(name, value) for part in filled]
        return filled

    def client(self, client: Client, stack: dict[str, str]) -> dict[str, str]:
        """Take one client through its steps; a step after one that is not green is not run."""
        folder = self.work / "clients" / client.name.replace("/", "-")
        folder.mkdir(parents=True)
        outcome = dict.fromkeys(STEPS, "not run")
        for step in STEPS:
            commands: tuple[Command, ...] = getattr(client, step)
            if not commands:
                outcome[step] = f"none: {client.lacking}"
                break
            if step == "compile":
                for name, place in client.copied.items():
                    (folder / place).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(HERE / "stories" / name, folder / place)
            if step == "story":
                stack = {**stack, "PICTOR_PICTURES": str(draw_pictures(folder / "pictures"))}
            outcome[step] = self.do(commands, folder, **stack)
            print(f"{client.name}: {step} {outcome[step]}", flush=True)
            if outcome[step] != PASSED:
                break
        return outcome


@contextmanager
def work_folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="pictor-clients-") as folder:
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make clients-check", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[], metavar="CLIENT", help="those alone, by name")
    parser.add_argument("--keep", type=Path, help="a new folder to leave everything in")
    parser.add_argument("--weights", default="starter", help="PICTOR_WEIGHTS of the stack that the stories run against")
    asked = parser.parse_args()
    clients = [client for client in CLIENTS if not asked.only or client.name in asked.only]
    with work_folder(asked.keep) as work, running_stack(work / "data", PICTOR_WEIGHTS=asked.weights) as stack:
        run = Run(work, FOLDER / "public.json")
        shutil.copy(HERE / "package.json", work)
        lines = [(f"tools of {name}", run.do(commands, work), "", "") for name, commands in TOOLS]
        lines += [(name, run.do([command], work), "", "") for name, command in CHECKS]
        lines.append(("oasdiff", run.do([GATE], work), "" if RELEASED.is_file() else "nothing is released: itself", ""))
        where = {"PICTOR_URL": stack.url, "PICTOR_KEY": stack.credentials["api_key"]}
        matrix = [(client.name, *run.client(client, where).values()) for client in clients]
        for row in (
            ("", "done", "", ""),
            *lines,
            ("", "", "", ""),
            ("client", "generated", "compiled", "story"),
            *matrix,
        ):
            print("{:<24}{:<26}{:<26}{}".format(*row).rstrip())
    return int(run.red)


if __name__ == "__main__":
    sys.exit(main())
