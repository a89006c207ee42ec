"""The md layout: labels and values line by line, then tables as pipes."""

from __future__ import annotations

import re

from skillprofiles.model import Document, Row, Table, Text
from skillprofiles.read.captions import names_a_level
from skillprofiles.read.decode import entity
from skillprofiles.vocabulary import Lexicon
from skillprofiles.vocabulary.fold import fold

make_row = Row._make

_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_STAND_IN = "\x00"
_HEADING = re.compile(r"#\s+(\S.*?)(?:\s+#+)?")
_ADDRESS = re.compile(r"<?(https?://\S+?)>?")
# More cells than a row can have are an error anyway; a line of a million pipes is not taken apart.
_MOST_CELLS = 8
_SEPARATOR_STARTS = frozenset({"--", ":-", " -", " :", "-", ":", "", "-|", "- ", ":--"})


def resolve_entities(text: str) -> str:
    """Return a text with its HTML entities decoded; an ampersand that starts none is left alone."""
    return _ENTITY.sub(lambda match: entity(match[0]), text)


def split_row(line: str) -> list[str]:
    """Return the cells of a pipe row, stripped, with escaped pipes and entities resolved."""
    if "\\|" in line:
        line = line.replace("\\|", _STAND_IN)
    cells = line.split("|", _MOST_CELLS)
    if not cells[0].strip():
        del cells[0]
    if len(cells) > 1 and not cells[-1].strip():
        del cells[-1]
    return [_clean(cell) for cell in cells]


def _clean(cell: str) -> str:
    if _STAND_IN in cell:
        cell = cell.replace(_STAND_IN, "|")
    if "&" in cell:
        cell = resolve_entities(cell)
    return cell.strip()


def is_terminated(line: str) -> bool:
    """Whether a pipe row is closed by a pipe that is not escaped."""
    end = line.rstrip()
    return end.endswith("|") and not end.endswith("\\|") and end != "|"


def read_markdown(lines: list[str], original: list[str], lexicon: Lexicon) -> Document:
    """Take an md page apart."""
    return _Reader(lexicon).read(lines, original)


class _Reader:
    """One pass over the lines; a table starts at each header row."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.texts: list[Text] = []
        self.tables: list[Table] = []
        self.pending: list[Text] = []
        self.known: dict[str, list[str]] = {}
        self.separator: str | None = None
        self.separated = False
        self.address: str | None = None
        self.heading: Text | None = None
        self.open_rows: list[int] = []

    def read(self, lines: list[str], original: list[str]) -> Document:
        known, rows = self.known, None
        last = 0
        for number, line in enumerate(lines, 1):
            if line[:1] == "|":
                last = number
                # Header rows and separators repeat to the letter, and most other lines are rows of
                # one shape; whatever needs care takes the other way.
                if cells := known.get(line):
                    rows = self._table(number, cells)
                elif (
                    rows is not None
                    and line[-1] == "|"
                    and line[1:3] not in _SEPARATOR_STARTS
                    and "&" not in line
                    and "\\" not in line
                    and len(parts := line.split("|", _MOST_CELLS)) == 5
                ):
                    if self.pending:
                        self._stray()
                    _, role, flag, text, _ = parts
                    rows.append(make_row((number, [role.strip(), flag.strip(), text.strip()], -1)))
                elif line == self.separator and not (rows or self.separated or self.pending):
                    self.separated = True
                else:
                    rows = self._pipes(number, line, line.strip(), rows)
            elif stripped := line.strip():
                last = number
                if stripped[0] == "|":
                    rows = self._pipes(number, line, stripped, rows)
                else:
                    self._text(number, stripped)
        return Document(
            kind="md",
            split=True,
            texts=self.texts if self.tables else self.pending,
            tables=self.tables,
            trailer=self.pending if self.tables else [],
            lines=original,
            heading=self.heading,
            address=self.address,
            open_rows=self.open_rows,
            broken_end=last if last and self._is_broken(lines[last - 1]) else None,
        )

    def _pipes(self, number: int, line: str, stripped: str, rows: list[Row] | None) -> list[Row]:
        if _SEPARATOR.fullmatch(stripped):
            return self._separator(number, stripped, rows)
        cells = split_row(stripped)
        if self._is_header(cells):
            self.known[line] = cells
            return self._table(number, cells)
        if rows is None:
            # A table whose header is not known: the parser says so, with these cells as header.
            return self._table(number, cells)
        if self.pending:
            self._stray()
        self._row(number, line, rows)
        return rows

    def _row(self, number: int, line: str, rows: list[Row]) -> None:
        if not is_terminated(line):
            self.open_rows.append(number)
        rows.append(Row(number, split_row(line)))

    def _separator(self, number: int, stripped: str, rows: list[Row] | None) -> list[Row]:
        if rows is None:
            return self._table(number, [])
        table = self.tables[-1]
        if not rows and not self.pending and table.header.cells and not self.separated:
            self.separator, self.separated = stripped, True
            return rows
        if rows and rows[-1].line == number - 1 and not self.pending:
            # A separator makes a header of the row above it, known or not.
            header = rows.pop()
            return self._table(header.line, header.cells)
        return self._table(number, [])

    def _is_header(self, cells: list[str]) -> bool:
        columns = self.lexicon.columns
        known = [columns.get(fold(cell)) for cell in cells]
        return (
            len(cells) == 3
            and sum(column is not None for column in known) >= 2
            and (known[0] == "role" or known[2] == "description")
        )

    def _table(self, number: int, cells: list[str]) -> list[Row]:
        captions, self.pending, self.separated = self.pending, [], False
        if not self.tables:
            self.texts = captions
            named = bool(captions) and names_a_level(captions[-1].text, self.lexicon)
            captions = [self.texts.pop()] if named else []
        self.tables.append(Table(Row(number, cells), captions, [], []))
        return self.tables[-1].rows

    def _stray(self) -> None:
        self.tables[-1].strays.extend(self.pending)
        self.pending = []

    def _text(self, number: int, stripped: str) -> None:
        if stripped[0] in "#<h" and not self.tables and self._is_head(number, stripped):
            return
        text = resolve_entities(stripped) if "&" in stripped else stripped
        self.pending.append(Text(text, number))

    def _is_head(self, number: int, stripped: str) -> bool:
        """Take the skill's name or the page's address, which may stand above the labels."""
        if (
            self.heading is None
            and (match := _HEADING.fullmatch(stripped))
            and not names_a_level(match[1], self.lexicon)
        ):
            self.heading = Text(resolve_entities(match[1]), number)
            return True
        if self.address is None and (match := _ADDRESS.fullmatch(stripped)):
            self.address = match[1]
            return True
        return False

    def _is_broken(self, line: str) -> bool:
        stripped = line.strip()
        return stripped.startswith("|") and (
            not is_terminated(stripped) or bool(_SEPARATOR.fullmatch(stripped))
        )
