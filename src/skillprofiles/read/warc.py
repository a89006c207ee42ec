"""WARC files: the pages a crawler recorded, of which only skill-profile pages are taken.

Of several records of one address the latest counts, and none where the latest says that the page is
gone. What else a crawl recorded is passed over: it is no fault that a web has other pages.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from skillprofiles.read.bounded import limit_headers
from skillprofiles.read.encoded import Unreadable, unpacked
from skillprofiles.read.provenance import utc, web_address
from skillprofiles.read.recognize import looks_like_a_profile
from skillprofiles.read.served import readable

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

ENDINGS: Final = (".warc", ".warc.gz")
ADDRESS: Final = "Skillprofiles-Address"
"""Header of a record for the address that tells which page it is, where the page has moved since."""

_NEEDED: Final = "reading it needs the extra 'fetch': pip install 'skillprofiles[fetch]'"
_GONE: Final = ("404", "410")
_TEXT: Final = ("text/", "application/xhtml+xml", "application/xml")
_BOMB_RATIO: Final = 200
_BOMB_BYTES: Final = 256 * 1024 * 1024
_BLOCK: Final = 1024 * 1024


class Damaged(Exception):
    """A WARC file, or what is left of it, cannot be read; the message says why."""


class Undecodable(Damaged):
    """The bytes of one answer cannot be decoded; those behind it can be read all the same."""


class Page(NamedTuple):
    """A skill-profile page that a crawler recorded.

    Attributes:
        name: its address without ``https://``, as the name of a source.
        data: its bytes, in a form that tells its character set; None where it is too large, or they
            cannot be decoded.
        url: the address that tells which page it is.
        fetched_at: when it was recorded (UTC), where the record tells.
        fault: why its bytes cannot be decoded, where that is so.
    """

    name: str
    data: bytes | None
    url: str
    fetched_at: dt.datetime | None
    fault: str | None = None


class Response(NamedTuple):
    """Where the answer to a request stands in a WARC file, and what its headers tell.

    Attributes:
        offset: where its record starts, in bytes.
        url: the address that tells which page it is.
        requested: the address that was requested.
        status: status code of the answer.
        content_type: the header of that name.
        fetched_at: when it was recorded (UTC).
        ours: whether `skillprofiles fetch` recorded it, as a page.
        record: the record, to be read before the next one is asked for.
    """

    offset: int
    url: str
    requested: str
    status: str
    content_type: str
    fetched_at: dt.datetime | None
    ours: bool
    record: ArcWarcRecord


def is_warc(path: str) -> bool:
    """Whether a path is named as a WARC file."""
    return path.lower().endswith(ENDINGS)


def pages(path: str, max_bytes: int) -> Iterator[Page]:
    """Yield the skill-profile pages in a WARC file, each address once, as it was recorded last.

    The file is read twice: once to learn which records count, once for their bytes.

    Args:
        path: the file.
        max_bytes: size above which a page is not read; one that was recorded as a page by
            `skillprofiles fetch` is yielded without bytes, another one is passed over.

    Raises:
        Damaged: where the file breaks off or is none, after the pages before that.
    """
    latest: dict[str, tuple[str, int, bool]] = {}
    damage: Damaged | None = None
    try:
        for found in responses(path):
            name = source_name(found.url)
            stamp = found.fetched_at.isoformat() if found.fetched_at else ""
            counts = found.status in _GONE or (found.status == "200" and _is_text(found))
            if counts and (name not in latest or latest[name][0] <= stamp):
                latest[name] = (stamp, found.offset, found.status == "200")
    except Damaged as error:
        damage = error
    wanted = {offset for _, offset, is_there in latest.values() if is_there}
    try:
        for found in responses(path) if wanted else ():
            if found.offset not in wanted:
                continue
            wanted.discard(found.offset)
            try:
                data = content(found, max_bytes)
            except Undecodable as error:
                yield Page(source_name(found.url), None, found.url, found.fetched_at, str(error))
                continue
            if found.ours or (data is not None and _is_wanted(data)):
                yield Page(source_name(found.url), data, found.url, found.fetched_at)
            if not wanted:
                break
    except Damaged as error:
        damage = damage or error
    if damage:
        raise damage


def responses(path: str) -> Iterator[Response]:
    """Yield the answers to requests in a WARC file, in order.

    Raises:
        Damaged: where the file breaks off, is none, or was made to fill a memory.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
        from warcio.statusandheaders import StatusAndHeadersParserException
    except ImportError:
        raise Damaged(_NEEDED) from None
    # What it would print about addresses with spaces in them.
    logging.getLogger("warcio").setLevel(logging.ERROR)
    most = max(_BOMB_BYTES, _BOMB_RATIO * os.path.getsize(path))
    try:
        with open(path, "rb") as file:
            records, expanded = ArchiveIterator(file), 0
            limit_headers(records, Damaged)
            records.INC_RECORD = ""  # what it would print about a damaged record
            for record in records:
                expanded += max(record.length or 0, 0)
                if expanded > most:
                    raise Damaged(f"its records expand to over {most:,} bytes")
                if records.err_count:
                    raise Damaged("a record is longer or shorter than it says")
                # Its own get_record_offset would read the record, and leave nothing to read.
                if found := _response(record, records.offset):
                    yield found
    except (ArchiveLoadFailed, StatusAndHeadersParserException) as error:
        raise Damaged(_first_line(error)) from None
    except (OSError, EOFError, ValueError, zlib.error, AttributeError) as error:
        raise Damaged(_first_line(error)) from None


def response_at(path: str, offset: int) -> Response | None:
    """Return the answer whose record starts at an offset, with its bytes still to be read.

    Raises:
        Damaged: if no record starts there.
    """
    return next((found for found in _from(path, offset)), None)


def _from(path: str, offset: int) -> Iterator[Response]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    with open(path, "rb") as file:
        file.seek(offset)
        try:
            for record in ArchiveIterator(file):
                found = _response(record, offset)
                if found:
                    yield found
                return
        except (ArchiveLoadFailed, EOFError, ValueError, zlib.error) as error:
            raise Damaged(_first_line(error)) from None


def content(found: Response, max_bytes: int) -> bytes | None:
    """Return the bytes of an answer, decompressed; None where they are more than ``max_bytes``.

    Raises:
        Undecodable: if they are not encoded as they say.
        Damaged: if the record breaks off.
    """
    packed = _as_sent(found.record, max_bytes)
    if len(packed) > max_bytes:
        return None
    raw = found.record.raw_stream
    while raw.read(_BLOCK):
        pass
    if getattr(raw, "limit", 0) > 0:
        raise Damaged("it breaks off in the middle of a record")
    encoding = found.record.http_headers.get_header("Content-Encoding") or ""
    try:
        data = unpacked(packed, encoding, max_bytes)
    except Unreadable as error:
        raise Undecodable(f"it cannot be decoded ({error})") from None
    return None if len(data) > max_bytes else readable(data, found.content_type)[0]


def _as_sent(record: ArcWarcRecord, most: int) -> bytes:
    """Return the body of an answer as it was sent, but of one that is longer only its beginning."""
    from warcio.bufferedreaders import ChunkedDataReader

    # The record's own stream unpacks too, without a limit; where that fails it gives what it has.
    stream: IO[bytes] = record.raw_stream
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    pieces, size = [], 0
    while size <= most and (piece := stream.read(min(_BLOCK, most + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def source_name(url: str) -> str:
    """Return an address as the name of a source: as people write it, without the scheme."""
    return url.partition("://")[2]


def _response(record: Any, offset: int) -> Response | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    headers = record.rec_headers
    requested = web_address((headers.get_header("WARC-Target-URI") or "").strip("<>"))
    if requested is None:
        return None
    own = web_address(headers.get_header(ADDRESS))
    return Response(
        offset=offset,
        url=own or requested,
        requested=requested,
        status=record.http_headers.get_statuscode(),
        content_type=record.http_headers.get_header("Content-Type") or "",
        fetched_at=utc(headers.get_header("WARC-Date")),
        ours=own is not None,
        record=record,
    )


def _is_wanted(data: bytes) -> bool:
    """Whether a page is to be read as a skill profile; so is one that cannot be looked into."""
    try:
        return looks_like_a_profile(data)
    except Exception:  # noqa: BLE001 - whatever it is, reading the page makes a finding of it
        return True


def _is_text(found: Response) -> bool:
    return not found.content_type or found.content_type.lower().startswith(_TEXT)


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
