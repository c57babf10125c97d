"""The last thing that `pictor up` prints when it starts: where to go, and what to paste."""

import sys
from contextlib import suppress
from shlex import quote

from pictor.stack.bootstrap.first_user import Credentials
from pictor.stack.settings import StackSettings


def announce(
    settings: StackSettings, credentials: Credentials | None, *, took_s: float, model: str, labels: bool
) -> None:
    """Print without names before the lines: the `curl` works as it stands here. `labels`: whether it brings any."""
    first = ""
    if credentials:
        outcome = "get it back with its labels" if labels else "get its labels when there is a model"
        first = f"\nSend a picture, and {outcome}:\n\n  {first_curl(settings, credentials)}\n"
    text = f"""
Pictor is ready ({took_s:.1f} s).

  page, API      {settings.url}
  sign in        {f"as {credentials.user}; the password is in credentials.json, below" if credentials else "see above"}
  documentation  {settings.url}/docs
  API key        {credentials.api_key if credentials else "not known here: see above"}
  kept in        {settings.credentials} (with the first user's name and password)
  model          {model}
  logs           {settings.logs}
{first}
Stop with Ctrl-C.
"""
    with suppress(BrokenPipeError, ValueError):
        sys.stdout.write(text)
        sys.stdout.flush()


def first_curl(settings: StackSettings, credentials: Credentials) -> str:
    """One line, whatever characters the data folder's path has."""
    headers = (f"Authorization: Bearer {credentials.api_key}", "Content-Type: image/jpeg", "Prefer: wait=30")
    options = " ".join(f"-H {quote(header)}" for header in headers)
    body, address = quote(f"@{settings.sample}"), quote(f"{settings.url}/v1/images?title=Hills")
    return f"curl -sS -w '\\n' {options} --data-binary {body} {address}"
