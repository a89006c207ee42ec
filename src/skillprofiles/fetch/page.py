"""What came back: a skill profile, a role page, a sitemap or something else, and where it leads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from lxml import etree
from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.utils.sitemap import Sitemap

from skillprofiles.fetch.address import canonical, host_of, is_no_page
from skillprofiles.findings import Finding, Report
from skillprofiles.model import Profile, Settled, Source
from skillprofiles.parser import parse_document
from skillprofiles.parser.fields import collect, page_language
from skillprofiles.read import read_document
from skillprofiles.read.containers import decompress
from skillprofiles.rules import source as rules
from skillprofiles.vocabulary import LANGUAGES

_ANY_LINK: Final = LinkExtractor(deny_extensions=(), unique=True)
_MOST_LINKS: Final = 10_000
_MOST_LISTED: Final = 50_000
_GZIP: Final = b"\x1f\x8b"
_OTHER: Final = {rules.NOT_A_PROFILE.code, rules.EMPTY.code, rules.BINARY.code}
_BROKEN: Final = {rules.CUT_OFF.code, rules.BROKEN_ENCODING.code, rules.TOO_LARGE.code}
_SHOWN: Final = 60


class Kind(StrEnum):
    """What a page is."""

    PROFILE = "profile"
    ROLE = "role"
    SITEMAP = "sitemap"
    OTHER = "other"
    BROKEN = "broken"


class Link(NamedTuple):
    """A way that leads on from a page.

    Attributes:
        url: the canonical address.
        how: ``link``; ``alternate`` for another edition; ``listed`` for an entry of a sitemap;
            ``sitemap`` for a sitemap in a sitemap.
        language: the edition's language, where the page tells.
    """

    url: str
    how: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that came back, understood as far as a crawl has to.

    Attributes:
        kind: what it is.
        what: the same in words, for a finding.
        language: language of its labels, for a skill profile.
        profile: the profile, where nothing on it is wrong.
        address: the address it gives itself, canonical, on the same host.
        links: where it leads.
    """

    kind: Kind
    what: str
    language: str | None = None
    profile: Profile | None = None
    address: str | None = None
    links: tuple[Link, ...] = ()


def look_at(url: str, data: bytes, content_type: str, most: int) -> Seen:
    """Tell what a page is and where it leads.

    Args:
        url: the address that answered.
        data: its bytes, in a form that tells its character set.
        content_type: the header of that name.
        most: size above which a packed sitemap is refused, in bytes.
    """
    if data.startswith(_GZIP):
        unpacked = decompress(data, url, most)
        if isinstance(unpacked, Finding):
            return Seen(Kind.BROKEN, unpacked.message)
        data = unpacked
    if (listed := _sitemap(url, data)) is not None:
        return Seen(Kind.SITEMAP, "a sitemap", links=tuple(listed))
    response = HtmlResponse(url, body=data) if _is_html(data, content_type) else None
    links = tuple(_links(response)) if response is not None else ()
    address = _own_address(response) if response is not None else None
    return _read(url, data, links, address)


def same_profile(url: str, old: bytes, new: Profile | None) -> bool:
    """Whether a stored page says the same as a new one, whatever else changed around it."""
    try:
        return new is not None and parse(url, old)[0] == new
    except Exception:  # noqa: BLE001 - as above: then the page counts as another one
        return False


def parse(url: str, data: bytes) -> tuple[Profile | None, Report, str | None]:
    """Read a page: its profile, what is wrong with it, the language of its labels."""
    report = Report(url)
    document = read_document(data, report)
    if document is None:
        return None, report, None
    digest = hashlib.sha256(data).hexdigest()
    profile = parse_document(document, Source(url, url), digest, report)
    if profile is not None:
        return profile, report, profile.language
    language, _ = page_language(collect(document.texts), Settled())
    return None, report, language


def _read(url: str, data: bytes, links: tuple[Link, ...], address: str | None) -> Seen:
    try:
        profile, report, language = parse(url, data)
    except Exception as error:  # noqa: BLE001 - a fault of the reader must not end a crawl
        return Seen(Kind.BROKEN, f"the reader failed with {type(error).__name__}", links=links)
    by_code = {finding.rule.code: finding for finding in report.findings}
    if rules.ROLE_PAGE.code in by_code:
        return Seen(Kind.ROLE, "a role page", links=links)
    if hit := _OTHER.intersection(by_code):
        return Seen(Kind.OTHER, _in_words(by_code[min(hit)], data), links=links)
    if hit := _BROKEN.intersection(by_code):
        return Seen(Kind.BROKEN, by_code[min(hit)].message, links=links)
    if language is None:
        return Seen(Kind.BROKEN, "a page whose language is not clear", links=links)
    return Seen(Kind.PROFILE, "a skill profile", language, profile, address, links)


def _in_words(finding: Finding, data: bytes) -> str:
    """Say what a page is that is no skill profile, as someone who looks at it would."""
    if finding.rule is rules.EMPTY:
        return "an empty page"
    if finding.rule is rules.BINARY:
        return "something that is not text"
    try:
        root = etree.HTML(data)
    except (etree.LxmlError, ValueError):
        root = None
    title = "" if root is None else " ".join((root.findtext(".//title") or "").split())
    if root is not None and root.find(".//input[@type='password']") is not None:
        return f"a login form, '{title[:_SHOWN]}'" if title else "a login form"
    return f"another page, '{title[:_SHOWN]}'" if title else "another page"


def _is_html(data: bytes, content_type: str) -> bool:
    return "html" in content_type.lower() or b"<a" in data[:200_000].lower()


def _sitemap(url: str, data: bytes) -> Iterator[Link] | None:
    """Return the entries of a sitemap; None where it is none."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") or not any(tag in head for tag in (b"<urlset", b"<sitemapindex")):
        return None
    try:
        sitemap = Sitemap(data)
    except (etree.XMLSyntaxError, StopIteration):
        return None
    return _listed(url, sitemap) if sitemap.type in ("urlset", "sitemapindex") else None


def _listed(url: str, sitemap: Sitemap) -> Iterator[Link]:
    how, found = "sitemap" if sitemap.type == "sitemapindex" else "listed", 0
    for entry in sitemap:
        for text in (entry["loc"], *entry.get("alternate", ())):
            if (address := canonical(text, url)) and found < _MOST_LISTED:
                found += 1
                yield Link(address, how)


def _links(response: HtmlResponse) -> Iterator[Link]:
    """Yield the links of a page that programs may follow, its other editions first."""
    for node in response.xpath("//link[@href][@hreflang]"):
        rel = (node.attrib.get("rel") or "").lower().split()
        code = node.attrib["hreflang"].lower().partition("-")[0]
        address = canonical(node.attrib["href"], response.url)
        if "alternate" in rel and address:
            yield Link(address, "alternate", code if code in LANGUAGES else None)
    robots = " ".join(response.xpath("//meta[@name='robots']/@content").getall()).lower()
    if "nofollow" in robots or "none" in robots:
        return
    for link in _ANY_LINK.extract_links(response)[:_MOST_LINKS]:
        address = canonical(link.url, response.url)
        if address and not link.nofollow and not is_no_page(address):
            yield Link(address, "link")


def _own_address(response: HtmlResponse) -> str | None:
    """Return the address a page says is its own, where it is on the same host."""
    for text in response.xpath("//link[@rel='canonical']/@href").getall():
        address = canonical(text, response.url)
        if address and host_of(address) == host_of(response.url):
            return address
    return None
