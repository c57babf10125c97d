"""`login`, `logout`, `status`, `open`."""

import platform
import sys
import webbrowser
from typing import Annotated
from uuid import UUID

import typer

from pictor_client.client import Pictor
from pictor_client.command import output
from pictor_client.command.connection import (
    LOCAL,
    CommandError,
    Json,
    Login,
    Url,
    connected,
    keep,
    kept_login,
    login_file,
)
from pictor_client.core import Client
from pictor_client.core.api.account import api_keys_create, sessions_create, sessions_delete
from pictor_client.core.models import ApiKeyCreate, ApiKeyWithSecret, Scope, Session, SessionCreate
from pictor_client.core.types import Unset
from pictor_client.retrying import RetryingClient, RetryPolicy
from pictor_client.settings import DEFAULT_TIMEOUT

_SCOPES = [Scope.SCOPE_IMAGES_READ, Scope.SCOPE_IMAGES_WRITE, Scope.SCOPE_CLASSIFY]


def login(
    url: Annotated[str, typer.Argument(help="The server's address.")] = LOCAL,
    *,
    name: Annotated[
        str | None, typer.Option(help="Sign in with name and password, and make a key for this machine.")
    ] = None,
) -> None:
    """Keep an API key for a server, in a file that only you can read.

    The key (or, with --name, the password) is asked for; in a pipe it is read from standard input.
    """
    url = url.rstrip("/")
    secret = _asked("Password" if name else "API key")
    if name:
        secret = _new_key(url, name, secret)
    with Pictor(url, secret) as pictor:
        user = pictor.me()
    keep(Login(url, secret))
    sys.stdout.write(f"{url}: {output.shown(user.name)}; the key is in {login_file()}\n")


def logout() -> None:
    """Forget the key. It stays good for others: revoke it on the page."""
    login_file().unlink(missing_ok=True)


def status(*, as_json: Json = False, url: Url = None) -> None:
    """Say how the server is: model, images, what waits."""
    with connected(url) as pictor:
        answer = pictor.status()
        if as_json:
            output.line_of_json({"url": pictor.url, **answer.to_dict()})
            return
        lines = [
            ("server", f"{pictor.url}, version {answer.version}"),
            ("state", answer.state),
            ("you", pictor.me().name),
            ("model", f"{answer.model.name or 'none'} ({answer.model.state}): {answer.model.detail}"),
        ]
        covered = answer.coverage
        if covered and not isinstance(covered, Unset):
            waiting = f"{covered.processing:,} in work, {covered.deferred:,} waiting, {covered.failed:,} failed"
            lines.append(("images", f"{covered.total:,}: {covered.ready:,} ready, {waiting}"))
        for what, said in lines:
            sys.stdout.write(f"{what}\t{output.shown(said)}\n")


def open_page(
    image: Annotated[str | None, typer.Argument(metavar="[ID]", help="An image; nothing: the wall.")] = None,
    *,
    url: Url = None,
) -> None:
    """Open the page in the browser."""
    kept = kept_login()
    where = (url or (kept.url if kept else LOCAL)).rstrip("/") + "/"
    if image:
        try:
            where += f"images/{UUID(image)}"
        except ValueError as error:
            raise CommandError(f"{image!r} is not the id of an image.") from error
    sys.stdout.write(where + "\n")
    webbrowser.open(where)


def _asked(what: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True)).strip()
    return sys.stdin.readline().strip()


def _new_key(url: str, name: str, password: str) -> str:
    with RetryingClient(policy=RetryPolicy(), base_url=url, timeout=DEFAULT_TIMEOUT) as http:
        client = Client(url).set_httpx_client(http)
        session = sessions_create.sync(client=client, body=SessionCreate(name=name, password=password))
    if not isinstance(session, Session):
        raise CommandError(f"{url} does not sign in as a server of Pictor does.", 1)
    with Pictor(url, session.token) as pictor:
        wanted = ApiKeyCreate(name=f"pictor on {platform.node()}"[:100], scopes=_SCOPES)
        key = api_keys_create.sync(client=pictor.core, body=wanted)
        sessions_delete.sync_detailed(client=pictor.core)
    if not isinstance(key, ApiKeyWithSecret):
        raise CommandError(f"{url} gives no key.", 1)
    return key.key
