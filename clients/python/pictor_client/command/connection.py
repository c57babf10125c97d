"""Which server, and with which key: options, environment, then what `pictor login` kept."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from pictor_client.client import Pictor
from pictor_client.retrying import RetryPolicy

LOCAL = "http://127.0.0.1:8000"
PATIENT = RetryPolicy(attempts=7, max_wait_s=10)
"""A server that is started again is back within half a minute."""

Url = Annotated[
    str | None, typer.Option("--url", envvar="PICTOR_URL", help="The server's address.", show_default="of the login")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


class CommandError(Exception):
    """What is said to people, and the exit status."""

    def __init__(self, message: str, status: int = 2) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Login:
    url: str
    key: str


def login_file() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "pictor" / "login.json"


def kept_login() -> Login | None:
    try:
        kept = json.loads(login_file().read_text(encoding="utf-8"))
        return Login(str(kept["url"]), str(kept["key"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{login_file()} is damaged: pictor login writes it again.") from error


def keep(login: Login) -> None:
    """Whole or not at all, and for this user alone."""
    file = login_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".login-")  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        json.dump({"url": login.url, "key": login.key}, written)
    Path(name).replace(file)


def current(url: str | None) -> Login:
    """The kept key goes to the server that it was given for, and to no other."""
    kept, key = kept_login(), os.environ.get("PICTOR_KEY")
    where = (url or (kept.url if kept else LOCAL)).rstrip("/")
    if not where.startswith(("http://", "https://")):
        raise CommandError(f"{where} is no address of a server: it begins with http:// or https://.")
    if key is None and kept is not None and kept.url == where:
        key = kept.key
    if not key:
        raise CommandError(f"There is no key for {where}: pictor login {where}, or set PICTOR_KEY.")
    return Login(where, key)


@contextmanager
def connected(url: str | None) -> Iterator[Pictor]:
    login = current(url)
    with Pictor(login.url, login.key, retries=PATIENT) as pictor:
        yield pictor
