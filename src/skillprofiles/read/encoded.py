"""What a server packed for the way, unpacked, and never more of it than is wanted.

Recorded answers keep the encoding they came in. Some crawlers unpack them and leave the header that
tells of it, so an answer that can be read as it stands is taken as it stands.
"""

from __future__ import annotations

import zlib
from typing import Final

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_BARE: Final = -zlib.MAX_WBITS
_NONE: Final = frozenset({"", "identity", "none", "utf-8"})
_LOOKED_AT: Final = 1024
_FIRST_OF_TEXT: Final = 9
_FRAME: Final = 1024


class Unreadable(ValueError):
    """Bytes are not encoded as their header says; the message tells what is wrong."""


def unpacked(data: bytes, encoding: str, most: int) -> bytes:
    """Return the content of an answer, but of one longer than ``most`` bytes only its beginning.

    Args:
        data: the answer as it was sent.
        encoding: its Content-Encoding; several are separated by commas, the last applied first.
        most: how much is wanted, in bytes; one more is returned where there is more.

    Raises:
        Unreadable: if it is damaged, breaks off, or is packed in a way that is not read.
    """
    steps = [step.strip() for step in encoding.lower().split(",")]
    for step in reversed([step for step in steps if step not in _NONE]):
        if not _is_packed(data):
            break
        # What is packed twice may be longer halfway than in the end, by the inner packing's frame.
        data = _step(data, step, most + _FRAME)
    return data[: most + 1]


def _is_packed(data: bytes) -> bool:
    """Tell packed bytes from a page: no page has control characters, they have some soon."""
    return any(byte < _FIRST_OF_TEXT for byte in data[:_LOOKED_AT])


def _step(data: bytes, step: str, most: int) -> bytes:
    try:
        if step in ("gzip", "x-gzip"):
            return _inflated(data, _GZIP, most)
        if step == "deflate":
            # What the standard calls so begins with a header of zlib; half of all servers omit it.
            return _inflated(data, _ZLIB if _has_zlib_header(data) else _BARE, most)
    except zlib.error as error:
        raise Unreadable(str(error)) from None
    if step == "br":
        return _from_brotli(data, most)
    raise Unreadable(f"'{step}' is not a way of packing that is read")


def _has_zlib_header(data: bytes) -> bool:
    return data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0


def _inflated(data: bytes, form: int, most: int) -> bytes:
    content = b""
    while len(content) < most:
        stream = zlib.decompressobj(form)
        content += stream.decompress(data, most - len(content))
        data = stream.unused_data
        if not stream.eof:
            if len(content) < most:
                raise Unreadable("it breaks off")
            break
        # A gzip file may have several parts; what else stands behind one is of no use.
        if form != _GZIP or not data.startswith(b"\x1f\x8b"):
            break
    return content


def _from_brotli(data: bytes, most: int) -> bytes:
    try:
        import brotli
    except ImportError:
        raise Unreadable(
            "it is packed with brotli, which needs the extra 'fetch': "
            "pip install 'skillprofiles[fetch]'"
        ) from None
    stream = brotli.Decompressor()
    try:
        content: bytes = stream.process(data, output_buffer_limit=most)
    except brotli.error as error:
        raise Unreadable(str(error)) from None
    if len(content) < most and not stream.is_finished():
        raise Unreadable("it breaks off")
    return content[:most]
