"""The first user and its API key, so that the first `curl` works."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import httpx

from pictor.stack.bootstrap.files import write_private
from pictor.stack.settings import StackError

USER = "admin"
SCOPES = ("images:read", "images:write", "classify", "account", "admin")


class CredentialsLost(StackError):
    """Nobody here knows the first user's password: no reason not to run."""


@dataclass(frozen=True, repr=False)
class Credentials:
    """The content of credentials.json. `api_key` is None until one has been made."""

    url: str
    api_key: str | None
    user: str
    password: str


async def ensure_credentials(path: Path, client: httpx.AsyncClient, url: str) -> Credentials:
    """Give the first user's credentials as kept in `path`; make what is missing. `client` speaks to `url`.

    The password is written before the user exists: a crash at any point leaves a file from which the next start goes
    on. Raise CredentialsLost when the gateway knows the user by another password (it was changed, or the file deleted).
    """
    known = _read(path)
    credentials = replace(known, url=url) if known else Credentials(url, None, USER, token_urlsafe(18))
    if credentials != known:
        write_private(path, asdict(credentials))
    if credentials.api_key and await _accepted(client, credentials.api_key):
        return credentials
    await _post(client, "/v1/users", {"name": credentials.user, "password": credentials.password}, allowed=(403, 409))
    token = await _log_in(client, credentials, path)
    key = await _post(client, "/v1/api-keys", {"name": "pictor up", "scopes": SCOPES}, token=token)
    credentials = replace(credentials, api_key=key["key"])
    write_private(path, asdict(credentials))
    return credentials


def _read(path: Path) -> Credentials | None:
    try:
        return Credentials(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise StackError(
            f"{path} is damaged: repair it or put it back from a backup, it holds the first user's password."
        ) from error


async def _accepted(client: httpx.AsyncClient, key: str) -> bool:
    answer = await client.get("/v1/me", headers={"authorization": f"Bearer {key}"})
    if answer.status_code in (401, 403):
        return False
    if not answer.is_success:
        raise StackError(f"The gateway answered {answer.status_code} to GET /v1/me: {answer.text[:200]}")
    return True


async def _log_in(client: httpx.AsyncClient, credentials: Credentials, path: Path) -> str:
    body = {"name": credentials.user, "password": credentials.password}
    answer = await _post(client, "/v1/sessions", body, allowed=(401,))
    if "token" not in answer:
        raise CredentialsLost(
            f"The user {credentials.user} exists with another password than the one in {path}. Put that file back from "
            "a backup, or write the right password into it; without it no API key can be shown here."
        )
    return str(answer["token"])


async def _post(
    client: httpx.AsyncClient,
    path: str,
    body: dict[str, Any],
    *,
    token: str | None = None,
    allowed: tuple[int, ...] = (),
) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = await client.post(path, json=body, headers=headers)
    if not answer.is_success and answer.status_code not in allowed:
        raise StackError(f"The gateway answered {answer.status_code} to POST {path}: {answer.text[:300]}")
    content: dict[str, Any] = answer.json()
    return content
