"""Where exactly: the span of a text or a cell, looked up only when a finding needs it.

Columns are counted in characters of the source as decoded, before any repair.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from skillprofiles.model import Document, Row, Span, Text

# What may stand between two words of a text in HTML.
_GAP = r"(?:<[^<>]*>|\s)*"
_PIPE = re.compile(r"(?<!\\)\|")
# Nobody asks for a cell beyond these; a line of a million pipes is not listed.
_MOST_CELLS = 10
_HTML_TEXT_WITHIN = 400
_HTML_LINES_WITHIN = 60


def line_span(document: Document, line: int) -> Span:
    """Return the span of a whole line, without the white space around it."""
    text = document.lines[line - 1] if 0 < line <= len(document.lines) else ""
    start = len(text) - len(text.lstrip())
    return Span(line, start + 1, line, max(len(text.rstrip()), start) + 1)


def text_span(
    document: Document, text: Text, part: str | None = None, after: str | None = None
) -> Span:
    """Return the span of a text outside the tables, or of ``part`` of it.

    ``after`` is what it stands behind, where both may share a line.
    """
    wanted = part if part is not None else text.text
    if document.kind == "html" and after:
        return _html_text(document, text, wanted, after)
    lines = document.lines
    last = text.line + (_HTML_LINES_WITHIN if document.kind == "html" else 0)
    for number in range(text.line, min(last, len(lines)) + 1):
        line = lines[number - 1]
        start = line.find(after) + len(after) if after and after in line else 0
        at = line.find(wanted, start)
        if at >= 0:
            return Span(number, at + 1, number, at + 1 + len(wanted))
    return line_span(document, text.line)


def span_within(
    document: Document, text: Text, before: str, wanted: str, after: str
) -> Span | None:
    """Return the span of a part of a text of an HTML page, told by what stands around it.

    The text may be broken into several lines and elements.
    """
    left, right = (_GAP.join(map(re.escape, part.split())) for part in (before, after))
    pattern = f"{left}{_GAP if left else ''}({re.escape(wanted)}){_GAP}{right}"
    return _found_in(document, text.line - 1, pattern)


def _html_text(document: Document, text: Text, wanted: str, after: str) -> Span:
    """Find a text behind its label, with nothing but markup between the two."""
    above = max(text.line - _HTML_LINES_WITHIN, 1) - 1
    between = rf"{re.escape(after)}(?:<[^<>]*>|[\s:：])*({re.escape(wanted)})"
    return _found_in(document, above, between) or text_span(document, text)


def _found_in(document: Document, above: int, pattern: str) -> Span | None:
    """Return the span of a pattern's group, looked for below some lines."""
    page = "\n".join(document.lines[above:])
    found = re.search(pattern, page)
    if found is None:
        return None
    (line, column), (end_line, end_column) = (
        (above + page.count("\n", 0, at) + 1, at - page.rfind("\n", 0, at)) for at in found.span(1)
    )
    return Span(line, column, end_line, end_column)


def _line_starts(page: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", page))]


def cell_span(document: Document, row: Row, index: int) -> Span:
    """Return the span of one cell of a row; the whole row where it has no such cell."""
    if document.kind == "html":
        return _html_cell(document, row, index)
    line = document.lines[row.line - 1] if row.line <= len(document.lines) else ""
    if document.kind == "md":
        bounds = _pipe_cells(line)
    elif document.split:
        bounds = _tab_cells(line)
    else:
        bounds = []
    if not 0 <= index < len(bounds):
        return line_span(document, row.line)
    start, end = bounds[index]
    cell = line[start:end]
    left = start + len(cell) - len(cell.lstrip())
    right = max(start + len(cell.rstrip()), left)
    return Span(row.line, left + 1, row.line, right + 1)


def _pipe_cells(line: str) -> list[tuple[int, int]]:
    pipes = [match.start() for match in islice(_PIPE.finditer(line), _MOST_CELLS)]
    starts = [0, *(at + 1 for at in pipes)]
    ends = [*pipes, len(line)]
    cells = list(zip(starts, ends, strict=True))
    if cells and not line[slice(*cells[0])].strip():
        del cells[0]
    return cells


def _tab_cells(line: str) -> list[tuple[int, int]]:
    tabs = [match.start() for match in islice(re.finditer("\t", line), _MOST_CELLS)]
    return list(zip([0, *(at + 1 for at in tabs)], [*tabs, len(line)], strict=True))


def _html_cell(document: Document, row: Row, index: int) -> Span:
    text, rows, starts = _markup(document.lines)
    if not 0 <= row.ordinal < len(rows):
        return line_span(document, row.line)
    place, cells = rows[row.ordinal]
    at = cells[index] if 0 <= index < len(cells) else place
    end_of_tag = text.find(">", at) + 1
    words = row.cells[index].split() if 0 <= index < len(row.cells) else []
    found = text.find(words[0], end_of_tag, end_of_tag + _HTML_TEXT_WITHIN) if words else -1
    if found >= 0:
        whole = row.cells[index]
        length = len(whole) if text.startswith(whole, found) else len(words[0])
        at, end = found, found + length
    else:
        end = max(end_of_tag, at + 1)
    (line, column), (end_line, end_column) = _position(starts, at), _position(starts, end)
    return Span(line, column, end_line, end_column)


def _position(starts: list[int], at: int) -> tuple[int, int]:
    line = bisect_right(starts, at)
    return line, at - starts[line - 1] + 1


class _Markup(NamedTuple):
    """A page as one text, offsets of each row's tag and its cells' tags, and of each line's start."""

    text: str
    rows: list[tuple[int, list[int]]]
    starts: list[int]


# The page looked at last: a page has as many findings as rows, and they come one after another.
_last: tuple[list[str], _Markup] | None = None


def _markup(lines: list[str]) -> _Markup:
    """Return where the rows and cells of a page stand.

    lxml tells lines only, and none beyond 65,535. The tags themselves come in the same order,
    however what is not closed is mended.
    """
    global _last  # noqa: PLW0603 - one page, not one for every document
    known = _last
    if known is not None and known[0] is lines:
        return known[1]
    from skillprofiles.read.tags import start_tags

    text = "\n".join(lines)
    rows: list[tuple[int, list[int]]] = []
    for tag in start_tags(text):
        if tag.name == "tr":
            rows.append((tag.at, []))
        elif rows and tag.name in ("td", "th"):
            rows[-1][1].append(tag.at)
    markup = _Markup(text, rows, _line_starts(text))
    _last = (lines, markup)
    return markup


def with_exact_lines(document: Document) -> Document:
    """Return an HTML document with the lines of its rows as they are counted in its text."""
    _, rows, starts = _markup(document.lines)

    def exact(row: Row) -> Row:
        known = 0 <= row.ordinal < len(rows)
        return row._replace(line=_position(starts, rows[row.ordinal][0])[0]) if known else row

    tables = [
        replace(table, header=exact(table.header), rows=[exact(row) for row in table.rows])
        for table in document.tables
    ]
    return replace(document, tables=tables)
