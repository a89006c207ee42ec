"""The line a finding stands on, with carets under what it means."""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

from skillprofiles.model import Span
from skillprofiles.printable import printable_letters

WIDTH: Final = 100
_TAB: Final = " " * 4


class Excerpt(NamedTuple):
    """A line as it is shown, and what stands below it: blanks, then carets."""

    text: str
    indent: int
    carets: int


def excerpt(line: str, span: Span) -> Excerpt:
    """Return a line as it is shown, cut to a window around the span where it is long."""
    start = min(span.column - 1, len(line))
    end = len(line) if span.end_line > span.line else min(span.end_column - 1, len(line))
    end = max(end, start)
    cells = [_TAB if cell == r"\t" else cell for cell in printable_letters(line)]
    widths = [_width(cell) for cell in cells]
    first, last = _window(widths, start, end)
    before = "…" if first else ""
    after = "…" if last < len(line) else ""
    return Excerpt(
        text=f"{before}{''.join(cells[first:last])}{after}",
        indent=len(before) + sum(widths[first:start]),
        carets=max(1, sum(widths[start : min(end, last)])),
    )


def _width(cell: str) -> int:
    """Return the number of columns that a character takes, or an escape."""
    if cell.isascii():
        return len(cell)
    if unicodedata.category(cell) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1


def _window(widths: list[int], start: int, end: int) -> tuple[int, int]:
    """Return which characters to show: the span first, then as much around it as there is room."""
    if sum(widths) <= WIDTH:
        return 0, len(widths)
    first = last = start
    room = WIDTH
    while last < end and widths[last] <= room:
        room -= widths[last]
        last += 1
    least = room // 2
    while first and widths[first - 1] <= room - least:
        first -= 1
        room -= widths[first]
    while last < len(widths) and widths[last] <= room:
        room -= widths[last]
        last += 1
    while first and widths[first - 1] <= room:
        first -= 1
        room -= widths[first]
    return first, last
