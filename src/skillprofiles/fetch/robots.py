"""robots.txt, obeyed: what may be fetched, and how fast.

As RFC 9309 wants it: a site without the file may be fetched; a site whose server cannot hand it out
may not, until it can.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from skillprofiles.fetch.signs import Closed, Unreachable, reason_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from skillprofiles.fetch.hub import Hub

META: Final = "skillprofiles_robots"
_AGENT: Final = "skillprofiles"
_LARGEST: Final = 512 * 1024
_PRIORITY: Final = 1000


@dataclass(frozen=True, slots=True)
class _Unread:
    """The file could not be had, for a reason."""

    reason: str


class RobotsMiddleware:
    """Asks for robots.txt once a host, before anything else."""

    def __init__(self, crawler: Crawler) -> None:
        """Obey robots.txt in a crawl."""
        self._crawler = crawler
        self._known: dict[str, Protego | _Unread] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Make one for a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Stop a request that robots.txt does not allow.

        Raises:
            Closed: if it is not allowed.
            Unreachable: if it is not known whether it is.
        """
        if request.meta.get(META):
            return
        rules = await self._rules(request.url)
        if isinstance(rules, _Unread):
            raise Unreachable(f"robots.txt cannot be read ({rules.reason})")
        if not rules.can_fetch(request.url, _AGENT):
            raise Closed

    def closes(self, url: str) -> bool:
        """Whether an address is closed, as far as the robots.txt of its host was read."""
        parts = urlsplit(url)
        rules = self._known.get(f"{parts.scheme}://{parts.netloc}")
        return isinstance(rules, Protego) and not rules.can_fetch(url, _AGENT)

    async def _rules(self, url: str) -> Protego | _Unread:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            if site not in self._known:
                self._known[site] = await self._asked(f"{site}/robots.txt")
                self._slow_down(url, self._known[site])
            return self._known[site]

    async def _asked(self, url: str) -> Protego | _Unread:
        state = self._hub.state
        etag, modified, text = state.robots(url)
        validators = {"If-None-Match": etag, "If-Modified-Since": modified}
        request = Request(
            url,
            headers={name: value for name, value in validators.items() if value},
            meta={META: True, "download_maxsize": _LARGEST},
            priority=_PRIORITY,
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except (Closed, Unreachable) as stop:
            return _Unread(str(stop))
        except Exception as error:  # noqa: BLE001 - whatever failed, it is not known
            return _Unread(reason_of(error, url, self._hub))
        return self._read(url, response, text)

    def _read(self, url: str, response: Response, text: str) -> Protego | _Unread:
        status = response.status
        if status == 304:
            return Protego.parse(text)
        if 400 <= status < 500 and status != 429:
            return Protego.parse("")
        if not 200 <= status < 300:
            return _Unread(f"HTTP {status}")
        text = response.body.decode("utf-8-sig", "ignore")
        tags = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
        etag, modified = (tag.decode("latin-1") if tag else None for tag in tags)
        self._hub.state.keep_robots(url, etag, modified, text)
        return Protego.parse(text)

    def _slow_down(self, url: str, rules: Protego | _Unread) -> None:
        delay = None if isinstance(rules, _Unread) else rules.crawl_delay(_AGENT)
        if delay:
            self._hub.slow_down(url, float(delay))

    @property
    def _hub(self) -> Hub:
        hub: Hub = self._crawler.spider.hub  # type: ignore[union-attr]
        return hub
