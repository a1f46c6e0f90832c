"""Addresses: which ones a service may be at (never metadata, private ones if it says so), and which are of the web."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""IPv6 addresses that end in the IPv4 address they stand for (NAT64; the old compatible form)."""

_NEVER: Final = tuple(
    ip_network(network) for network in (
        "0.0.0.0/8",            # "this host": connects to the machine itself
        "169.254.0.0/16",       # link-local, with the metadata service of most clouds
        "100.100.100.200/32",   # metadata elsewhere
        "168.63.129.16/32",     # a cloud's own agent
        "192.0.0.192/32",       # metadata elsewhere
        "224.0.0.0/4", "255.255.255.255/32",
        "::/128", "fe80::/10", "fd00:ec2::/32", "fd20:ce::254/128", "ff00::/8",
    )
)  # fmt: skip
"""Nothing a business runs its service at, whatever bot.yaml says."""


def is_web(url: str) -> bool:
    """Whether platforms and browsers open it: `tel:`, `/orders` and the like they do not."""
    return url[:8].lower().startswith(("https://", "http://"))


def is_allowed(address: str, *, private: bool) -> bool:
    """Whether a connection may be made there. What cannot be read as an address is not allowed."""
    try:
        found = _meant(ip_address(address.split("%", maxsplit=1)[0]))
    except ValueError:
        return False
    if found.is_multicast or any(found in network for network in _NEVER):
        return False
    return private or found.is_global


def is_private(host: str) -> bool:
    """Whether a host as written in a URL surely needs `private: true`: a private address, or this machine by name."""
    name = host.rstrip(".").casefold()
    return name == "localhost" or name.endswith(".localhost") or _is_literal_but(host, private=False)


def is_never(host: str) -> bool:
    """Whether a host as written in a URL is an address that no service may be at, whatever it says."""
    return _is_literal_but(host, private=True)


def _is_literal_but(host: str, *, private: bool) -> bool:
    """Whether it is an address that is written out, and is not allowed."""
    try:
        return not is_allowed(str(ip_address(host.strip("[]"))), private=private)
    except ValueError:
        return False


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one wraps, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and int(address) > 1 and any(address in network for network in _TRANSLATED):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address
