"""Where a request comes from, and under which path, when a reverse proxy stands before the gateway."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
AddressHeader = Literal["x-forwarded-for", "forwarded"]
MAX_HOPS = 32
_FORWARDED_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*(?:"([^"]*)"|([^;]*))', re.IGNORECASE)


class ProxyMiddleware:
    """Takes the client's address from `header` where a trusted proxy says it, and the public prefix off the path.

    A path without the prefix is taken as it is: some proxies strip it, some do not, and both work.
    """

    def __init__(
        self, app: ASGIApp, *, trusted: Sequence[Network] = (), header: AddressHeader, prefix: str = ""
    ) -> None:
        self.app = app
        self.trusted = trusted
        self.header = header.encode()
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if self.trusted and scope["client"] is not None:
                said = [value for name, value in scope["headers"] if name == self.header]
                scope["client"] = (client_address(scope["client"][0], said, self.header, self.trusted), 0)
            raw_path: bytes = scope["raw_path"]
            if self.prefix and (raw_path + b"/").startswith(f"{self.prefix}/".encode()):
                taken = len(self.prefix)
                scope["raw_path"], scope["path"] = raw_path[taken:] or b"/", scope["path"][taken:] or "/"
        await self.app(scope, receive, send)


def client_address(peer: str, said: Iterable[bytes], header: bytes, trusted: Sequence[Network]) -> str:
    """Walk back from the peer over trusted proxies, each of which says whom it serves; give the first that is none.

    What stands further to the left anybody can have written. An entry that is no address ends the walk at the proxy
    that wrote it.
    """
    found = _address(peer)
    if found is None or not _is_trusted(found, trusted):
        return peer
    entries = b",".join(said).decode("latin-1").split(",")[-MAX_HOPS:]
    for entry in reversed(entries):
        further = _address(_forwarded_for(entry) if header == b"forwarded" else entry)
        if further is None:
            break
        found = further
        if not _is_trusted(found, trusted):
            break
    return str(found)


def _forwarded_for(element: str) -> str:
    """Give the node of `for=` of one element of RFC 7239's header."""
    match = _FORWARDED_FOR.search(element)
    return (match[1] or match[2] or "") if match else ""


def _address(node: str) -> Address | None:
    """Read `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; None for anything else."""
    node = node.strip()
    if node.startswith("["):
        node = node[1:].partition("]")[0]
    elif node.count(":") == 1:
        node = node.partition(":")[0]
    try:
        address = ip_address(node)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)
