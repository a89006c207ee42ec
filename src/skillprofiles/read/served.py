"""Bytes as a web server sends them: the character set may stand in a header only.

Whatever reads the bytes later does not see the header, so a page that needs it is written in UTF-8.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARED: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=", re.IGNORECASE
)
_HEAD: Final = 4096
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ASSUMED: Final = ("ascii", "cp1252", "iso8859-1", "utf-8")


def readable(data: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """Return a page in a form that tells its own character set.

    Args:
        data: the bytes as served.
        content_type: the header of that name, where there was one.

    Returns:
        The bytes, and the character set they were converted from to UTF-8; None where they are left
        as they are: a page that declares its own, is UTF-8, or is not in what the header says.
    """
    match = _CHARSET.search(content_type or "")
    if match is None or data.startswith(_MARKS) or _DECLARED.search(data, 0, _HEAD):
        return data, None
    try:
        codec = codecs.lookup(match[1])
        if codec.name in _ASSUMED or not codec._is_text_encoding or _is_utf8(data):
            return data, None
        return data.decode(codec.name).encode(), codec.name
    except (LookupError, UnicodeError):
        return data, None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
