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
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import IO, Final, NamedTuple

from skillprofiles.findings import Finding, finding_on
from skillprofiles.model import MEMBER
from skillprofiles.read import warc
from skillprofiles.read.bounded import TarStream, open_xz
from skillprofiles.read.walk import is_record, not_to_be_opened
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
    b"\xfd7zXZ\x00": open_xz,
}
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, gzip.BadGzipFile,
    NotImplementedError, RuntimeError, OSError, ValueError,
    # What the readers of the standard library also raise where bytes are not as they should be.
    struct.error, LookupError, OverflowError,
)  # fmt: skip
# Text shrinks to a tenth or so. What expands further than this, and to more than a few pages, was
# made to fill a memory or a disk.
_BOMB_RATIO = 200
_BOMB_BYTES = 256 * 1024 * 1024
_AT_ONCE = 64 * 1024
# Members that are compressed otherwise can only be decompressed whole, whatever they expand to.
_ZIP_MAGIC = b"PK\x03\x04"
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def is_archive(path: str) -> bool:
    """Whether a path is named as an archive of several files."""
    return path.lower().endswith(_ZIP + _TAR + warc.ENDINGS)


def file_of(source: str) -> str:
    """Return the name of the file that a source lies in: that of the archive, for a member of one."""
    at = source.find(MEMBER)
    while at >= 0 and not is_archive(source[:at]):
        at = source.find(MEMBER, at + 1)
    return source[:at] if at >= 0 else source


def members(path: str, name: str, max_bytes: int) -> Iterator[Member]:
    """Yield the members of an archive: name, bytes (but for zip), and what is wrong with it.

    A problem of the archive as a whole comes with an empty member name.
    """
    if (problem := not_to_be_opened(path, name)) is not None:
        yield Member("", None, problem)
        return
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
    names = _Names()
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    packed = os.path.getsize(path)
    expanded = sum(info.file_size for info in infos)
    if expanded > max(_BOMB_BYTES, _BOMB_RATIO * packed) and len(infos) > 1:
        yield Member("", None, _refused(name, f"its {packed:,} bytes expand to {expanded:,}"))
        return
    for info in infos:
        if _is_passed_over(info.filename):
            continue
        member, reason = names.of(info.filename)
        if reason is None and info.flag_bits & 1:
            reason = "this member is encrypted"
        if reason is None and info.compress_type not in _ZIP_METHODS:
            reason = "this member is compressed in another way than deflate"
        problem = _refused(f"{name}{MEMBER}{member}", reason) if reason else None
        yield Member(member, None, problem)


def _tar_members(path: str, name: str, max_bytes: int) -> Iterator[Member]:
    packed, expanded, names = os.path.getsize(path), 0, _Names()
    with (
        open(path, "rb") as file,
        tarfile.open(fileobj=(stream := TarStream(file)), mode="r|") as archive,
    ):
        for info in archive:
            stream.expect(info.size)
            archive.members.clear()  # type: ignore[attr-defined,unused-ignore]  # it would keep them all
            expanded += tarfile.BLOCKSIZE + info.size
            if expanded > max(_BOMB_BYTES, _BOMB_RATIO * packed):
                yield Member(
                    "", None, _refused(name, f"its {packed:,} bytes expand to over {expanded:,}")
                )
                return
            if not info.isfile() or _is_passed_over(info.name):
                continue
            member, reason = names.of(info.name)
            full = f"{name}{MEMBER}{member}"
            problem = _refused(full, reason) if reason else None
            if problem is None and info.size > max_bytes:
                problem = too_large(full, max_bytes)
            content = None if problem else archive.extractfile(info)
            yield Member(member, content.read() if content else None, problem)


def _pages(path: str, name: str, max_bytes: int) -> Iterator[Member]:
    try:
        for page in warc.pages(path, max_bytes):
            full, problem = f"{name}{MEMBER}{page.name}", None
            if page.fault:
                problem = _refused(full, page.fault)
            elif page.data is None:
                problem = too_large(full, max_bytes)
            yield Member(page.name, page.data, problem, page.url, page.fetched_at)
    except warc.Damaged as error:
        yield Member("", None, _refused(name, str(error)))


def _is_passed_over(member: str) -> bool:
    """Whether a member is no source, as files of that name are none in a folder."""
    parts = PurePosixPath(member).parts
    if parts and is_record(parts[-1]):
        return True
    return any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts


class _Names:
    """The names of an archive's members, each given once: they tell its sources apart."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._number = 1

    def of(self, member: str) -> tuple[str, str | None]:
        """Return what to call the next member, and why it is refused, if its name is a reason."""
        reason = _unsafe(member)
        name = member if PurePosixPath(member).parts else "(unnamed)"
        if name in self._given:
            reason = reason or "it holds this member twice"
            own = name
            while own in self._given:
                self._number += 1
                own = f"{name} ({self._number})"
            name = own
        self._given.add(name)
        return name, reason


def _unsafe(member: str) -> str | None:
    path = PurePosixPath(member.replace("\\", "/"))
    if not path.parts:
        return "this member has no name"
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "this member's name leads out of the archive"
    return None


def _refused(name: str, reason: str) -> Finding:
    return finding_on(name, rules.CONTAINER, reason=reason)


def too_large(name: str, limit: int) -> Finding:
    """Return the finding on a source that is larger than allowed."""
    return finding_on(name, rules.TOO_LARGE, limit=limit)


def _reason(error: BaseException) -> str:
    # What an error of the system says of itself may hold a path of this machine.
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


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
        if data.startswith(_ZIP_MAGIC):
            return _refused(name, "it is a zip archive inside another file, or not named .zip")
        return data
    try:
        with opener(io.BytesIO(data)) as stream:
            content = _limited(stream, name, max_bytes)
    except _DAMAGED as error:
        return _refused(name, f"it is damaged ({_reason(error)})")
    if isinstance(content, bytes) and content.startswith((*_MAGIC, _ZIP_MAGIC)):
        return _refused(name, "it holds another archive")
    return content


def _limited(stream: IO[bytes] | io.BufferedIOBase, name: str, max_bytes: int) -> bytes | Finding:
    pieces, size = [], 0
    # A reader sets aside as much as it is asked for.
    while size <= max_bytes and (piece := stream.read(min(_AT_ONCE, max_bytes + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    return too_large(name, max_bytes) if size > max_bytes else b"".join(pieces)
