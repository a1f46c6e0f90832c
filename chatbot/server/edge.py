"""What stands before us: the name under which the world knows us, and the proxies that tell who calls.

`X-Forwarded-For` is believed only as far as it was written by proxies that are listed; anybody can send one.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from chatbot.errors import OperatorError

VARIABLE: Final = "CHATBOT_TRUSTED_PROXIES"


class Edge:
    """`public_url` may be empty; `trusted` are the networks of our own proxies."""

    def __init__(self, public_url: str = "", trusted: tuple[IPv4Network | IPv6Network, ...] = ()) -> None:
        self._host = host_of(public_url)
        self._trusted = trusted

    @classmethod
    def read(cls, public_url: str, environ: Mapping[str, str]) -> Edge:
        """CHATBOT_TRUSTED_PROXIES: addresses and networks with commas between. Raises OperatorError."""
        names = [name for each in environ.get(VARIABLE, "").split(",") if (name := each.strip())]
        try:
            return cls(public_url, tuple(ip_network(name, strict=False) for name in names))
        except ValueError as error:
            raise OperatorError(f"{VARIABLE}: {error}; write for example 127.0.0.1, 10.0.0.0/8") from None

    def is_ours(self, origin: str, request: web.Request) -> bool:
        """Whether a page of this origin is our own: a proxy in front may tell us another host than the world sees."""
        # `Origin: null` has no host, and no host of ours is empty.
        return host_of(origin) in {request.host.lower(), self._host} - {""}

    def address(self, request: web.Request) -> str:
        """One caller's name: an IPv4 address, or the /64 that one household has of IPv6; "" for a Unix socket."""
        found = _address(request.remote or "")
        said = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        while found is not None and said and self._trusts(found):
            nearest = _address(said.pop().strip())
            if nearest is None:
                break
            found = nearest
        if isinstance(found, IPv6Address):
            return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
        return "" if found is None else str(found)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def host_of(url: str) -> str:
    """Host and port; "" for what is no address."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
