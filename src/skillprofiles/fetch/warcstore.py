"""The raw store as one WARC file, which only grows: ``raw/crawl.warc.gz``.

The latest record of an address counts; a page that is gone gets a record with its status. Every
record is compressed on its own, so a crawl that was killed loses its last one at most.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from skillprofiles import __version__
from skillprofiles.fetch.store import Capture, Entry
from skillprofiles.read import warc

NAME: Final = "crawl.warc.gz"
_LANGUAGE: Final = "Skillprofiles-Language"
_MOVED: Final = "Skillprofiles-Moved"
_DIGEST: Final = "Skillprofiles-Sha256"
_RUN: Final = "Skillprofiles-Run"
_PACKED: Final = ("content-encoding", "transfer-encoding", "content-length")
_BLOCK: Final = 1024 * 1024


class WarcStore:
    """Pages as records of a WARC file."""

    def __init__(self, root: Path, most: int, *, writes: bool = True) -> None:
        """Keep pages in the WARC file below ``root``.

        Args:
            root: the folder.
            most: size in bytes above which a page is not read.
            writes: whether the file is this crawl's own; another one may be writing to it else.
        """
        self._path = root / NAME
        self._most = most
        self._writes = writes
        self._file: IO[bytes] | None = None

    def entries(self) -> Iterator[Entry]:
        """Yield the latest record of each page; what a killed crawl left unfinished is cut off.

        Raises:
            skillprofiles.read.warc.Damaged: if the file cannot be read to its end.
        """
        latest: dict[str, Entry] = {}
        if self._path.exists():
            if self._writes:
                self._cut_off()
            # Where it is not cut off, the last record may be one that is being written.
            with nullcontext() if self._writes else suppress(warc.Damaged):
                for found in warc.responses(os.fspath(self._path)):
                    if found.ours:
                        latest[found.url] = _entry(found)
        yield from latest.values()

    def data(self, entry: Entry) -> bytes | None:
        """Return the bytes of a page; None where they are not there any more."""
        with suppress(FileNotFoundError, warc.Damaged):
            found = warc.response_at(os.fspath(self._path), int(entry.place))
            return warc.content(found, self._most) if found else None
        return None

    def keep(self, capture: Capture, entry: Entry | None) -> Entry:
        """Append a page."""
        return self._append(capture, ours=True)

    def refer(self, capture: Capture, entry: Entry) -> Entry:
        """Append the page again: a record cannot be changed."""
        return self._append(capture, ours=True)

    def bury(self, capture: Capture, entry: Entry) -> Entry:
        """Append a record that says that the page is gone."""
        return self._append(capture, ours=True)

    def keep_other(self, capture: Capture, kind: str) -> None:
        """Append a page that is no skill profile; readers pass it over."""
        self._append(capture, ours=False)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _cut_off(self) -> None:
        """Shorten the file to its last whole record.

        Raises:
            skillprofiles.read.warc.Damaged: if it is damaged otherwise than by a write cut short.
        """
        sound = _sound_bytes(self._path)
        if sound < self._path.stat().st_size:
            os.truncate(self._path, sound)

    def _append(self, capture: Capture, *, ours: bool) -> Entry:
        from warcio.warcwriter import WARCWriter

        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
            if not self._file.tell():
                writer = WARCWriter(self._file, gzip=True)
                about = {
                    "software": f"skillprofiles {__version__}",
                    "format": "WARC File Format 1.0",
                }
                writer.write_record(writer.create_warcinfo_record(NAME, about))
        place, sha256 = self._file.tell(), hashlib.sha256(capture.data).hexdigest()
        moved = all(status in (301, 308) for status, _ in capture.redirects)
        # Written in one go, so that a full disk leaves no half record behind a whole one.
        self._file.write(_record(capture, sha256, moved, ours=ours))
        self._file.flush()
        os.fsync(self._file.fileno())
        return Entry(
            url=capture.url,
            final_url=capture.final_url,
            moved=moved,
            language=capture.language,
            status=capture.status,
            etag=capture.headers.get("ETag"),
            last_modified=capture.headers.get("Last-Modified"),
            sha256=sha256,
            fetched_at=capture.fetched_at,
            run=capture.run,
            place=str(place),
        )


def _record(capture: Capture, sha256: str, moved: bool, *, ours: bool) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    headers = [item for item in capture.headers.items() if item[0].lower() not in _PACKED]
    headers.append(("Content-Length", str(len(capture.data))))
    own = {
        warc.ADDRESS: capture.url,
        _LANGUAGE: capture.language,
        _MOVED: "yes" if moved else "no",
        _DIGEST: sha256,
        _RUN: capture.run,
    }
    reason = HTTPStatus(capture.status).phrase
    record = writer.create_warc_record(
        capture.final_url,
        "response",
        payload=BytesIO(capture.data),
        length=len(capture.data),
        warc_headers_dict={"WARC-Date": capture.fetched_at} | (own if ours else {}),
        http_headers=StatusAndHeaders(f"{capture.status} {reason}", headers, protocol="HTTP/1.1"),
    )
    writer.write_record(record)
    return buffer.getvalue()


def _entry(found: warc.Response) -> Entry:
    headers, answer = found.record.rec_headers, found.record.http_headers
    return Entry(
        url=found.url,
        final_url=found.requested,
        moved=headers.get_header(_MOVED) == "yes",
        language=headers.get_header(_LANGUAGE) or "",
        status=int(found.status) if found.status.isdigit() else 0,
        etag=answer.get_header("ETag"),
        last_modified=answer.get_header("Last-Modified"),
        sha256=headers.get_header(_DIGEST) or "",
        fetched_at=headers.get_header("WARC-Date") or "",
        run=headers.get_header(_RUN) or "",
        place=str(found.offset),
    )


def _sound_bytes(path: Path) -> int:
    """Return how many bytes of a file are whole gzip members, behind which one may be unfinished.

    Raises:
        skillprofiles.read.warc.Damaged: if something else stands behind them.
    """
    sound = read = 0
    member = zlib.decompressobj(zlib.MAX_WBITS + 16)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            read += len(block)
            while block:
                try:
                    member.decompress(block)
                except zlib.error as error:
                    raise warc.Damaged(
                        f"{path} is damaged behind byte {sound:,} ({error}); restore it, or move it "
                        "away to begin anew"
                    ) from None
                if not member.eof:
                    break
                block = member.unused_data
                sound = read - len(block)
                member = zlib.decompressobj(zlib.MAX_WBITS + 16)
    return sound
