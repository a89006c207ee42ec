"""Hypothesis strategies for archives and WARC files, whole and damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Final

from hypothesis import strategies as st

from fuzz.archives import LIMIT
from fuzz.case import Case
from fuzz.grammar import pages

Members = Sequence[tuple[str, bytes]]

_NAMES: Final = (
    "a.txt", "a.txt", "./a.txt", "b/c.en.md", "../a", "/a", ".", "..", "", "/", "a//b", "C:x", "c:\\x",
    "..\\a", ".hidden", "__MACOSX/a", "a\nb", "a\u202eb", "ä.html", "x/" * 60 + "y", "a.zip", "1",
    "page.warc.gz",
)  # fmt: skip
_URLS: Final = (
    "https://example.org/skills/a", "http://example.org/skills/a", "https://example.org/skills/b?lang=de", "http://[",
    "", "urn:x", "<https://example.org/c>", "https://example.org/ä b",
)  # fmt: skip
_DATES: Final = ("2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", "2026", "", "9999-99-99T00:00:00Z")
_HEADERS: Final = (
    "Content-Type: text/html; charset=utf-8", "Content-Type: text/html; charset=utf-16",
    "Content-Type: image/png", "Content-Encoding: gzip", "Content-Encoding: br",
    "Transfer-Encoding: chunked", "X", ":", "",
)  # fmt: skip
_TYPES: Final = (tarfile.REGTYPE,) * 5 + (
    tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, tarfile.XGLTYPE,
)  # fmt: skip
_PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "": lambda data: data,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Draw what is inside a member: a page, something compressed, too much, or anything."""
    pool = [text.encode() for target in ("md", "flat", "html") for text in pages(target)]
    data = draw(st.one_of(st.sampled_from(pool), st.sampled_from(pool), st.binary(max_size=60)))
    match draw(st.integers(0, 12)):
        case 0:
            return _PACKERS[draw(st.sampled_from(sorted(_PACKERS)))](data)
        case 1:
            return b"\n" * draw(st.sampled_from((LIMIT, LIMIT + 1)))
        case 2:
            return zip_of([("a.txt", data)])
        case _:
            return data


members: Final = st.lists(st.tuples(st.sampled_from(_NAMES), contents()), max_size=4)


def zip_of(inside: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # a name that occurs twice is what is asked for
        for name, data in inside:
            info = zipfile.ZipInfo(name or "?")
            # A zip with a member without a name is not written, but it is read.
            info.filename, info.compress_type = name, method
            archive.writestr(info, data)
    return buffer.getvalue()


def tar_of(inside: Members, types: Sequence[bytes] = ()) -> bytes:
    """Return a tar archive, its members of the given types in turn."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for number, (name, data) in enumerate(inside):
            info = tarfile.TarInfo(name)
            info.type = types[number % len(types)] if types else tarfile.REGTYPE
            info.size, info.linkname = len(data), "a.txt" if info.issym() or info.islnk() else ""
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Return bytes, half of the time with some of them exchanged, added, or lost at the end."""
    changed = bytearray(data)
    for _ in range(draw(st.sampled_from((0, 0, 1, 2, 5)))):
        at = draw(st.integers(0, len(changed)))
        changed[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    if draw(st.integers(0, 9)) == 0:
        del changed[draw(st.integers(0, len(changed))) :]
    return bytes(changed)


@st.composite
def archives(draw: st.DrawFn) -> Case:
    """Draw zip, tar and compressed files, whole and damaged."""
    if draw(st.booleans()):
        method = draw(st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
        return Case(_damaged(draw, zip_of(draw(members), method)), ".zip")
    if draw(st.integers(0, 4)) == 0:
        packed = _PACKERS[draw(st.sampled_from(sorted(_PACKERS)))](draw(contents()))
        return Case(_damaged(draw, packed), ".gz")
    data = tar_of(draw(members), draw(st.lists(st.sampled_from(_TYPES), max_size=3)))
    packer = draw(st.sampled_from(sorted(_PACKERS)))
    return Case(_damaged(draw, _PACKERS[packer](_damaged(draw, data))), ".tar" + packer)


@st.composite
def _record(draw: st.DrawFn) -> bytes:
    """Draw a record of a WARC file; its lengths may lie."""
    body = draw(contents())
    head = [f"HTTP/1.1 {draw(st.sampled_from(('200 OK',) * 4 + ('404 Not Found', '', 'x')))}"]
    head += draw(st.lists(st.sampled_from(_HEADERS), max_size=3))
    payload = "\r\n".join([*head, "", ""]).encode() + body
    length = len(payload) + draw(st.sampled_from((0,) * 8 + (-1, 1, 10**9, -(10**6))))
    kind = draw(st.sampled_from(("response",) * 6 + ("request", "warcinfo", "revisit", "")))
    named = [
        ("WARC-Type", kind),
        ("WARC-Target-URI", draw(st.sampled_from(_URLS))),
        ("WARC-Date", draw(st.sampled_from(_DATES))),
        ("Skillprofiles-Address", draw(st.sampled_from(("", *_URLS)))),
        ("Content-Length", str(length)),
    ]
    headers = "".join(f"{name}: {value}\r\n" for name, value in named if value)
    version = draw(st.sampled_from(("WARC/1.0",) * 8 + ("WARC/1.1", "ARC", "")))
    return f"{version}\r\n{headers}\r\n".encode() + payload + b"\r\n\r\n"


@st.composite
def warcs(draw: st.DrawFn) -> Case:
    """Draw WARC files, whole and damaged, compressed record by record or not."""
    records = draw(st.lists(_record(), max_size=4))
    packed = draw(st.booleans())
    data = b"".join(_PACKERS[".gz"](record) if packed else record for record in records)
    return Case(_damaged(draw, data), ".warc.gz" if packed else ".warc")
