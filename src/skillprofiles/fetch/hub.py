"""What the parts of a running crawl share: its plan, its memory, its limits, its pauses."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from skillprofiles.fetch.address import host_of, is_upgrade
from skillprofiles.fetch.crawl import Crawl
from skillprofiles.fetch.frontier import Job
from skillprofiles.fetch.plan import Plan
from skillprofiles.fetch.reach import Reach
from skillprofiles.fetch.record import Record
from skillprofiles.fetch.state import State
from skillprofiles.rules import source as rules

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot

LATER: Final = frozenset({429, 500, 502, 503, 504, 522, 524, 408})
"""Status codes after which a host is given a rest, and asked again."""

_LONGEST_REST: Final = 120.0
_MOST_FAILURES: Final = 5


@dataclass(slots=True)
class Hub:
    """What the parts of a running crawl share.

    Attributes:
        plan: what was asked for.
        crawl: what is done with answers.
        state: the memory of the raw store.
        reach: which machines may be connected to.
        slots: gives the downloader's slot of a host, where there is one yet.
        stop: ends the crawl, for a reason.
        tick: told now and then that time goes by, with the number of jobs that wait.
        stopped: the reason, once the crawl ends early.
        ending: set when it does, for whoever waits.
        waiting: number of jobs not answered yet.
        fault: what went wrong in the program or on the disk, and ended the crawl.
    """

    plan: Plan
    crawl: Crawl
    state: State
    reach: Reach
    tick: Callable[[int], None] = lambda waiting: None
    slots: Callable[[str], Slot | None] = lambda host: None
    stop: Callable[[str], None] = lambda reason: None
    stopped: str | None = None
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    fault: BaseException | None = None
    _admitted: int = 0
    _floors: dict[str, float] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _left: dict[str, str] = field(default_factory=dict)

    @property
    def record(self) -> Record:
        """What the crawl did so far."""
        return self.crawl.record

    def admits(self, job: Job) -> bool:
        """Whether one more request may be made; the last one ends the crawl."""
        if self.stopped or not self.crawl.frontier.still_wants(job):
            return False
        if self.plan.max_pages and self._admitted >= self.plan.max_pages:
            self.stop("max-pages")
            return False
        self._admitted += 1
        return True

    def may_ask(self, url: str) -> bool:
        """Whether a host may be talked to at all."""
        starts = self.plan.starts
        return self.crawl.frontier.scope.allows_host(url) or any(is_upgrade(s, url) for s in starts)

    def is_trusted(self, url: str) -> bool:
        """Whether credentials are shown to a host: that of a start, never with less encryption."""
        return any(
            host_of(url) == host_of(start) and is_upgrade(start, url) for start in self.plan.starts
        )

    def left_alone(self, url: str) -> str | None:
        """Return why a host is not asked any more in this crawl, or None."""
        return self._left.get(host_of(url))

    def rest_of(self, url: str) -> float:
        """Return how long a host still wants to be left alone since an earlier crawl, in seconds."""
        rest = self.state.resting(host_of(url)) - time.time()
        if rest > self.plan.patience:
            self._leave(url, f"it asked not to be disturbed for another {rest:,.0f} seconds")
            return 0.0
        return max(0.0, rest)

    def slow_down(self, url: str, delay: float) -> None:
        """Take in the pause that robots.txt asks for between two requests, in seconds."""
        self._floors[urlsplit(url).hostname or ""] = min(delay, self.plan.patience)
        self._floor(url)

    def answered(
        self, url: str, status: int, retry_after: str | None, size: int, tries: int
    ) -> None:
        """Take in an answer before the next request to its host: its size, the rest it asks for."""
        record = self.record
        record.requests += 1
        record.received += size
        record.statuses[status] += 1
        if status in LATER:
            self._pause(url, _seconds(retry_after), tries)
        else:
            self._failures[host_of(url)] = 0
        self._floor(url)
        if self.plan.max_bytes and record.received >= self.plan.max_bytes:
            self.stop("max-bytes")

    def unanswered(self, url: str, tries: int) -> None:
        """Take in that a request was not answered."""
        self._pause(url, None, tries)

    def gave_up(self, url: str, reason: str) -> None:
        """Take in that all tries of a request failed; after several in a row the host is left."""
        host = host_of(url)
        if self._failures[host] >= _MOST_FAILURES * (self.plan.retries + 1):
            self._leave(url, f"{_MOST_FAILURES} addresses in a row failed, the last one: {reason}")

    def postponed(self, url: str, reason: str) -> None:
        """Take in that an address is left for another crawl, because of its host."""
        self.record.count("waiting", url)
        self._leave(url, reason)

    def _leave(self, url: str, reason: str) -> None:
        host, record = host_of(url), self.record
        if host not in self._left:
            self._left[host] = reason
            record.find(rules.NOT_FETCHED, f"{urlsplit(url).scheme}://{host}/", reason=reason)

    def _pause(self, url: str, wanted: float | None, tries: int) -> None:
        """Give a host a rest: as long as it asks for, else longer with every failure."""
        host = host_of(url)
        self._failures[host] += 1
        if wanted is not None and wanted > self.plan.patience:
            self.state.rest(host, time.time() + wanted)
            self._leave(url, f"it asks to come back in {wanted:,.0f} seconds")
            return
        growing = max(self.plan.delay, 0.01) * 2 ** min(max(self._failures[host], tries), 20)
        rest = min(growing, _LONGEST_REST) if wanted is None else max(wanted, self.plan.delay)
        if slot := self.slots(urlsplit(url).hostname or ""):
            # The downloader waits until its delay has passed since the request before.
            slot.lastseen = max(slot.lastseen, monotonic() + rest - slot.delay)

    def _floor(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if (slot := self.slots(host)) and host in self._floors:
            slot.delay = max(slot.delay, self._floors[host])


def _seconds(retry_after: str | None) -> float | None:
    """Return the pause that ``Retry-After`` asks for, given in seconds or as a date."""
    text = (retry_after or "").strip()
    if text.isdigit() and len(text) < 10:
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
