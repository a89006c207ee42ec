"""What a crawl is asked to do, checked before anything is fetched."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from skillprofiles import __version__
from skillprofiles.config import DEFAULT_MAX_BYTES
from skillprofiles.fetch.address import canonical
from skillprofiles.vocabulary import LANGUAGES

_LARGEST_LIST: Final = 64 * 1024 * 1024
_ENVIRONMENT: Final = "SKILLPROFILES_FETCH_"
_VISIBLE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class BadPlan(ValueError):
    """A crawl cannot be made as it was asked for; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a site is shown to let the crawl in; never printed, logged or stored.

    Attributes:
        authorization: the whole header of that name.
        cookie: the whole header of that name.
    """

    authorization: str | None = field(default=None, repr=False)
    cookie: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Credentials:
        """Return what the environment holds: a user and password, a token, a cookie.

        Raises:
            BadPlan: if a value cannot be sent as a header; the value itself is not shown.
        """
        import base64

        def value(name: str) -> str | None:
            text = environment.get(_ENVIRONMENT + name)
            if text and not _VISIBLE.fullmatch(text):
                raise BadPlan(f"{_ENVIRONMENT}{name} holds characters that no header can carry")
            return text or None

        user, password, token = value("USER"), value("PASSWORD"), value("TOKEN")
        if user and token:
            raise BadPlan(f"both {_ENVIRONMENT}USER and {_ENVIRONMENT}TOKEN are set; one is enough")
        if user:
            basic = base64.b64encode(f"{user}:{password or ''}".encode()).decode("ascii")
            return cls(f"Basic {basic}", value("COOKIE"))
        return cls(f"Bearer {token}" if token else None, value("COOKIE"))


@dataclass(frozen=True, slots=True)
class Plan:
    """A crawl, as asked for.

    Attributes:
        starts: canonical addresses of pages, index pages or sitemaps.
        out: the raw store.
        languages: the editions wanted; empty for whatever is linked.
        folders: canonical addresses that bound what is followed, instead of the starts.
        hosts: further hosts that links and redirects may lead to.
        contact: how the site's owner reaches whoever crawls; part of the User-Agent.
        delay: least pause between two requests to one host, in seconds.
        timeout: how long a request may take, in seconds.
        retries: how often a request is tried again.
        patience: longest pause that a host may ask for, in seconds; longer ones end its crawl.
        max_pages: how many requests are made at most; 0 for no limit.
        max_bytes: how much is received at most, in bytes; 0 for no limit.
        max_seconds: how long the crawl may run; 0 for no limit.
        page_bytes: size of a page above which it is refused, also decompressed.
        store_all: whether pages that are no skill profiles are stored too.
        warc: whether pages are stored in a WARC file.
        dry_run: whether to list what would be fetched, and store nothing.
        restart: whether to begin anew where a crawl was interrupted.
        credentials: what the starts' hosts are shown.
    """

    starts: tuple[str, ...]
    out: Path
    languages: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    contact: str | None = None
    delay: float = 1.0
    timeout: float = 30.0
    retries: int = 4
    patience: float = 300.0
    max_pages: int = 0
    max_bytes: int = 0
    max_seconds: float = 0.0
    page_bytes: int = DEFAULT_MAX_BYTES
    store_all: bool = False
    warc: bool = False
    dry_run: bool = False
    restart: bool = False
    credentials: Credentials = Credentials()

    @property
    def user_agent(self) -> str:
        """How the crawl introduces itself."""
        return f"skillprofiles/{__version__}" + (f" (+{self.contact})" if self.contact else "")

    @property
    def key(self) -> str:
        """What makes two calls the same crawl, so that one goes on where the other stopped."""
        parts: Iterable[object] = (
            sorted(self.starts),
            sorted(self.languages),
            sorted(self.folders),
            sorted(self.hosts),
            self.store_all,
            self.warc,
        )
        return repr(tuple(parts))


def planned(
    starts: Iterable[str],
    languages: Iterable[str],
    folders: Iterable[str],
    hosts: Iterable[str],
    contact: str | None,
    **settled: Any,
) -> Plan:
    """Return what a user asks for in words, checked, with the credentials of the environment.

    Args:
        starts: addresses, files of addresses, or ``-`` for standard input.
        languages: codes of editions.
        folders: addresses that bound what is followed.
        hosts: names of hosts, or addresses on them.
        contact: an e-mail or web address.
        settled: the other attributes of the plan, as they are.

    Raises:
        BadPlan: if something of it cannot be meant.
        OSError: if a file of addresses cannot be read.
    """
    return Plan(
        starts=checked_starts(starts, sys.stdin),
        languages=checked_languages(languages),
        folders=tuple(start_address(folder) for folder in folders),
        hosts=tuple(checked_host(host) for host in hosts),
        contact=checked_contact(contact),
        credentials=Credentials.from_environment(os.environ),
        **settled,
    )


def checked_starts(texts: Iterable[str], standard_input: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the addresses a user named: themselves, in files, or ``-`` for standard input.

    Raises:
        BadPlan: if one is no address, or there is none.
        OSError: if a file cannot be read.
    """
    found: dict[str, None] = {}
    for text in texts:
        if "://" in text:
            found[start_address(text)] = None
            continue
        lines = standard_input if text == "-" else _lines(text)
        for number, line in enumerate(lines, 1):
            if (entry := line.strip()) and not entry.startswith("#"):
                found[start_address(entry, f"{text}:{number}: ")] = None
    if not found:
        raise BadPlan("there is no address to start from")
    return tuple(found)


def start_address(text: str, where: str = "") -> str:
    """Return an address a user wrote, in its one spelling.

    Raises:
        BadPlan: if it is none, or carries a user name or password, which then is not shown.
    """
    try:
        parts = urlsplit(text)
        if "@" in parts.netloc:
            raise BadPlan(
                f"{where}an address must not carry a user name or password; set "
                f"{_ENVIRONMENT}USER and {_ENVIRONMENT}PASSWORD in the environment"
            )
        address = canonical(text) if parts.scheme.lower() in ("http", "https") else None
    except BadPlan:
        raise
    except ValueError:
        address = None
    if address is None:
        raise BadPlan(f"{where}'{text}' is not an address that starts with http:// or https://")
    return address


def checked_host(text: str) -> str:
    """Return a host a user wrote, or the host of an address.

    Raises:
        BadPlan: if it is none.
    """
    address = canonical(text if "://" in text else f"https://{text}")
    if address is None or (urlsplit(address).path != "/" and "://" not in text):
        raise BadPlan(f"'{text}' is not the name of a host")
    return urlsplit(address).netloc


def checked_contact(text: str | None) -> str | None:
    """Return how to reach whoever crawls: an e-mail address or a web address.

    Raises:
        BadPlan: if it is neither.
    """
    if text is None:
        return None
    kind = "@" in text or text.startswith(("http://", "https://"))
    if not kind or not re.fullmatch(r"[\x21-\x27\x2a-\x7e]{3,200}", text):
        raise BadPlan(f"'{text}' is neither an e-mail address nor a web address")
    return text


def checked_languages(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the languages a user named, each once.

    Raises:
        BadPlan: if one is not known.
    """
    wanted = tuple(dict.fromkeys(code.lower() for code in codes))
    for code in wanted:
        if code not in LANGUAGES:
            raise BadPlan(f"'{code}' is not a language that is read: {', '.join(LANGUAGES)}")
    return wanted


def _lines(path: str) -> list[str]:
    file = Path(path)
    if not file.exists():
        raise BadPlan(f"'{path}' is neither an address nor a file of addresses")
    with file.open("rb") as stream:
        data = stream.read(_LARGEST_LIST + 1)
    if len(data) > _LARGEST_LIST:
        raise BadPlan(f"{path} is larger than {_LARGEST_LIST:,} bytes")
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BadPlan(f"{path} is not a text file in UTF-8") from None
