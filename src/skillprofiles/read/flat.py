"""The flat layout: tables as plain lines, or as lines with TABs when pasted from a browser."""

from __future__ import annotations

import re

from skillprofiles.model import Document, Row, Table, Text
from skillprofiles.read.captions import names_a_level
from skillprofiles.read.entities import resolve_entities
from skillprofiles.vocabulary import Lexicon
from skillprofiles.vocabulary.fold import fold

_ADDRESS = re.compile(r"<?(https?://\S+?)>?")
_HEADER_WORDS = 3


def read_flat(lines: list[str], original: list[str], lexicon: Lexicon) -> Document:
    """Take a flat page apart."""
    return _Reader(lexicon).read(lines, original)


class _Reader:
    """One pass over the lines; a table starts at each header row and ends at the footer."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.texts: list[Text] = []
        self.tables: list[Table] = []
        self.trailer: list[Text] = []
        self.address: str | None = None
        self.tabbed = False

    def read(self, lines: list[str], original: list[str]) -> Document:
        for number, line in enumerate(lines, 1):
            stripped = line.strip()
            if not stripped:
                continue
            if (columns := self._header(stripped)) is not None:
                self._table(number, columns)
            elif self.trailer or (self.tables and self.lexicon.ends_tables(stripped)):
                self.trailer.append(Text(stripped, number))
            elif self.tables:
                self._row(number, line)
            else:
                self._text(number, stripped)
        self._cut_footer()
        return Document(
            kind="flat",
            split=self.tabbed,
            texts=self.texts,
            tables=self.tables,
            trailer=self.trailer,
            lines=original,
            address=self.address,
        )

    def _cut_footer(self) -> None:
        """Take the last line for what it begins to be, where a page is cut inside its footer."""
        if self.trailer or not self.tables or len(self.tables[-1].rows) < 2:
            return
        table = self.tables[-1]
        texts = table.strays if self.tabbed else table.rows
        if texts and texts[-1].line >= table.rows[-1].line:
            last = Text(_first(texts[-1]), texts[-1].line)
            if self.lexicon.begins_footer(last.text):
                texts.pop()
                self.trailer.append(last)

    def _header(self, stripped: str) -> list[str] | None:
        """Return the columns where a line is a header row, also where one of them is misspelled."""
        if len(stripped) > 80:
            return None
        folded = fold(stripped)
        tabbed = "\t" in stripped
        if not tabbed and folded in self.lexicon.header_lines:
            return stripped.split()
        cells = stripped.split("\t") if tabbed else stripped.split()
        if len(cells) != _HEADER_WORDS:
            return None
        known = [self.lexicon.columns.get(fold(cell)) for cell in cells]
        if known[0] != "role" and known[2] != "description":
            return None
        if sum(column is not None for column in known) < _HEADER_WORDS - 1:
            return None
        self.tabbed = self.tabbed or tabbed
        return [cell.strip() for cell in cells]

    def _table(self, number: int, columns: list[str]) -> None:
        captions: list[Text] = []
        self.trailer = []
        if self.tables:
            above = self.tables[-1]
            for texts in (above.strays, above.rows):
                if texts and self._is_caption(texts[-1]):
                    captions.append(Text(_first(texts[-1]), texts[-1].line))
                    texts.pop()
                    break
        elif self.texts and names_a_level(self.texts[-1].text, self.lexicon):
            captions.append(self.texts.pop())
        self.tables.append(Table(Row(number, columns), captions, [], []))

    def _is_caption(self, item: Text | Row) -> bool:
        """Whether a text below a table names the level of the next; a row of cells is a row."""
        alone = isinstance(item, Text) or len(item.cells) == 1
        return alone and names_a_level(_first(item), self.lexicon)

    def _row(self, number: int, line: str) -> None:
        if "&" in line:
            line = resolve_entities(line)
        if not self.tabbed:
            self.tables[-1].rows.append(Row(number, [line.strip()]))
        elif "\t" in line:
            cells = [_unquoted(cell.strip()) for cell in line.rstrip("\n").split("\t", 8)]
            while len(cells) > 3 and not cells[-1]:
                cells.pop()
            self.tables[-1].rows.append(Row(number, cells))
        else:
            self.tables[-1].strays.append(Text(line.strip(), number))

    def _text(self, number: int, stripped: str) -> None:
        if self.address is None and (match := _ADDRESS.fullmatch(stripped)):
            self.address = match[1]
            return
        text = resolve_entities(stripped) if "&" in stripped else stripped
        self.texts.append(Text(text, number))


def _unquoted(cell: str) -> str:
    """Return a cell without the quotes a spreadsheet puts around one that holds quotes or commas."""
    inside = cell[1:-1]
    if len(cell) < 3 or cell[0] != '"' or cell[-1] != '"' or '"' in inside.replace('""', ""):
        return cell
    return inside.replace('""', '"').strip()


def _first(item: Text | Row) -> str:
    return item.text if isinstance(item, Text) else item.cells[0]
