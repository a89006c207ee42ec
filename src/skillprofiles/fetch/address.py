"""Addresses: one spelling each, the editions of a page, what lies inside a crawl's scope."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from scrapy.linkextractors import IGNORED_EXTENSIONS
from w3lib.url import canonicalize_url

from skillprofiles.parser.identity import address_parts
from skillprofiles.vocabulary import LANGUAGES

_LONGEST: Final = 2000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# What visitors carry along; the page is the same without it.
_TRACKING: Final = re.compile(
    r"utm_\w+|(?:fb|g|ms|dc)clid|mc_[ce]id|_ga|_gl|phpsessid|jsessionid", re.IGNORECASE
)
_SESSION: Final = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_FILE: Final = re.compile(r"/[^/]*\.(?:html?|php|aspx?)$|/index$", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
_NOT_PAGES: Final = frozenset(IGNORED_EXTENSIONS) - {"txt", "xml", "gz"}
_MOST_SEGMENTS: Final = 16
_MOST_REPEATS: Final = 3


def canonical(url: str, base: str = "") -> str | None:
    """Return the one spelling of an address; None where it cannot be a page of the web.

    Fragments, default ports, session ids and what campaigns append are dropped, the query is sorted.
    Addresses that carry a user name or a password are refused.

    Args:
        url: the address, as it is written.
        base: the address of the page it stands on, for relative ones.
    """
    try:
        parts = urlsplit(canonicalize_url(urljoin(base, url.strip())))
        port, host = parts.port, parts.hostname
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        return None
    host = f"[{host}]" if ":" in host else host.rstrip(".")
    if not _HOST.fullmatch(host):
        return None
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = urlencode(
        [
            (key, value)
            for key, value in parse_qsl(parts.query, keep_blank_values=True)
            if not _TRACKING.fullmatch(key)
        ]
    )
    path = _SESSION.sub("", parts.path) or "/"
    spelled = urlunsplit((parts.scheme, netloc, path, query, ""))
    return spelled if len(spelled) <= _LONGEST and spelled.isprintable() else None


def host_of(url: str) -> str:
    """Return the host of an address, with the port where it is not the usual one."""
    return urlsplit(url).netloc


def folder_of(url: str) -> str:
    """Return the folder of a host: its name, with the port behind ``_`` where there is one."""
    return host_of(url).replace("[", "").replace("]", "").replace(":", "_")


def language_of(url: str) -> str | None:
    """Return the language an address asks for, by ``?lang=`` or its first folder, or None."""
    return address_parts(url)[1]


def slug_of(url: str) -> str | None:
    """Return the slug of the skill an address names, or None."""
    return address_parts(url)[0]


def work_of(url: str) -> str:
    """Return what the addresses of a page's editions have in common."""
    parts = urlsplit(url)
    query = urlencode([pair for pair in parse_qsl(parts.query, True) if pair[0] != "lang"])
    return parts.netloc + _without_language(parts.path) + (f"?{query}" if query else "")


def edition_of(url: str, language: str) -> str:
    """Return the address of another edition, written as the address given is written."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    asked = dict(pairs).get("lang")
    if asked is None and _without_language(parts.path) != parts.path:
        path = f"/{language}{_without_language(parts.path)}"
        return urlunsplit(parts._replace(path=path))
    pairs = sorted([pair for pair in pairs if pair[0] != "lang"] + [("lang", language)])
    return urlunsplit(parts._replace(query=urlencode(pairs)))


def _without_language(path: str) -> str:
    head, slash, rest = path.lstrip("/").partition("/")
    return (slash + rest or "/") if head in LANGUAGES else path


def is_upgrade(old: str, new: str) -> bool:
    """Whether both addresses are on one host and nothing is lost in security between them."""
    a, b = urlsplit(old), urlsplit(new)
    if a.hostname != b.hostname:
        return False
    usual = a.port in (None, 80, 443) and b.port in (None, 80, 443)
    return (a.port == b.port or usual) and b.scheme in (a.scheme, "https")


def is_no_page(url: str) -> bool:
    """Whether an address names a picture, an archive or the like."""
    last = urlsplit(url).path.rpartition("/")[2].lower()
    return any(last.endswith(f".{ending}") for ending in _NOT_PAGES)


def repeats_itself(url: str) -> bool:
    """Whether an address is one of those that grow with every link: ``/a/b/a/b/a/b``."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    most = max((segments.count(segment) for segment in set(segments)), default=0)
    return len(segments) > _MOST_SEGMENTS or most >= _MOST_REPEATS


@dataclass(frozen=True, slots=True)
class Scope:
    """Which links a crawl follows: those below its starts, in every language, on their hosts.

    Attributes:
        hosts: host names (with a port that is not the usual one) that may be talked to at all.
        folders: paths without language, each of which stands for itself and all below it.
    """

    hosts: frozenset[str]
    folders: frozenset[str]

    @classmethod
    def around(
        cls, starts: Collection[str], allowed: Collection[str], wanted: Collection[str]
    ) -> Scope:
        """Return the scope of some starts.

        Args:
            starts: canonical addresses.
            allowed: further hosts.
            wanted: canonical addresses whose folders make the scope, instead of the starts.
        """
        hosts = frozenset(map(host_of, (*starts, *wanted))) | frozenset(allowed)
        return cls(hosts, frozenset(map(_folder, wanted or starts)))

    def allows_host(self, url: str) -> bool:
        """Whether the host of an address may be talked to."""
        return host_of(url) in self.hosts

    def follows(self, url: str) -> bool:
        """Whether a link to an address is followed."""
        path = _without_language(urlsplit(url).path)
        return self.allows_host(url) and any(
            path == folder or path.startswith(folder.rstrip("/") + "/") for folder in self.folders
        )


def _folder(start: str) -> str:
    path = _without_language(urlsplit(start).path)
    return _FILE.sub("", path).rstrip("/") or "/"
