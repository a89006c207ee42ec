"""Text to UTF-8, with the charset that an HTML page declares."""

from __future__ import annotations

import re

from skillprofiles.fix._page import Page
from skillprofiles.read import charset

_PLAIN = re.compile(rb"""<meta\s+charset\s*=\s*["']?([\w.:-]{2,40})["']?\s*/?>""", re.I)


def encoded(text: str, page: Page) -> bytes | None:
    """Return a text as UTF-8, its plain declaration corrected where it says something else.

    Returns:
        The bytes, or None where a declaration that is not a plain ``<meta charset=...>`` would
        become wrong by the change of encoding.
    """
    data = text.encode("utf-8")
    name = charset.declared(data)
    if page.document.kind != "html" or name is None or _is_right(name, data):
        return data
    if plain := _PLAIN.search(data, 0, charset.HEAD):
        start, end = plain.span(1)
        return data[:start] + b"utf-8" + data[end:]
    return data if charset.is_utf8(page.data) and not charset.mark(page.data)[0] else None


def _is_right(name: str, data: bytes) -> bool:
    """Whether a declared charset reads UTF-8 bytes as what they are."""
    return name in ("utf-8", "utf8") or (
        data.isascii() and not name.startswith(("utf-16", "utf-32"))
    )
