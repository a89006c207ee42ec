"""The lines of a page, tidied: rows in their canonical shape, no white space at their ends."""

from __future__ import annotations

import re
from collections.abc import Collection

from skillprofiles.fix._codes import FIXABLE
from skillprofiles.fix._page import Page
from skillprofiles.model import Row, Table
from skillprofiles.parser.markup import unmarked
from skillprofiles.read.markdown import is_terminated
from skillprofiles.rules import RULES
from skillprofiles.rules import rows as row_rules
from skillprofiles.rules import source as source_rules

_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATOR = "|---|---|---|"
_SEPARATOR_LETTERS = frozenset("|-: \t")
_COLUMNS = 3
_WIDTHS = (2, 3)

Tidied = list[tuple[int, str]]


def tidy(lines: list[str], page: Page) -> tuple[list[str], Tidied]:
    """Tidy the lines of a page whose letters are repaired.

    Returns:
        The lines, and what was tidied on which of them.
    """
    if page.document.kind == "html":
        return lines, []
    cells = {row.line for table in page.document.tables for row in table.rows}
    keeps_tabs = cells if page.document.kind == "flat" and page.document.split else frozenset[int]()
    tidied: Tidied = []
    stripped = []
    for number, line in enumerate(lines, 1):
        # A TAB at the end of a row is an empty cell.
        stripped.append(line.rstrip(" ") if number in keeps_tabs else line.rstrip())
        if stripped[-1] != line:
            tidied.append((number, "trailing-space"))
    # Of a page that was cut off it is not known which of its rows could be read.
    if page.document.kind == "md" and not page.has(source_rules.CUT_OFF.code):
        _Rows(stripped, page, tidied).tidy()
    return stripped, tidied


class _Rows:
    """Rewrites the rows of an md page in place."""

    def __init__(self, lines: list[str], page: Page, tidied: Tidied) -> None:
        self.lines = lines
        self.document = page.document
        self.tidied = tidied
        self.ragged = _lines(page, [row_rules.RAGGED_ROW.code])
        # A row with something else wrong is left as it stands: nobody knows what it means.
        self.disputed = _lines(page, RULES.keys() - FIXABLE)

    def tidy(self) -> None:
        for table in self.document.tables:
            if len(table.header.cells) == _COLUMNS and table.header.line not in self.disputed:
                self._table(table)

    def _table(self, table: Table) -> None:
        self._row(table.header, is_header=True)
        below = table.header.line + 1
        if table.rows and below < table.rows[0].line and self._is_separator(below):
            self._write(below, _SEPARATOR, "separator")
        for row in table.rows:
            if row.line not in self.disputed:
                self._row(row)

    def _is_separator(self, number: int) -> bool:
        line = self.lines[number - 1].strip()
        return line[:1] == "|" and "-" in line and _SEPARATOR_LETTERS.issuperset(line)

    def _row(self, row: Row, *, is_header: bool = False) -> None:
        line = self.lines[row.line - 1]
        cells = raw_cells(line)
        if not is_terminated(line) or len(cells) not in _WIDTHS or len(cells) != len(row.cells):
            return
        # Reading takes emphasis off what stands in the flag's column, and leaves it in a text.
        stays = is_header or unmarked(row.cells[1]) != row.cells[1]
        shape = cells if stays else _with_flag(cells)
        moved = shape != cells and row.line not in self.ragged
        self._write(row.line, joined(shape), "empty-flag" if moved else "cell-spacing")

    def _write(self, number: int, line: str, name: str) -> None:
        if self.lines[number - 1] != line:
            self.lines[number - 1] = line
            if number not in self.ragged:
                self.tidied.append((number, name))


def raw_cells(line: str) -> list[str]:
    """Return the cells of a pipe row, stripped, with all their escapes."""
    cells = [cell.strip() for cell in _PIPE.split(line)]
    if not cells[0]:
        del cells[0]
    if len(cells) > 1 and not cells[-1]:
        del cells[-1]
    return cells


def joined(cells: list[str]) -> str:
    """Return cells as a row, one space inside their borders."""
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"


def _with_flag(cells: list[str]) -> list[str]:
    """Return role, flag and text of a row that was read, its text moved back behind the flag."""
    if len(cells) == _COLUMNS and cells[2]:
        return cells
    return [cells[0], "", cells[1]]


def _lines(page: Page, codes: Collection[str]) -> set[int]:
    """Return the lines of findings with one of these codes."""
    return {found.span.line for found in page.findings if found.span and found.rule.code in codes}
