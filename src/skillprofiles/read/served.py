"""Bytes as a web server sends them: the character set may stand in a header only.

Whatever reads the bytes later does not see the header, so a page that needs it is written in UTF-8.
"""

from __future__ import annotations

import re
from typing import Final

from skillprofiles.read import charset

_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_ASSUMED: Final = ("cp1252", "utf-8")


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
    if match is None or charset.mark(data)[0] or charset.declared(data):
        return data, None
    codec = charset.codec(match[1])
    if codec is None or codec in _ASSUMED or charset.is_utf8(data):
        return data, None
    try:
        return data.decode(codec).encode(), codec
    except UnicodeError:
        return data, None
