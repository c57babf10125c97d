"""The secrets that the processes share, generated once into the data folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_urlsafe

from pictor.stack.bootstrap.files import write_private
from pictor.stack.settings import StackError


@dataclass(frozen=True, repr=False)
class Secrets:
    """`internal_secret` signs the tokens between services, `key_pepper` keys the hashes of API keys (256 bits each)."""

    internal_secret: str
    key_pepper: str


def load_or_create_secrets(path: Path) -> Secrets:
    """Read the secrets from `path`, making them at the first start. Raise StackError when the file is damaged:
    a new pepper would make every API key of the existing database invalid, so none is made silently."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        secrets = Secrets(internal_secret=token_urlsafe(32), key_pepper=token_urlsafe(32))
        write_private(path, asdict(secrets))
        return secrets
    try:
        secrets = Secrets(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise StackError(
            f"{path} is damaged. Put it back from a backup; or delete it and start once with "
            "PICTOR_FORGET_KEYS=true, and all API keys, sessions and share links end."
        ) from error
    path.chmod(0o600)
    return secrets
