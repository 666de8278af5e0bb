"""Where a request comes from: its connection, or what a proxy that is trusted says of it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ...environment import words
from .asgi import App, Receive, Scope, Send, noted, values

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_SITE_BITS = 64
_SCHEMES = ("http", "https")


class Addressed:
    """Notes the client's address, and takes over the scheme that a trusted proxy saw.

    `X-Forwarded-For` is read from its right end: the first address that is no trusted proxy is the client, so that
    what a client writes into the header itself is never believed.
    """

    def __init__(self, app: App, trusted: str) -> None:
        self._app = app
        self._trusted = tuple(ip_network(one) for one in words(trusted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] == "http":
            peer = _parsed((scope.get("client") or ("",))[0])
            noted(scope)["address"] = _site(peer)
            if self._trusts(peer):
                self._as_forwarded(scope, peer)
        await self._app(scope, receive, send)

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)

    def _as_forwarded(self, scope: Scope, peer: Address | None) -> None:
        client = peer
        for said in reversed(words(",".join(values(scope, b"x-forwarded-for")))):
            client = _parsed(said)
            if not self._trusts(client):
                break
        noted(scope)["address"] = _site(client)
        schemes = words(",".join(values(scope, b"x-forwarded-proto")))
        if schemes and schemes[-1] in _SCHEMES:
            scope["scheme"] = schemes[-1]


def _parsed(said: str) -> Address | None:
    """The address, which some proxies write with a port: `192.0.2.1:443`, `[2001:db8::1]:443`."""
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        address = ip_address(said)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _site(address: Address | None) -> str:
    """What is counted as one: an IPv4 address, or the /64 network of an IPv6 one."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _SITE_BITS), strict=False))
    return str(address) if address else "unknown"
