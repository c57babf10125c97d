"""The Makefile, .ci/run and the SQL that makes the databases."""

import os
import stat
import subprocess
from urllib.parse import unquote

import asyncpg

from pictor.stack.postgres.databases import DATABASES
from pictor.stack.postgres.server import binary
from services.kit.testing.postgres import TestPostgres
from tests.deploy.compose import ROOT

TARGETS = (
    "run",
    "demo",
    "dev",
    "test",
    "test-fast",
    "coverage",
    "clients",
    "clients-drift",
    "test-servers",
    "mutants",
    "faults",
    "lint",
    "format",
    "clients-check",
    "contract-fuzz",
    "contracts",
    "docs",
    "web",
    "web-dev",
    "web-check",
    "lock",
    "bench-memory",
    "bench-inference",
    "bench-search",
    "bench-search-large",
    "bench-quality",
    "bench-web",
    "corpus",
    "clean",
)


def test_make_help_lists_every_target() -> None:
    command = ["make", "--no-print-directory", "help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout
    assert [line.split()[1] for line in said.splitlines()] == ["help", *TARGETS]


def test_an_older_python_is_refused_in_one_sentence(tmp_path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    command = ["make", "run", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode != 0
    assert f"{old} does not fit" in answer.stderr
    assert "Pictor runs on Python 3.11, 3.12 and 3.13" in answer.stderr
    assert not (tmp_path / "venv").exists()


def test_ci_is_a_program_without_syntax_errors() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", str(script)], check=True, timeout=120)
    assert script.read_text().splitlines()[-1] == "make test", "pytest's summary is the last line"


async def test_the_databases_are_made_once_however_often_it_is_asked(postgres: TestPostgres) -> None:
    sockets = unquote(postgres.url("postgres").partition("?host=")[2])
    script = ROOT / "deploy" / "docker" / "databases.sql"
    command = [binary("psql"), "--host", sockets, "--username", "postgres", "--file", script, "--quiet", "--no-psqlrc"]
    for _ in range(2):
        environment = {**os.environ, "SERVICES_PASSWORD": "it's $ecret"}
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)  # noqa: ASYNC221
        assert answer.returncode == 0, answer.stderr
    for name in DATABASES:
        connection = await asyncpg.connect(host=sockets, user=name, database=name)
        owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()"
        assert await connection.fetchval(owner) == name
        await connection.close()
