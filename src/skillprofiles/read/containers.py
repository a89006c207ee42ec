"""Archives: their members, one by one, never unpacked to disk.

Zip members are opened where they are read; tar archives are streams, so their bytes are taken in
passing. A single compressed file is not an archive: it is decompressed like an encoding.
"""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import IO, Final, NamedTuple

from skillprofiles.findings import Finding, Report
from skillprofiles.read import warc
from skillprofiles.rules import source as rules


class Member(NamedTuple):
    """A member of an archive.

    Attributes:
        name: its name inside the archive; empty where the archive as a whole is meant.
        data: its bytes, where they had to be taken in passing.
        problem: what is wrong with it.
        url: the address it was fetched from, where the archive tells.
        fetched_at: when it was fetched (UTC), where the archive tells.
    """

    name: str
    data: bytes | None
    problem: Finding | None
    url: str | None = None
    fetched_at: dt.datetime | None = None


_ZIP = (".zip",)
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_MAGIC: Final[dict[bytes, Callable[[io.BytesIO], io.BufferedIOBase]]] = {
    b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, gzip.BadGzipFile,
    NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
# Text shrinks to a tenth or so. What expands further than this, and to more than a few pages, was
# made to fill a memory or a disk.
_BOMB_RATIO = 200
_BOMB_BYTES = 256 * 1024 * 1024


def is_archive(path: str) -> bool:
    """Whether a path is named as an archive of several files."""
    return path.lower().endswith(_ZIP + _TAR + warc.ENDINGS)


def members(path: str, name: str, max_bytes: int) -> Iterator[Member]:
    """Yield the members of an archive: name, bytes (tar only), and what is wrong with it.

    A problem of the archive as a whole comes with an empty member name.
    """
    try:
        if path.lower().endswith(_ZIP):
            yield from _zip_members(path, name)
        elif warc.is_warc(path):
            yield from _pages(path, name, max_bytes)
        else:
            yield from _tar_members(path, name, max_bytes)
    except _DAMAGED as error:
        yield Member(
            "", None, _refused(name, f"it is damaged or not of its kind ({_reason(error)})")
        )


def _zip_members(path: str, name: str) -> Iterator[Member]:
    seen: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    packed = os.path.getsize(path)
    expanded = sum(info.file_size for info in infos)
    if expanded > max(_BOMB_BYTES, _BOMB_RATIO * packed) and len(infos) > 1:
        yield Member("", None, _refused(name, f"its {packed:,} bytes expand to {expanded:,}"))
        return
    for info in infos:
        if _is_hidden(info.filename):
            continue
        problem = _unsafe(f"{name}!/{info.filename}", info.filename)
        if problem is None and info.filename in seen:
            problem = _refused(f"{name}!/{info.filename}", "it holds this member twice")
        if problem is None and info.flag_bits & 1:
            problem = _refused(f"{name}!/{info.filename}", "this member is encrypted")
        seen.add(info.filename)
        yield Member(info.filename, None, problem)


def _tar_members(path: str, name: str, max_bytes: int) -> Iterator[Member]:
    packed, expanded = os.path.getsize(path), 0
    with tarfile.open(path, "r|*") as archive:
        for info in archive:
            expanded += info.size
            if expanded > max(_BOMB_BYTES, _BOMB_RATIO * packed):
                yield Member(
                    "", None, _refused(name, f"its {packed:,} bytes expand to over {expanded:,}")
                )
                return
            if not info.isfile() or _is_hidden(info.name):
                continue
            full = f"{name}!/{info.name}"
            problem = _unsafe(full, info.name)
            if problem is None and info.size > max_bytes:
                problem = too_large(full, max_bytes)
            stream = None if problem else archive.extractfile(info)
            yield Member(info.name, stream.read() if stream else None, problem)


def _pages(path: str, name: str, max_bytes: int) -> Iterator[Member]:
    try:
        for page in warc.pages(path, max_bytes):
            problem = (
                None if page.data is not None else too_large(f"{name}!/{page.name}", max_bytes)
            )
            yield Member(page.name, page.data, problem, page.url, page.fetched_at)
    except warc.Damaged as error:
        yield Member("", None, _refused(name, str(error)))


def _is_hidden(member: str) -> bool:
    parts = PurePosixPath(member).parts
    return any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts


def _unsafe(full: str, member: str) -> Finding | None:
    path = PurePosixPath(member.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return _refused(full, "this member's name leads out of the archive")
    return None


def _refused(name: str, reason: str) -> Finding:
    report = Report(name)
    report.add(rules.CONTAINER, reason=reason)
    return report.findings[0]


def too_large(name: str, limit: int) -> Finding:
    """Return the finding on a source that is larger than allowed."""
    report = Report(name)
    report.add(rules.TOO_LARGE, limit=limit)
    return report.findings[0]


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__


@lru_cache(maxsize=1)
def _opened(path: str, stamp: float) -> zipfile.ZipFile:
    del stamp  # part of the key: an archive that changed is opened again
    return zipfile.ZipFile(path)


def read_member(path: str, member: str, name: str, max_bytes: int) -> bytes | Finding:
    """Return the bytes of a zip member, or why they cannot be had."""
    try:
        archive = _opened(path, os.path.getmtime(path))
        if archive.getinfo(member).file_size > max_bytes:
            return too_large(name, max_bytes)
        with archive.open(member) as stream:
            return _limited(stream, name, max_bytes)
    except (*_DAMAGED, KeyError) as error:
        return _refused(name, f"this member is damaged ({_reason(error)})")


def decompress(data: bytes, name: str, max_bytes: int) -> bytes | Finding:
    """Return the bytes of a compressed file as they were before, others as they are.

    What is inside is not opened again: an archive in an archive is refused.
    """
    opener = next((opener for magic, opener in _MAGIC.items() if data.startswith(magic)), None)
    if opener is None:
        if data.startswith(b"PK\x03\x04"):
            return _refused(name, "it is a zip archive inside another file, or not named .zip")
        return data
    try:
        with opener(io.BytesIO(data)) as stream:
            content = _limited(stream, name, max_bytes)
    except _DAMAGED as error:
        return _refused(name, f"it is damaged ({_reason(error)})")
    if isinstance(content, bytes) and content[:2] in (b"\x1f\x8b", b"PK"):
        return _refused(name, "it holds another archive")
    return content


def _limited(stream: IO[bytes] | io.BufferedIOBase, name: str, max_bytes: int) -> bytes | Finding:
    content = stream.read(max_bytes + 1)
    return too_large(name, max_bytes) if len(content) > max_bytes else content
