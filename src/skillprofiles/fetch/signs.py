"""Why a request was not made or not answered, as exceptions and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

if TYPE_CHECKING:
    from skillprofiles.fetch.hub import Hub


class Closed(IgnoreRequest):
    """robots.txt does not allow the request."""


class Dropped(IgnoreRequest):
    """The request is not needed any more, or the crawl ends."""


class Unreachable(IgnoreRequest):
    """The host answers nothing at all, or wants to be left alone; the message says which."""


def is_lasting(error: BaseException, url: str, hub: Hub) -> bool:
    """Whether trying again cannot help: a private address, a certificate that is not valid."""
    return (urlsplit(url).hostname or "") in hub.reach.refused or _is_untrusted(error)


def reason_of(error: BaseException, url: str, hub: Hub) -> str:
    """Say in words why a request was not answered."""
    host, plan = urlsplit(url).hostname or "", hub.plan
    if address := hub.reach.refused.get(host):
        return f"{host} is {address}, inside a private network, and no start is there"
    if _is_untrusted(error):
        return "the certificate of the server is not valid"
    reasons: dict[type[BaseException], str] = {
        Dropped: str(error),
        CannotResolveHostError: f"no host is called {host}",
        DownloadTimeoutError: f"no complete answer within {plan.timeout:g} seconds",
        DownloadConnectionRefusedError: "the connection was refused",
        ResponseDataLossError: "the connection broke off in the middle of the answer",
        DownloadCancelledError: f"it is larger than {plan.page_bytes:,} bytes",
        IgnoreRequest: f"it expands to more than {plan.page_bytes:,} bytes",
        OSError: "the answer is damaged",
    }
    known = (reason for kind, reason in reasons.items() if isinstance(error, kind))
    return next(known, "the connection broke off")


def _is_untrusted(error: BaseException) -> bool:
    text = str(error)
    return "certificate verify failed" in text or "VerificationError" in text
