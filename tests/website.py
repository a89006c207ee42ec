"""A web site on loopback, real down to the sockets: it serves pages, misbehaves on order, keeps a log.

Pages are made from the samples; what a path does besides answering is a `Reply` or a function that
gets the request. The log holds every request in order, with the time it came in and how it ended.
"""

from __future__ import annotations

import gzip
import hashlib
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from time import monotonic
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.samples import sample

from skillprofiles.model import Profile
from skillprofiles.write import write_page

ALL = ("de", "en", "es", "zh")


@dataclass
class Reply:
    """What is answered; ``etag`` alone makes the answer conditional."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = True
    length: int | None = None  # announced instead of the real one
    cut: int | None = None  # the connection is dropped after so many bytes
    pause: threading.Event | None = None  # waited for before anything is sent


@dataclass
class Visit:
    """A request as the server saw it."""

    path: str
    at: float
    headers: dict[str, str]
    status: int = 0
    sent: int = 0


Behaviour = Reply | Callable[["Visit"], Reply]


class Site:
    """The site: what it serves, and whom it has seen."""

    def __init__(self) -> None:
        self.pages: dict[str, Behaviour] = {}
        self.log: list[Visit] = []
        self.arrived: dict[str, threading.Event] = {}
        self.lock = threading.Lock()
        self.open = self.most_open = 0
        self.url = ""

    def serve(self, path: str, body: str | bytes | Behaviour, **more: object) -> None:
        if isinstance(body, str | bytes):
            body = Reply(body.encode() if isinstance(body, str) else body, **more)  # type: ignore[arg-type]
        self.pages[path] = body

    def expect(self, path: str) -> threading.Event:
        """Return what is set when a path is asked for."""
        return self.arrived.setdefault(path, threading.Event())

    def asked(self, *but: str) -> list[str]:
        """Return the paths asked for, in order, robots.txt left out."""
        return [visit.path for visit in self.log if visit.path not in ("/robots.txt", *but)]

    def counts(self) -> Counter[str]:
        return Counter(self.asked())

    def pauses(self) -> list[float]:
        times = [visit.at for visit in self.log]
        return [after - before for before, after in pairwise(times)]

    def forget(self) -> None:
        self.log.clear()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms between its headers and its body
    site: Site

    def do_GET(self) -> None:
        site = self.site
        visit = Visit(self.path, monotonic(), {k.lower(): v for k, v in self.headers.items()})
        with site.lock:
            site.log.append(visit)
            site.open += 1
            site.most_open = max(site.most_open, site.open)
        if self.path in site.arrived:
            site.arrived[self.path].set()
        try:
            behaviour = site.pages.get(self.path) or site.pages.get(urlsplit(self.path).path)
            reply = behaviour(visit) if callable(behaviour) else behaviour
            self.answer(visit, reply or Reply(b"not here", 404, etag=False))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with site.lock:
                site.open -= 1

    def answer(self, visit: Visit, reply: Reply) -> None:
        if reply.pause:
            reply.pause.wait(30)
        headers, body, status = dict(reply.headers), reply.body, reply.status
        if reply.etag and status == 200:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if visit.headers.get("if-none-match") == headers["ETag"]:
                status, body = 304, b""
        visit.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(reply.length or len(body)))
        self.end_headers()
        self.wfile.write(body[: reply.cut] if reply.cut is not None else body)
        self.wfile.flush()
        visit.sent = len(body)
        if reply.cut is not None or reply.length:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that was killed resets its connection."""


@contextmanager
def website(address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run an empty site."""
    site = Site()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = Server((address, 0), handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    site.url = f"{scheme}://{address}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def skill(name: str, language: str = "en", url: str | None = None, **more: object) -> Profile:
    """Return a profile as the site's page about a skill gives it."""
    from dataclasses import replace

    return replace(sample(skill=name, language=language, **more), url=url)  # type: ignore[arg-type]


def page(profile: Profile, *links: str, head: str = "") -> str:
    """Return the page of a skill, with links in its navigation."""
    text = write_page(profile, "html").replace("</head>", f"{head}</head>", 1)
    shown = "".join(f'<a href="{escape(link)}">{escape(link)}</a> ' for link in links)
    return text.replace("</nav>", f"{shown}</nav>", 1)


def index(*links: str, title: str = "Skills") -> str:
    """Return a page that lists others."""
    items = "\n".join(f'<li><a href="{escape(link)}">{escape(link)}</a></li>' for link in links)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><ul>{items}</ul></body></html>"


def role_page() -> str:
    """Return a page about a role: skills by level."""
    head = "".join(f"<th>{name}</th>" for name in ("Skill", "Jun", "Mid", "Sen", "Lead", "Princ"))
    row = "".join(f"<td>{mark}</td>" for mark in ("Kafka", "M", "M", "R", "R", "—"))
    return f"<html><body><h1>Data Engineer</h1><table><tr>{head}</tr><tr>{row}</tr></table></body></html>"


def sitemap(*urls: str, nested: bool = False, packed: bool = False) -> bytes:
    """Return a sitemap, or one of sitemaps."""
    outer, inner = ("sitemapindex", "sitemap") if nested else ("urlset", "url")
    entries = "".join(f"<{inner}><loc>{escape(url)}</loc></{inner}>" for url in urls)
    text = f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{outer}>'
    return gzip.compress(text.encode()) if packed else text.encode()


def by_language(profiles: dict[str, Profile], *links: str) -> Callable[[Visit], Reply]:
    """Return a behaviour that gives the edition ``?lang=`` asks for, else the first one."""

    def behave(visit: Visit) -> Reply:
        asked = parse_qs(urlsplit(visit.path).query).get("lang", [next(iter(profiles))])[0]
        profile = profiles.get(asked, next(iter(profiles.values())))
        return Reply(page(profile, *links).encode())

    return behave
