"""How connections are made: to allowed machines only, and never with endless headers.

Scrapy bounds the body of an answer and the time it takes, not its headers; and it resolves names
without asking where they lead. Both are mended here, at the only places where it can be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from skillprofiles.fetch.reach import Reach

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress, IHostResolution

_HEAD_BYTES: Final = 256 * 1024


class _Protocol(_LenientHTTP11ClientProtocol):
    """A connection that ends when the headers of an answer do not."""

    _head = 0

    def request(self, request: Any) -> Any:
        """Send a request."""
        self._head = 0
        return super().request(request)

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802 - named by Twisted
        """Take in what the server sends."""
        if self._parser is not None and self._parser.line_mode:
            self._head += len(bytes)
            if self._head > _HEAD_BYTES:
                self.abort()  # type: ignore[no-untyped-call]
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    """Makes such connections."""

    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802 - named by Twisted
        """Return a new connection."""
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class Handler(HTTP11DownloadHandler):
    """Downloads over such connections."""

    def __init__(self, crawler: Crawler) -> None:
        """Prepare the connections of a crawl."""
        super().__init__(crawler)
        self._pool._factory = _Factory


@implementer(IResolutionReceiver)
class _Filter:
    """Passes on the addresses of a name that may be connected to."""

    def __init__(self, receiver: Any, host: str, reach: Reach) -> None:
        """Filter what is passed to a receiver."""
        self._receiver = receiver
        self._host = host
        self._reach = reach

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - named by Twisted
        """Pass it on."""
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - named by Twisted
        """Pass an address on, if it may be connected to."""
        if self._reach.allows(getattr(address, "host", ""), self._host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - named by Twisted
        """Pass it on."""
        self._receiver.resolutionComplete()


class Resolver(CachingHostnameResolver):
    """Resolves names, and forgets the addresses that may not be connected to.

    What it gives is what a connection is made to, so a name that changes its mind between two
    questions gains nothing. Addresses written as numbers pass through here as well.
    """

    reach: ClassVar[Reach] = Reach()

    def resolveHostName(  # noqa: N802 - named by Twisted
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name, see `twisted.internet.interfaces.IHostnameResolver`."""
        receiver: Any = _Filter(resolutionReceiver, hostName, self.reach)
        return super().resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
