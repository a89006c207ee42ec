"""The crawl on Scrapy: the spider, and what stands between it and the network."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request, Spider, signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from skillprofiles.fetch.answer import Answer
from skillprofiles.fetch.frontier import Job
from skillprofiles.fetch.hub import LATER, Hub
from skillprofiles.fetch.robots import RobotsMiddleware
from skillprofiles.fetch.signs import Closed, Dropped, Unreachable, is_lasting, reason_of

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_JOB: Final = "skillprofiles_job"
_SITEMAP_BYTES: Final = 50 * 1024 * 1024
_TICK: Final = 0.25


class ProfileSpider(Spider):
    """Turns jobs into requests, and answers into jobs."""

    name = "skillprofiles"

    def __init__(self, hub: Hub, **extra: Any) -> None:
        """Crawl as a hub has it."""
        super().__init__(**extra)
        self.hub = hub
        self._closing = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ProfileSpider:
        """Make the spider of a crawl."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.hub.stop, spider.hub.slots = spider.stop, spider._slot
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first requests."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self._interrupt, number)
        if self.hub.plan.max_seconds:
            loop.call_later(self.hub.plan.max_seconds, self.stop, "max-time")
        self._tick()
        with self._faults():
            for request in self.requests(self.hub.crawl.begin()):
                yield request

    def requests(self, jobs: Iterable[Job]) -> Iterator[Request]:
        """Yield the requests that jobs make; a dry run lists most of them instead."""
        hub = self.hub
        for job in jobs:
            if hub.plan.dry_run and not (job.is_start or job.is_sitemap):
                hub.record.listed.append((self._how(job), job.url))
                continue
            hub.waiting += 1
            large = job.is_sitemap or job.url.endswith((".xml", ".gz"))
            most = {"download_maxsize": max(_SITEMAP_BYTES, hub.plan.page_bytes)} if large else {}
            yield Request(
                job.url,
                headers=hub.crawl.validators(job),
                meta={_JOB: job, "dont_redirect": True, **most},
                priority=job.priority,
                callback=self.taken,
                errback=self.unanswered,
                dont_filter=True,
            )

    def _how(self, job: Job) -> str:
        """Say in a word how an address would be asked for."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if robots and robots.closes(job.url):
            return "closed"
        return "if changed" if job.live else "fetch"

    def take(self, request: Request, response: Response) -> None:
        """Take in an answer, and schedule what follows from it.

        This happens before the downloader asks for the next page: what an answer says of other
        addresses must be known by then.
        """
        self.hub.waiting -= 1
        job: Job = request.meta[_JOB]
        headers = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1")
            for name, values in response.headers.items()
            if values
        }
        tries = request.meta.get("retry_times", 0) + 1
        answer = Answer(response.status, headers, response.body, tries)
        if response.status in LATER:
            self.hub.gave_up(job.url, f"HTTP {response.status}")
            if self.hub.left_alone(job.url):
                self.hub.postponed(job.url, "")
                return
        with self._faults():
            for following in self.requests(self.hub.crawl.received(job, answer)):
                self.crawler.engine.crawl(following)

    def taken(self, response: Response) -> None:
        """Do nothing: the answer was taken in already."""

    def unanswered(self, failure: Failure) -> None:
        """Take in that there is no answer, or that none was asked for."""
        hub, error = self.hub, failure.value
        assert error is not None
        hub.waiting -= 1
        job: Job = failure.request.meta[_JOB]  # type: ignore[attr-defined]
        if isinstance(error, Unreachable):
            hub.postponed(job.url, str(error))
        elif isinstance(error, Closed):
            hub.crawl.closed(job)
        elif not isinstance(error, Dropped) and not hub.stopped:
            reason = reason_of(error, job.url, hub)
            hub.gave_up(job.url, reason)
            if hub.left_alone(job.url):
                hub.postponed(job.url, "")
            else:
                with self._faults():
                    hub.crawl.failed(job, reason)

    def stop(self, reason: str) -> None:
        """End the crawl: what is under way is finished, nothing else is begun."""
        if self._closing:
            return
        self._closing = True
        self.hub.stopped = reason
        self.hub.ending.set()
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Failure(Dropped()))  # type: ignore[no-untyped-call]
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def _interrupt(self, number: int) -> None:
        # Asked a second time, the program ends at once.
        asyncio.get_running_loop().remove_signal_handler(number)
        self.stop("interrupted")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """End the crawl where a disk is full or the program is wrong; Scrapy would go on."""
        try:
            yield
        except Exception as error:
            self.hub.fault = self.hub.fault or error
            self.stop("broken")
            raise Dropped from error

    def _slot(self, host: str) -> Slot | None:
        slot: Slot | None = self.crawler.engine.downloader.slots.get(host)
        return slot

    def _tick(self) -> None:
        self.hub.tick(self.hub.waiting)
        asyncio.get_running_loop().call_later(_TICK, self._tick)


class Gate:
    """Lets through what the plan allows, shows credentials to the starts' hosts, counts what comes."""

    def __init__(self, crawler: Crawler) -> None:
        """Stand in a crawl."""
        self._crawler = crawler
        crawler.signals.connect(self._downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Gate:
        """Make one for a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Stop a request that must not be made.

        Raises:
            Dropped: if it is not needed, or leads where the crawl may not go.
            Unreachable: if its host is left alone.
        """
        hub, job = self._hub, request.meta.get(_JOB)
        if not hub.may_ask(request.url):
            raise Dropped("it redirects to another host")
        if rest := hub.rest_of(request.url):
            with suppress(TimeoutError):
                await asyncio.wait_for(hub.ending.wait(), rest)
        if hub.stopped:
            raise Dropped
        if reason := hub.left_alone(request.url):
            raise Unreachable(reason)
        if job and not request.meta.get("retry_times") and not hub.admits(job):
            raise Dropped
        self._show_credentials(request)

    def _show_credentials(self, request: Request) -> None:
        shown = self._hub.plan.credentials
        for name, value in (("Authorization", shown.authorization), ("Cookie", shown.cookie)):
            request.headers.pop(name, None)
            if value and self._hub.is_trusted(request.url):
                request.headers[name] = value

    def process_response(self, request: Request, response: Response) -> Response:
        """Take in an answer that needs no further try."""
        if _JOB in request.meta:
            self._spider.take(request, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Take in that a request was not answered."""
        if not isinstance(exception, IgnoreRequest):
            self._hub.unanswered(request.url, request.meta.get("retry_times", 0) + 1)

    def _downloaded(self, response: Response, request: Request) -> None:
        retry_after = response.headers.get("Retry-After")
        text = retry_after.decode("latin-1") if retry_after else None
        tries = request.meta.get("retry_times", 0) + 1
        self._hub.answered(request.url, response.status, text, len(response.body), tries)

    @property
    def _spider(self) -> ProfileSpider:
        assert isinstance(self._crawler.spider, ProfileSpider)
        return self._crawler.spider

    @property
    def _hub(self) -> Hub:
        return self._spider.hub


class Retry(RetryMiddleware):
    """Tries again, unless that cannot help."""

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Any:
        """Return the request to try again, or None."""
        hub: Hub = self.crawler.spider.hub  # type: ignore[union-attr]
        if hub.stopped or is_lasting(exception, request.url, hub):
            return None
        return super().process_exception(request, exception)
