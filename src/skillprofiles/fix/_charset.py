"""Text to UTF-8, with the charset that an HTML page declares."""

from __future__ import annotations

import re

from skillprofiles.fix._page import Page

_HEAD = 4096
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,40})""", re.I
)
_PLAIN = re.compile(rb"""<meta\s+charset\s*=\s*["']?([\w.:-]{2,40})["']?\s*/?>""", re.I)
_NAMES = frozenset({"utf-8", "utf8"})


def encoded(text: str, page: Page) -> bytes | None:
    """Return a text as UTF-8, its plain declaration corrected where it says something else.

    Returns:
        The bytes, or None where a declaration that is not a plain ``<meta charset=...>`` would
        become wrong by the change of encoding.
    """
    data = text.encode("utf-8")
    if page.document.kind != "html" or not (declared := _DECLARED.search(data, 0, _HEAD)):
        return data
    if _is_right(declared[1].decode("ascii", "replace"), data):
        return data
    if plain := _PLAIN.match(data, declared.start()):
        start, end = plain.span(1)
        return data[:start] + b"utf-8" + data[end:]
    return data if is_utf8(page.data) else None


def declaration(data: bytes) -> str:
    """Return the declaration of a charset as it stands in the head of a page; empty without one."""
    declared = _DECLARED.search(data, 0, _HEAD)
    return declared[0].decode("ascii", "replace") if declared else ""


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 without a byte order mark."""
    try:
        return not data.decode("utf-8").startswith("\ufeff")
    except UnicodeDecodeError:
        return False


def _is_right(name: str, data: bytes) -> bool:
    """Whether a declared charset reads UTF-8 bytes as what they are."""
    name = name.lower()
    return name in _NAMES or (data.isascii() and not name.startswith(("utf-16", "utf-32")))
