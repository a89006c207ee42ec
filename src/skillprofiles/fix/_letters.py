"""The letters of a source, repaired as reading repairs them.

Entities are kept as they are written; only those that stand for something unseen, which reading
repairs like the letter itself, are repaired with it.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from skillprofiles.findings import Report
from skillprofiles.fix._page import Page
from skillprofiles.read.decode import decode
from skillprofiles.read.entities import ENTITY

_AMPERSAND = re.compile(f"{ENTITY.pattern}|&")
# What is behind an ampersand keeps reading from taking it for an entity.
_SHIELD = "~"


def repaired_letters(page: Page) -> list[str] | None:
    """Return the lines of a page with their letters repaired, or None where they cannot be."""
    decoded = page.decoded
    if decoded.cut_character:
        return None
    if decoded.lines is decoded.original:
        return list(decoded.original)
    shielded = _AMPERSAND.sub(_shield, page.text)
    try:
        # A byte order mark outweighs whatever charset the page declares.
        data = codecs.BOM_UTF8 + shielded.encode("utf-8")
    except UnicodeEncodeError:
        return None
    again = decode(data, Report(page.name))
    return [line.replace(f"&{_SHIELD}", "&") for line in again.lines] if again else None


def _shield(match: re.Match[str]) -> str:
    if len(match[0]) > 1 and _is_unseen(match[0]):
        return match[0]
    return f"&{_SHIELD}{match[0][1:]}"


@lru_cache(maxsize=1024)
def _is_unseen(entity: str) -> bool:
    """Whether reading repairs what an entity stands for, and reports it."""
    report = Report("entity")
    decode("".join(letter + entity for letter in "aeonsx").encode() + b"x", report)
    return bool(report.findings)
