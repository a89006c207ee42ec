"""Dates as the pages of a language write them."""

from __future__ import annotations

import datetime as dt
import re
import time
from functools import cache, lru_cache

from skillprofiles.vocabulary import language

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_ANY = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}\.?|\d{4}年\d{1,2}月\d{1,2}日")
_LONGEST = 40
# Whoever is furthest ahead of UTC already writes tomorrow's date.
_FURTHEST_AHEAD = 14 * 60 * 60
_DAY = 24 * 60 * 60
_FIRST_DAY = dt.date(1970, 1, 1).toordinal()


@cache
def _pattern(code: str) -> re.Pattern[str]:
    form = re.escape(language(code).date)
    for part, digits in (("year", r"\d{4}"), ("month", r"\d{1,2}"), ("day", r"\d{1,2}")):
        form = form.replace(re.escape("{" + part + "}"), rf"(?P<{part}>{digits})")
    return re.compile(form, re.ASCII)


def looks_like_date(text: str) -> bool:
    """Whether a text is written like a date of any language, possible or not."""
    return text[:1].isdigit() and _ANY.fullmatch(text) is not None


def parse_date(text: str, code: str) -> dt.date | None:
    """Return the date a text means on a page of that language; None where it means none.

    Only the language's own order and the unmistakable ``YYYY-MM-DD`` are read: 3/4/2026 is March 4
    on an English page and April 3 on a Spanish one.
    """
    return _parsed(text, code) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _parsed(text: str, code: str) -> dt.date | None:
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _pattern(code).fullmatch(text):
        year, month, day = match["year"], match["month"], match["day"]
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def latest_possible() -> dt.date:
    """Return the latest date a page can truthfully carry: today, wherever that is first."""
    days = (time.time() + _FURTHEST_AHEAD) // _DAY
    return dt.date.fromordinal(_FIRST_DAY + int(days))
