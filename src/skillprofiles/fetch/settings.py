"""Scrapy's settings: polite, bounded, silent, without what a crawl of pages does not need."""

from __future__ import annotations

from typing import Any, Final

from skillprofiles.fetch.hub import LATER
from skillprofiles.fetch.plan import Plan

_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


def settings(plan: Plan) -> dict[str, Any]:
    """Return Scrapy's settings for a plan."""
    ours, theirs = "skillprofiles.fetch", "scrapy.downloadermiddlewares"
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
        "DOWNLOAD_HANDLERS": {
            "http": f"{ours}.connection.Handler",
            "https": f"{ours}.connection.Handler",
            **dict.fromkeys(("data", "file", "ftp", "s3")),
        },
        "DOWNLOADER_MIDDLEWARES": {
            f"{ours}.engine.Gate": 60,
            f"{ours}.robots.RobotsMiddleware": 100,
            f"{ours}.engine.Retry": 550,
            **dict.fromkeys(
                (
                    f"{theirs}.offsite.OffsiteMiddleware",
                    f"{theirs}.robotstxt.RobotsTxtMiddleware",
                    f"{theirs}.httpauth.HttpAuthMiddleware",
                    f"{theirs}.retry.RetryMiddleware",
                    f"{theirs}.redirect.MetaRefreshMiddleware",
                    f"{theirs}.cookies.CookiesMiddleware",
                    f"{theirs}.httpproxy.HttpProxyMiddleware",
                    f"{theirs}.httpcache.HttpCacheMiddleware",
                )
            ),
        },
        "RETRY_TIMES": plan.retries,
        "RETRY_HTTP_CODES": sorted(LATER),
        "REDIRECT_MAX_TIMES": 5,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "TWISTED_DNS_RESOLVER": f"{ours}.connection.Resolver",
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {"scrapy.extensions.throttle.AutoThrottle": 0},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
