"""Which machines may be reached: none inside a private network, unless the start itself is there.

What counts is the address a connection is made to, after its name was resolved: a name may mean
another machine with every answer.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
# Of local use too, though older versions of Python do not know.
_LOCAL: Final = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "3fff::/20", "5f00::/16")))


@dataclass(slots=True)
class Reach:
    """The addresses that may be connected to.

    Attributes:
        private: addresses inside private networks that the starts themselves have.
        refused: what was asked for and refused, by host name.
    """

    private: frozenset[Address] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_starts(cls, starts: Iterable[str]) -> Reach:
        """Return what the starts allow; their names are resolved now, once."""
        found: set[Address] = set()
        for host in {urlsplit(start).hostname or "" for start in starts}:
            found |= {address for address in _resolved(host) if not is_public(address)}
        return cls(frozenset(found))

    def allows(self, text: str, host: str) -> bool:
        """Whether a connection to an address may be made; a refusal is remembered.

        Args:
            text: the address, as resolved.
            host: the name it was resolved from.
        """
        address = parsed(text)
        if address is not None and (is_public(address) or address in self.private):
            return True
        self.refused[host] = text
        return False


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also where it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    is_local = any(address.version == net.version and address in net for net in _LOCAL)
    return address.is_global and not address.is_multicast and not is_local


def parsed(text: str) -> Address | None:
    """Return an address as a value, without the interface some carry; None where it is none."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _resolved(host: str) -> set[Address]:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    texts = (str(answer[4][0]) for answer in answers)
    return {address for text in texts if (address := parsed(text)) is not None}
