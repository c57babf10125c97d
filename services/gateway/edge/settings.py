"""What the settings may say of origins, networks and the public address; each refusal is a sentence."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def _items(said: object) -> list[str]:
    if not isinstance(said, str):
        return list(said)  # type: ignore[call-overload, no-any-return]  # given in code: a sequence
    return [item.strip() for item in said.split(",") if item.strip()]


def _origins(said: object) -> tuple[str, ...]:
    found = _items(said)
    if "*" in found and len(found) > 1:
        raise ValueError("PICTOR_CORS_ORIGINS is either * or a list of origins, not both.")
    return tuple(item if item == "*" else _origin(item) for item in found)


def _origin(item: str) -> str:
    """Give an origin as browsers write it: lower case, without the scheme's own port."""
    wrong = ValueError(
        f"PICTOR_CORS_ORIGINS has {item!r}, which is no origin: write scheme, host and port alone, such as "
        "https://app.example.org or http://localhost:5173, separated by commas."
    )
    try:
        parts = urlsplit(item.lower())
        port = parts.port
    except ValueError as error:
        raise wrong from error
    host = parts.netloc.removesuffix(f":{port}")
    whole = f"{parts.scheme}://{parts.netloc}" == item.lower()
    if not whole or parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host) or port == 0:
        raise wrong
    return (
        f"{parts.scheme}://{host}"
        if port in {None, _DEFAULT_PORTS[parts.scheme]}
        else f"{parts.scheme}://{host}:{port}"
    )


def _networks(said: object) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(_network(str(item)) for item in _items(said))


def _network(item: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(item)
    except ValueError as error:
        raise ValueError(
            f"PICTOR_TRUSTED_PROXIES has {item!r}, which is no address and no network ({error}): write them such as "
            "10.0.0.5, 172.16.0.0/12 or fd00::/8, separated by commas."
        ) from error


Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)]
"""Origins of browsers' pages, as `Origin` has them; `*` alone for all."""
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
