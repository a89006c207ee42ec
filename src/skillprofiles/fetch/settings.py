"""Scrapy's settings: polite, bounded, silent, without what a crawl of pages does not need."""

from __future__ import annotations

from typing import Any, Final

from skillprofiles.fetch.hub import LATER
from skillprofiles.fetch.plan import Plan

_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"
_OURS: Final = "skillprofiles.fetch"
_THEIRS: Final = "scrapy.downloadermiddlewares"

# What is set to None is taken out: ours stands in its place, or a crawl of pages has no use for it.
_MIDDLEWARES: Final = {
    f"{_OURS}.engine.Gate": 60,
    f"{_OURS}.robots.RobotsMiddleware": 100,
    f"{_OURS}.engine.Retry": 550,
    f"{_THEIRS}.offsite.OffsiteMiddleware": None,
    f"{_THEIRS}.robotstxt.RobotsTxtMiddleware": None,
    f"{_THEIRS}.httpauth.HttpAuthMiddleware": None,
    f"{_THEIRS}.retry.RetryMiddleware": None,
    f"{_THEIRS}.redirect.MetaRefreshMiddleware": None,
    f"{_THEIRS}.cookies.CookiesMiddleware": None,
    f"{_THEIRS}.httpproxy.HttpProxyMiddleware": None,
    f"{_THEIRS}.httpcache.HttpCacheMiddleware": None,
}
_HANDLERS: Final = {
    "http": f"{_OURS}.connection.Handler",
    "https": f"{_OURS}.connection.Handler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}


def settings(plan: Plan) -> dict[str, Any]:
    """Return Scrapy's settings for a plan."""
    return {
        "USER_AGENT": plan.user_agent,
        "DEFAULT_REQUEST_HEADERS": {"Accept": _ACCEPT},
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": plan.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": plan.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, plan.delay),
        "DOWNLOAD_TIMEOUT": plan.timeout,
        "DOWNLOAD_MAXSIZE": plan.page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": _HANDLERS,
        "DOWNLOADER_MIDDLEWARES": _MIDDLEWARES,
        "RETRY_TIMES": plan.retries,
        "RETRY_HTTP_CODES": sorted(LATER),
        "REDIRECT_MAX_TIMES": 5,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "TWISTED_DNS_RESOLVER": f"{_OURS}.connection.Resolver",
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {"scrapy.extensions.throttle.AutoThrottle": 0},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
