"""What a server answered, and which address a page is known by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from skillprofiles.fetch.address import language_of, slug_of, work_of
from skillprofiles.fetch.page import Seen

_LOGIN: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        status: status code.
        headers: headers by lower-case name, the last of each.
        body: the bytes, decompressed.
        tries: how often it was asked for.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    tries: int = 1


def reason_of(status: int) -> str:
    """Say what a status code means, and what helps."""
    try:
        phrase = f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = f"HTTP {status}"
    if status in _LOGIN:
        return f"{phrase}; where a login is needed, set SKILLPROFILES_FETCH_USER or _TOKEN"
    return phrase


def own_address(url: str, seen: Seen, claims: Mapping[tuple[str, str], str]) -> str:
    """Return the address a new page is known by: the one it gives itself, where that can be right.

    Sites give all editions of a page, or even all their pages, one address; such are not believed.

    Args:
        url: the address that answered.
        seen: the page.
        claims: the addresses of pages found before, by work and language.
    """
    own, language = seen.address, seen.language or ""
    if own is None or own == url:
        return url
    asked, told = language_of(url), language_of(own)
    if told not in (None, language) or (asked and told != asked):
        return url
    if urlsplit(url).path.startswith(urlsplit(own).path.rstrip("/") + "/"):
        return url
    if slug_of(own) != slug_of(url) and (work_of(own), language) in claims:
        return url
    return own
