"""The md layout: labels and values line by line, then tables as pipes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

from skillprofiles.model import Document, Row, Table, Text
from skillprofiles.read.captions import names_a_level
from skillprofiles.read.entities import ENTITY, resolve_entities
from skillprofiles.vocabulary import Lexicon, lexicon
from skillprofiles.vocabulary.fold import fold

make_row: Callable[[tuple[int, list[str], int]], Row] = partial(tuple.__new__, Row)
make_text: Callable[[tuple[str, int, bool]], Text] = partial(tuple.__new__, Text)

_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_STAND_IN = "\x00"
_ADDRESS = re.compile(r"<?(https?://\S+?)>?")
# More cells than a row can have are an error anyway; a line of a million pipes is not taken apart.
_MOST_CELLS = 8
_LONGEST_KEPT = 200
_SEPARATOR_STARTS = "-:"


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


@lru_cache(maxsize=256)
def _name_columns(role: str, flag: str, description: str) -> bool:
    """Whether three cells are the header of a table; one of them may be misspelled."""
    columns = lexicon().columns
    first, second, third = (columns.get(fold(cell)) for cell in (role, flag, description))
    known = (first is not None) + (second is not None) + (third is not None)
    return known >= 2 and (first == "role" or third == "description")


def _plain_row(number: int, line: str) -> Row | None:
    """Read a row as most are: three cells, or two at the end of a table; None where it needs care."""
    if line[-1] != "|" or "\\" in line or ("&" in line and ENTITY.search(line)):
        return None
    parts = line.split("|", _MOST_CELLS)
    if len(parts) == 5:
        _, role, flag, text, _ = parts
        cells = [role.strip(), flag.strip(), text.strip()]
    elif len(parts) == 4:
        cells = [parts[1].strip(), parts[2].strip()]
    else:
        return None
    return None if cells[0][:1] in _SEPARATOR_STARTS else make_row((number, cells, -1))


def _heading(stripped: str) -> str | None:
    """Return what a main heading says: ``# Kafka`` or ``# Kafka #``."""
    if stripped[0] != "#" or not stripped[1:2].isspace():
        return None
    text = stripped[1:].lstrip()
    open_end = text.rstrip("#")
    return open_end.rstrip() if open_end[-1:].isspace() else text


def read_markdown(lines: list[str], original: list[str], words: Lexicon) -> Document:
    """Take an md page apart."""
    return _Reader(words).read(lines, original)


class _Reader:
    """One pass over the lines; a table starts at each header row."""

    def __init__(self, words: Lexicon) -> None:
        self.lexicon = words
        self.texts: list[Text] = []
        self.tables: list[Table] = []
        self.pending: list[Text] = []
        self.known: dict[str, list[str]] = {}
        self.longest_known = 0
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
                # Header rows and separators repeat to the letter, and most other lines are plain.
                if len(line) <= self.longest_known and (cells := known.get(line)):
                    rows = self._table(number, cells)
                elif line == self.separator and not (rows or self.separated or self.pending):
                    self.separated = True
                elif rows is not None and (row := _plain_row(number, line)):
                    if self.pending:
                        self._stray()
                    rows.append(row)
                else:
                    rows = self._pipes(number, line, line.strip(), rows)
            elif stripped := line.strip():
                last = number
                first = stripped[0]
                if first == "|":
                    rows = self._pipes(number, line, stripped, rows)
                elif first in "#<h" or "&" in stripped:
                    self._text(number, stripped)
                else:
                    self.pending.append(make_text((stripped, number, False)))
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
        if stripped == self.separator or _SEPARATOR.fullmatch(stripped):
            return self._separator(number, stripped, rows)
        cells = split_row(stripped)
        if self._is_header(cells):
            self.known[line] = cells
            self.longest_known = max(self.longest_known, len(line))
            return self._table(number, cells)
        if rows is None:
            # A table whose header is not known: the parser says so, with these cells as header.
            return self._table(number, cells)
        if self.pending:
            self._stray()
        if not is_terminated(line):
            self.open_rows.append(number)
        rows.append(Row(number, cells))
        return rows

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
        if len(cells) != 3:
            return False
        short = sum(map(len, cells)) <= _LONGEST_KEPT
        return _name_columns(*cells) if short else _name_columns.__wrapped__(*cells)

    def _table(self, number: int, cells: list[str]) -> list[Row]:
        captions, self.pending, self.separated = self.pending, [], False
        if not self.tables:
            self.texts = captions
            named = bool(captions) and names_a_level(captions[-1].text, self.lexicon)
            captions = [self.texts.pop()] if named else []
        self.tables.append(Table(make_row((number, cells, -1)), captions, [], []))
        return self.tables[-1].rows

    def _stray(self) -> None:
        self.tables[-1].strays.extend(self.pending)
        self.pending = []

    def _text(self, number: int, stripped: str) -> None:
        """Take a text that may be the page's head, or hold entities."""
        if self.tables or not self._is_head(number, stripped):
            self.pending.append(Text(resolve_entities(stripped), number))

    def _is_head(self, number: int, stripped: str) -> bool:
        """Take the skill's name or the page's address, which may stand above the labels."""
        name = _heading(stripped) if self.heading is None else None
        if name and not self._means_something_else(name):
            self.heading = Text(resolve_entities(name), number)
            return True
        if self.address is None and (match := _ADDRESS.fullmatch(stripped)):
            self.address = match[1]
            return True
        on_top = not self.pending and stripped.startswith("<!--")
        return on_top and stripped.endswith("-->")

    def _means_something_else(self, name: str) -> bool:
        """Whether a main heading is a label or names a level, not the page's skill."""
        return names_a_level(name, self.lexicon) or fold(name) in self.lexicon.labels

    def _is_broken(self, line: str) -> bool:
        stripped = line.strip()
        return stripped.startswith("|") and (
            not is_terminated(stripped) or bool(_SEPARATOR.fullmatch(stripped))
        )
