"""`pictor up` as a program: the real services, without a model, because its weights cannot be reached from here."""

import asyncio
import json
import os
import shlex
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from pictor.stack.ports import free_ports
from tests.stack.fakes import ROOT, eventually, gone

NOWHERE = "http://127.0.0.1:9"


@dataclass
class RunningStack:
    process: asyncio.subprocess.Process
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()

    def services(self) -> dict[str, psutil.Process]:
        """The supervised processes, by a word of their command."""
        words = ("gateway.main", "catalog.main", "catalog.worker", "classifier.main", "similarity.main", "bin/postgres")
        children = psutil.Process(self.process.pid).children()
        return {word: child for word in words for child in children if word in " ".join(child.cmdline())}


@asynccontextmanager
async def a_running_stack(data: Path, port: int) -> AsyncIterator[RunningStack]:
    """`pictor up`, ready; killed at the end if it is still there."""
    variables = {"PICTOR_DATA": str(data), "PICTOR_PORT": str(port), "PICTOR_WEIGHTS": "imagenet"}
    environment = {**os.environ, **variables, "https_proxy": NOWHERE, "HTTPS_PROXY": NOWHERE}
    log = data.with_name(f"up-{time.monotonic_ns()}.log")
    with log.open("w") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pictor.cli", "up", cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    stack = RunningStack(process, log)
    try:
        await eventually(lambda: "Pictor is ready" in stack.said or process.returncode is not None, within_s=600)
        assert process.returncode is None, stack.said
        yield stack
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def printed_curl(said: str) -> list[str]:
    return next(shlex.split(line) for line in said.splitlines() if line.startswith("  curl "))


async def test_the_stack_from_an_empty_folder_to_its_second_start(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_ports(1)[0]
    async with a_running_stack(data, port) as stack:
        # Without a model everything runs, and the operator knows what to do.
        assert "PICTOR_WEIGHTS=starter" in stack.said
        services = stack.services()
        assert len(services) == 6

        # The printed command works as it stands.
        curl = await asyncio.create_subprocess_exec(
            *[word.replace("wait=30", "wait=0") for word in printed_curl(stack.said)], stdout=asyncio.subprocess.PIPE
        )
        answer, _ = await asyncio.wait_for(curl.communicate(), 120)
        image = json.loads(answer)
        assert image["title"] == "Hills"
        assert image["state"] in ("processing", "deferred")

        credentials = json.loads((data / "credentials.json").read_text())
        for private in ("credentials.json", "secrets.json"):
            assert stat.S_IMODE((data / private).stat().st_mode) == 0o600
        for log in (data / "logs").iterdir():
            assert credentials["password"] not in log.read_text()
            assert credentials["api_key"].split("_")[2] not in log.read_text()

        # A service that dies comes back by itself.
        services["catalog.main"].kill()
        await eventually(lambda: "catalog stopped (signal 9), restarting in 0.5 s" in stack.said)
        async with client(credentials) as caller:
            await eventually_answers(caller, f"/v1/images/{image['id']}")

        # A second stack on this folder is refused, and Ctrl-C ends the first in time.
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pictor.cli", "up"),
            cwd=ROOT,
            env={**os.environ, "PICTOR_DATA": str(data)},
            stderr=asyncio.subprocess.PIPE,
        )
        _, complaint = await asyncio.wait_for(second.communicate(), 120)
        assert second.returncode == 1
        assert f"already runs on {data} (process {stack.process.pid}, http://127.0.0.1:{port})" in complaint.decode()
        family = psutil.Process(stack.process.pid).children(recursive=True)
        stack.process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(stack.process.wait(), 30) == 0
        assert all(gone(member.pid) for member in family)

    async with a_running_stack(data, port) as stack:
        assert json.loads((data / "credentials.json").read_text()) == credentials
        async with client(credentials) as caller:
            content = await caller.get(f"/v1/images/{image['id']}/content")
        assert content.content == (data / "sample.jpg").read_bytes()


def client(credentials: dict[str, str]) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {credentials['api_key']}"}
    return httpx.AsyncClient(base_url=credentials["url"], headers=headers, trust_env=False)


async def eventually_answers(caller: httpx.AsyncClient, path: str) -> None:
    async with asyncio.timeout(60):
        while (await caller.get(path)).status_code != 200:  # noqa: ASYNC110 - an answer over HTTP sets no event
            await asyncio.sleep(0.1)
