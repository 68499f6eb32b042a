"""Sockets to the internet alone. An address that a stranger chose must not lead to a machine of our own
network.

It is looked at when the socket is made, after names were resolved, so that a name which changes between the
look and the call (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

_NAT64: Final = IPv6Network("64:ff9b::/96")

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it, and aiohttp's connectors hand it on."""


class NotPublic(OSError):
    """A name led to a machine of somebody's own network."""


def is_public(host: str) -> bool:
    """True when an address is on the internet: not ours, not our network's, not another one in disguise."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    inner = _inside(address)
    if inner is not None:
        return is_public(str(inner))
    return address.is_global and not (address.is_multicast or address.is_reserved)


def public_socket(info: AddrInfo) -> socket.socket:
    """For aiohttp's `socket_factory`, which brings the very address that is about to be connected to."""
    family, type_, proto, _, address = info
    if not is_public(str(address[0])):
        raise NotPublic("the file's host has no public address")
    return socket.socket(family=family, type=type_, proto=proto)


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
