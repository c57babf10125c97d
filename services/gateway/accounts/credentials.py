"""API keys and session tokens: `pk_<id>_<secret>_<check>` and `ps_…`, all fields lower-case hex.

The id (128 bits) finds the row, the secret (256 bits) proves the right to it, and the check (CRC-32 of all before it)
tells a typo or a cut-off paste from a key that is not known, without asking the database. It is no defence.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.gateway.services.errors import MalformedKey

_TOKEN = re.compile(r"(pk|ps)_([0-9a-f]{32})_[0-9a-f]{64}_([0-9a-f]{8})")
SEED_BYTES = 32


class Kind(StrEnum):
    API_KEY = "pk"
    SESSION = "ps"


@dataclass(frozen=True)
class Token:
    """What a token says of itself; nothing of it is verified but the check."""

    kind: Kind
    id: UUID


def parse_token(token: str) -> Token:
    """Raise MalformedKey for what cannot be a token of ours."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise MalformedKey("This is not an API key (`pk_…`) or a session token (`ps_…`): is it complete?")
    kind, key_id, check = found.groups()
    if check != _check(token[: -len(check) - 1]):
        raise MalformedKey("The key's checksum does not fit: there is a typo in it, or a part is missing.")
    return Token(Kind(kind), UUID(hex=key_id))


def _check(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


class Pepper:
    """Everything keyed with PICTOR_KEY_PEPPER. Each use has its own domain, so no output serves for another."""

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper.encode()

    def digest(self, token: str) -> bytes:
        """Return what is stored of a token: 32 bytes that are of no use without the pepper."""
        return self._keyed("token", token.encode())

    def fingerprint(self, body: bytes) -> str:
        """Return a digest of a body that holds a password: unlike a plain hash, it cannot be guessed from a dump."""
        return self._keyed("body", body).hex()

    def token(self, kind: Kind, token_id: UUID, seed: bytes) -> str:
        """Make the token whose secret comes from `seed`, 32 random bytes.

        The seed alone is no secret: an idempotent answer keeps it for its 24 hours in the place of the key.
        """
        text = f"{kind}_{token_id.hex}_{self._keyed('secret', token_id.bytes + seed).hex()}"
        return f"{text}_{_check(text)}"

    def share_secret(self, share_id: UUID, seed: bytes) -> str:
        """Make the secret of a share link, from a seed that alone is none; 256 bits, in hex."""
        return self._keyed("share", share_id.bytes + seed).hex()

    def unlocked(self, what: str) -> str:
        """Prove later that we said this to somebody who knew a share link's password."""
        return self._keyed("unlocked", what.encode()).hex()

    @property
    def check(self) -> bytes:
        """Tell this pepper from others, and nothing else of it."""
        return self._keyed("check", b"")

    @property
    def cookie_name(self) -> str:
        """Name the page's cookie, for this installation alone: browsers keep cookies apart by host, not by port."""
        return f"pictor_session_{self._keyed('cookie', b'').hex()[:8]}"

    def _keyed(self, domain: str, message: bytes) -> bytes:
        return hmac.digest(self._pepper, domain.encode() + b"\0" + message, hashlib.sha256)


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)
