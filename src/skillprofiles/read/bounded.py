"""Readers of packed files that end where what they read was made to fill a memory.

The readers of the standard library and of warcio take headers, and the dictionary of an xz file, into
memory as large as the file says they are. Here each has a limit; content is limited by who reads it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from typing import IO, Any, Final, cast

_HEADERS: Final = 2 * 1024 * 1024
"""What may stand between two members of a tar archive, or in the headers of a record, in bytes."""

_XZ_MEMORY: Final = 128 * 1024 * 1024
"""What decompressing an xz file may take, in bytes; ``xz -9`` makes files that need 65 MiB."""

_BLOCK: Final = 64 * 1024
_XZ: Final = b"\xfd7zXZ\x00"


class XzFile(io.RawIOBase):
    """The bytes inside an xz file.

    Reading raises `lzma.LZMAError` where they are damaged or need too much memory to be had, and
    `EOFError` where the file is cut off.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        """Read from a file, from where it stands."""
        self._packed = packed
        self._stream = _xz_stream()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes, see `io.RawIOBase`."""
        view = memoryview(buffer).cast("B")
        while view:
            packed = b""
            if self._stream.eof:
                # Further streams may follow, with zeros between them.
                packed = self._stream.unused_data.lstrip(b"\0") or self._next_stream()
                if not packed:
                    return 0
                self._stream = _xz_stream()
            elif self._stream.needs_input and not (packed := self._packed.read(_BLOCK)):
                raise EOFError("it breaks off")
            if content := self._stream.decompress(packed, len(view)):
                view[: len(content)] = content
                return len(content)
        return 0

    def _next_stream(self) -> bytes:
        while packed := self._packed.read(_BLOCK):
            if start := packed.lstrip(b"\0"):
                return start
        return b""


def _xz_stream() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


def open_xz(packed: IO[bytes]) -> io.BufferedReader:
    """Return the bytes inside an xz file, see `XzFile`."""
    return io.BufferedReader(XzFile(packed), _BLOCK)


class TarStream(io.RawIOBase):
    """The bytes of a tar archive, which end where the headers between two members do not."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read an archive from the beginning, decompressed where it has to be."""
        start = file.read(len(_XZ))
        file.seek(0)
        self._content = _opener(start)(file)
        self._left = _HEADERS

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            tarfile.ReadError: if there are more than were to be expected before the next member.
        """
        content = self._content.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise tarfile.ReadError(f"headers of more than {_HEADERS:,} bytes")
        return content

    def expect(self, member: int) -> None:
        """Be ready for a member of so many bytes, and the headers of the next."""
        self._left = member + _HEADERS


def _opener(start: bytes) -> Callable[[IO[bytes]], IO[bytes]]:
    if start.startswith(b"\x1f\x8b"):
        return lambda file: cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if start.startswith(b"BZh"):
        return lambda file: cast("IO[bytes]", bz2.BZ2File(file))
    if start == _XZ:
        return lambda file: cast("IO[bytes]", open_xz(file))
    return lambda file: file


def limit_headers(records: Any, fault: Callable[[str], Exception]) -> None:
    """Have the reading of a WARC file end where the headers of a record do not.

    Args:
        records: a `warcio.archiveiterator.ArchiveIterator` from which nothing was read yet.
        fault: makes the exception that is raised then, of what is wrong.
    """
    reader = records.reader
    lines, content, left = reader.readline, reader.read, _HEADERS

    def readline(length: int | None = None) -> bytes:
        nonlocal left
        line: bytes = lines(min(length or left + 1, left + 1))
        left -= len(line)
        if left < 0:
            raise fault(f"a record has headers of more than {_HEADERS:,} bytes")
        return line

    def read(length: int | None = None) -> bytes:
        nonlocal left
        left = _HEADERS
        found: bytes = content(length)
        return found

    reader.readline, reader.read = readline, read
