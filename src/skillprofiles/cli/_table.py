"""Tables for a terminal: as wide as it is, also where letters are two columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import click

_GAP: Final = "  "
_NARROWEST: Final = 8


class Cell(NamedTuple):
    """A text, and how `click.style` shows it."""

    text: str
    style: dict[str, Any]


Row = Sequence[Cell]
Section = tuple[str, Sequence[Row]]
"""A heading, empty for none, and the rows below it."""


def grid(titles: Sequence[str], sections: Sequence[Section], width: int) -> str:
    """Return one table whose cells are wrapped so that its lines fit.

    Args:
        titles: the titles of the columns.
        sections: the rows, under headings.
        width: columns of the terminal.
    """
    header = [Cell(title, {"underline": True}) for title in titles]
    rows = [header, *(row for _, rows in sections for row in rows)]
    natural = [max(_width(row[at].text) for row in rows) for at in range(len(titles))]
    widths = _fitted(natural, width - len(_GAP) * (len(titles) - 1))
    lines = list(_lines(header, widths))
    for heading, body in sections:
        if heading:
            lines += ["", *(click.style(line, bold=True) for line in wrapped(heading, width))]
        lines += [line for row in body for line in _lines(row, widths)]
    return "\n".join(lines)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most so many columns."""
    import wcwidth

    return wcwidth.wrap(text, max(width, 2), break_on_hyphens=False) or [""]


def _fitted(natural: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns: narrow ones as they are, the others share what is left."""
    widths, left = list(natural), room
    by_width = sorted(range(len(natural)), key=lambda at: natural[at])
    for rank, at in enumerate(by_width):
        share = max(left // (len(natural) - rank), _NARROWEST)
        widths[at] = min(natural[at], share)
        left -= widths[at]
    return widths


def _lines(row: Row, widths: Sequence[int]) -> Iterator[str]:
    columns = [wrapped(cell.text, width) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, columns))):
        line = ""
        for cell, width, lines in zip(row, widths, columns, strict=True):
            text = lines[number] if number < len(lines) else ""
            line += click.style(text, **cell.style) if text and cell.style else text
            line += " " * (width - _width(text)) + _GAP
        yield line.rstrip()


def _width(text: str) -> int:
    import wcwidth

    return max(wcwidth.wcswidth(text), 0)
