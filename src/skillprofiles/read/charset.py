"""Which character set bytes are in: their byte order mark, what a page declares, whether they are UTF-8."""

from __future__ import annotations

import codecs
from typing import Final

HEAD: Final = 4096
"""How far from its beginning a page may declare its character set, in bytes."""

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks with the encodings they stand for, longer ones before those they begin with."""

_FIRST_OF_MARKS: Final = frozenset(mark[0] for mark, _ in MARKS)
# As browsers do: pages that declare latin-1 are written in cp1252, and none that can be read so far
# can be UTF-16, whatever it says.
_READ_AS: Final = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-8",
    "utf-16-be": "utf-8",
    "utf-16-le": "utf-8",
}
# The character sets that the Encoding Standard has pages declare. Python knows many more, some of which
# decode escapes or run code on the way: nothing a page says may choose one of those.
_OF_THE_WEB: Final = frozenset(
    {
        *("utf-8", "gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "euc_kr"),
        *(f"cp{number}" for number in (866, 874, 949, *range(1250, 1259))),
        *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"),
    }
)


def mark(data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark that bytes begin with and its encoding; both empty without one."""
    if data[:1] and data[0] in _FIRST_OF_MARKS:
        for bom, encoding in MARKS:
            if data.startswith(bom):
                return bom, encoding
    return b"", ""


def declared(data: bytes) -> str | None:
    """Return the character set that a page declares in its head, in lower case; None without one."""
    head = data[:HEAD].lower()
    if b"<" not in head or (b"charset" not in head and b"<?xml" not in head):
        return None
    from bs4.dammit import EncodingDetector

    return EncodingDetector.find_declared_encoding(head, is_html=True)


def codec(name: str) -> str | None:
    """Return Python's name of the codec that reads what declares a character set of the web.

    None where no page of the web is in it, whatever Python knows by that name.
    """
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    known = _READ_AS.get(known, known)
    return known if known in _OF_THE_WEB else None


def is_utf8(data: bytes) -> bool:
    """Whether bytes are text in UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
