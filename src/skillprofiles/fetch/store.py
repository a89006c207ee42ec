"""The raw store: a file a page, and beside it the record of where it came from.

    raw/<host>/<language>/<slug>.html
    raw/<host>/<language>/<slug>.html.fetch.json

A page that is gone leaves its record behind, with status 404 or 410. Files appear under their names
complete or not at all. Pages that are no skill profiles go to ``raw/.other/``, where no source is
looked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from skillprofiles import __version__
from skillprofiles.export.durable import replace_bytes
from skillprofiles.fetch.address import folder_of, slug_of
from skillprofiles.parser.identity import slugify
from skillprofiles.read.provenance import read_record, web_address
from skillprofiles.read.walk import SIDECAR, walk

GONE: Final = frozenset({404, 410})
HEADERS: Final = (
    "Content-Type", "Content-Language", "ETag", "Last-Modified", "Date",
)  # fmt: skip
_OTHER: Final = ".other"
_LONGEST_SLUG: Final = 120
_SHORT: Final = 8


@dataclass(frozen=True, slots=True)
class Capture:
    """An answer that is stored.

    Attributes:
        url: the address that tells which page it is.
        final_url: the address that answered.
        redirects: status and address of each step between them.
        status: status code of the answer.
        headers: the headers that matter, of `HEADERS`.
        fetched_at: when it was received, ISO 8601 in UTC.
        language: language of the page.
        data: the bytes, in a form that tells their character set; empty for a page that is gone.
        charset: the character set they were converted from, where they were.
        run: the crawl that fetched it.
    """

    url: str
    final_url: str
    redirects: tuple[tuple[int, str], ...]
    status: int
    headers: Mapping[str, str]
    fetched_at: str
    language: str
    data: bytes
    charset: str | None
    run: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the store, or the tombstone of one.

    Attributes:
        url: the address that tells which page it is.
        final_url: the address that answered last.
        moved: whether every step between them was permanent.
        language: language of the page.
        status: status code of the last answer.
        etag: validator of the stored bytes.
        last_modified: the same as a date.
        sha256: hex digest of the stored bytes.
        fetched_at: when they were received.
        run: the crawl that fetched them.
        place: where the store keeps it.
    """

    url: str
    final_url: str
    moved: bool
    language: str
    status: int
    etag: str | None
    last_modified: str | None
    sha256: str
    fetched_at: str
    run: str
    place: str

    @property
    def is_gone(self) -> bool:
        """Whether only the tombstone is left."""
        return self.status != 200

    @property
    def request_url(self) -> str:
        """The address to ask for: the new one, where the page has moved for good."""
        return self.final_url if self.moved else self.url


class Store(Protocol):
    """Where pages are kept."""

    def entries(self) -> Iterator[Entry]:
        """Yield what is there, in the order of places."""

    def data(self, entry: Entry) -> bytes | None:
        """Return the bytes of a page; None where they are not there any more."""

    def keep(self, capture: Capture, entry: Entry | None) -> Entry:
        """Store a page, in the place of an older one where there is one."""

    def refer(self, capture: Capture, entry: Entry) -> Entry:
        """Note that a page whose bytes are the same answers under another address now."""

    def bury(self, capture: Capture, entry: Entry) -> Entry:
        """Take a page away and leave a tombstone."""

    def keep_other(self, capture: Capture, kind: str) -> None:
        """Store a page that is no skill profile, where no source is looked for."""

    def close(self) -> None:
        """Finish what was begun."""


class FileStore:
    """Pages as files below a folder."""

    def __init__(self, root: Path) -> None:
        """Keep pages below ``root``."""
        self._root = root
        self._places: dict[str, str] = {}

    def entries(self) -> Iterator[Entry]:
        """Yield what is there, in the order of places; damaged records are passed over."""
        for folder, folders, names in os.walk(self._root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.endswith(SIDECAR) or name.startswith("."):
                    continue
                path = Path(folder, name)
                place = path.relative_to(self._root).as_posix().removesuffix(SIDECAR)
                record = read_record(os.fspath(path))
                if record is not None and (entry := _entry(record, place)):
                    self._places[place] = entry.url
                    yield entry

    def data(self, entry: Entry) -> bytes | None:
        """Return the bytes of a page; None where the file is not there any more."""
        try:
            return (self._root / entry.place).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, capture: Capture, entry: Entry | None) -> Entry:
        """Store a page: its file first, so that no record tells of bytes that are not there."""
        place = entry.place if entry else self._place(capture)
        _write(self._root / place, capture.data)
        return self._record(capture, place, _digest(capture.data))

    def refer(self, capture: Capture, entry: Entry) -> Entry:
        """Write the record of a page anew."""
        return self._record(capture, entry.place, entry.sha256)

    def bury(self, capture: Capture, entry: Entry) -> Entry:
        """Remove the file first: a record without one is asked for again, a file is for ever."""
        (self._root / entry.place).unlink(missing_ok=True)
        return self._record(capture, entry.place, entry.sha256)

    def keep_other(self, capture: Capture, kind: str) -> None:
        """Store a page below ``.other``."""
        slug = slugify(unquote(urlsplit(capture.final_url).path))[:_LONGEST_SLUG].strip("-")
        name = f"{slug or 'index'}.{_short(capture.final_url)}.html"
        place = f"{_OTHER}/{folder_of(capture.final_url)}/{kind}/{name}"
        _write(self._root / place, capture.data)
        _write_json(self._root / (place + SIDECAR), _fields(capture, _digest(capture.data)))

    def close(self) -> None:
        """Nothing is left to do."""

    def _record(self, capture: Capture, place: str, sha256: str) -> Entry:
        fields = _fields(capture, sha256)
        _write_json(self._root / (place + SIDECAR), fields)
        self._places[place] = capture.url
        entry = _entry(fields, place)
        assert entry is not None
        return entry

    def _place(self, capture: Capture) -> str:
        """Return a free place; two skills whose addresses end alike are told apart by a hash."""
        slug = (slug_of(capture.url) or "page")[:_LONGEST_SLUG].strip("-.") or "page"
        folder = f"{folder_of(capture.url)}/{capture.language}"
        place = f"{folder}/{slug}.html"
        if self._places.get(place, capture.url) == capture.url:
            return place
        return f"{folder}/{slug}.{_short(capture.url)}.html"


def holds_files(root: Path) -> bool:
    """Whether a folder holds pages as files."""
    return root.is_dir() and any(file.sidecar is not None for file in walk(os.fspath(root)))


def _entry(record: Mapping[str, Any], place: str) -> Entry | None:
    """Return what a record tells of a page; None where it is not one of ours."""
    url, final_url = web_address(record.get("url")), web_address(record.get("final_url"))
    status, headers, steps = record.get("status"), record.get("headers"), record.get("redirects")
    if url is None or not isinstance(status, int) or not isinstance(headers, dict):
        return None
    moved = isinstance(steps, list) and all(
        isinstance(step, list) and step[:1] in ([301], [308]) for step in steps
    )
    texts = {name: _text(record.get(name)) for name in ("language", "sha256", "fetched_at", "run")}
    return Entry(
        url=url,
        final_url=final_url or url,
        moved=moved and final_url is not None,
        language=texts["language"],
        status=status,
        etag=_text(headers.get("ETag")) or None,
        last_modified=_text(headers.get("Last-Modified")) or None,
        sha256=texts["sha256"],
        fetched_at=texts["fetched_at"],
        run=texts["run"],
        place=place,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() else ""


def _fields(capture: Capture, sha256: str) -> dict[str, Any]:
    fields = {
        "url": capture.url,
        "final_url": capture.final_url,
        "redirects": [list(step) for step in capture.redirects],
        "status": capture.status,
        "headers": dict(capture.headers),
        "fetched_at": capture.fetched_at,
        "language": capture.language,
        "sha256": sha256,
        "bytes": len(capture.data),
        "run": capture.run,
        "program": f"skillprofiles {__version__}",
    }
    return fields | ({"converted_from": capture.charset} if capture.charset else {})


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _short(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:_SHORT]


def _write_json(path: Path, fields: Mapping[str, Any]) -> None:
    _write(path, json.dumps(fields, ensure_ascii=False, indent=2).encode() + b"\n")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_bytes(path, data)
