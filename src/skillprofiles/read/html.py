"""The html layout: the page itself, fetched or saved, read by structure and labels.

Class names are never looked at. The tree is lxml's, which mends unclosed tags as a browser does;
columns are found on demand by `skillprofiles.read.locate`, since lxml knows lines only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from skillprofiles.model import Document, Row, Table, Text
from skillprofiles.vocabulary import Lexicon
from skillprofiles.vocabulary.fold import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED = frozenset(
    "script style noscript template nav footer aside head svg math iframe object button select "
    "option textarea input dialog canvas audio video".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small "
    "span strike strong sub sup time tt u var wbr".split()
)
_FLUSH = object()
_LINES_KNOWN_TO_LXML = 65_000
_CELL = re.compile(r"<t[dh][\s>/]", re.IGNORECASE)
_CLOSED = re.compile(r"</t(?:d|h|r|body|foot|able)\s*>", re.IGNORECASE)


def read_html(lines: list[str], original: list[str], lexicon: Lexicon) -> Document:
    """Take an HTML page apart."""
    text = "\n".join(lines)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    reader = _Reader(lexicon)
    if root is not None:
        reader.walk(root)
    document = Document(
        kind="html",
        split=True,
        texts=reader.texts if reader.tables else reader.pending,
        tables=reader.tables,
        trailer=reader.pending if reader.tables else [],
        lines=original,
        heading=reader.main_heading(),
        address=_address(root) if root is not None else None,
        broken_end=len(lines) if _is_broken(text) else None,
    )
    if len(lines) > _LINES_KNOWN_TO_LXML:
        from skillprofiles.read.locate import with_exact_lines

        document = with_exact_lines(document)
    return document


class _Reader:
    """Collects the texts and tables of a tree in document order, without recursion."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.texts: list[Text] = []
        self.tables: list[Table] = []
        self.pending: list[Text] = []
        self.headings: list[Text] = []
        self.runs: list[tuple[str, int]] = []
        self.ordinals: dict[_Element, int] = {}

    def walk(self, root: _Element) -> None:
        self.ordinals = {row: number for number, row in enumerate(root.iter("tr"))}
        stack: list[object] = [root]
        while stack:
            node = stack.pop()
            if node is _FLUSH:
                self._flush()
            elif isinstance(node, tuple):
                if self.runs or not node[0].isspace():
                    self.runs.append(node)
            else:
                self._element(node, stack)  # type: ignore[arg-type]
        self._flush()

    def _element(self, node: _Element, stack: list[object]) -> None:
        tag = node.tag
        if tag in _SKIPPED or node.get("hidden") is not None:
            return
        if tag == "table" and self._table(node):
            return
        if tag == "h1":
            self._flush()
            if text := flatten(node):
                self.headings.append(Text(text, node.sourceline or 1))
            return
        if tag not in _INLINE:
            self._flush()
            stack.append(_FLUSH)
        for child in reversed(node):
            if child.tail:
                stack.append((child.tail, child.sourceline or 1))
            stack.append(child)
        if node.text and not node.text.isspace():
            self.runs.append((node.text, node.sourceline or 1))

    def _flush(self) -> None:
        """End a block: its runs are one text, unless one of them is a label beside its value."""
        if not self.runs:
            return
        runs, self.runs = self.runs, []
        if len(runs) > 1 and any(fold(text) in self.lexicon.labels for text, _ in runs):
            self.pending += [
                Text(" ".join(text.split()), line) for text, line in runs if not text.isspace()
            ]
            return
        text = " ".join("".join(text for text, _ in runs).split())
        self.pending.append(Text(text, runs[0][1]))

    def _table(self, node: _Element) -> bool:
        """Read a table of requirements; return False where it is something to look into instead."""
        rows = _own_rows(node)
        cells = [flatten(cell) for cell in rows[0]] if rows else []
        if not self._is_header(cells):
            self._flush()
            return not self._holds_labels_or_tables(node)
        self._flush()
        caption = node.find("caption")
        if caption is not None:
            self.pending.append(Text(flatten(caption), caption.sourceline or 1))
        self._start(rows[0], cells)
        header = cells
        for row in rows[1:]:
            cells = [flatten(cell) for cell in row]
            if cells == header:
                self._start(row, cells)
            elif cells:
                self.tables[-1].rows.append(self._row(row, cells))
        return True

    def _row(self, row: _Element, cells: list[str]) -> Row:
        return Row(row.sourceline or 1, cells, self.ordinals.get(row, -1))

    def _start(self, row: _Element, cells: list[str]) -> None:
        captions: list[Text] = []
        if self.tables:
            captions = self.pending
        else:
            self.texts = self.pending
            captions = self.pending[-1:]
        self.pending = []
        self.tables.append(Table(self._row(row, cells), captions, [], []))

    def _is_header(self, cells: list[str]) -> bool:
        columns = self.lexicon.columns
        known = [columns.get(fold(cell)) for cell in cells]
        return sum(column is not None for column in known) >= 2

    def _holds_labels_or_tables(self, node: _Element) -> bool:
        if next(node.iterdescendants("table"), None) is not None:
            return True
        return any(fold(flatten(cell)) in self.lexicon.labels for cell in node.iter("td", "th"))

    def main_heading(self) -> Text | None:
        """Return the one main heading of the page; where several differ, none of them."""
        headings = [item for item in self.headings if fold(item.text) not in self.lexicon.labels]
        return headings[0] if len({item.text for item in headings}) == 1 else None


def _own_rows(table: _Element) -> list[_Element]:
    """Return the rows with cells of a table, without those of tables nested in it."""
    rows = list(table.iter("tr"))
    if next(table.iterdescendants("table"), None) is not None:
        rows = [row for row in rows if next(row.iterancestors("table")) is table]
    return [row for row in rows if len(row)]


def flatten(node: _Element) -> str:
    """Return the text inside an element as a reader sees it: one line, white space folded."""
    if not len(node):
        text = node.text
        return " ".join(text.split()) if text else ""
    pieces: list[str] = []
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        element: _Element = item  # type: ignore[assignment]
        if element.tag in _SKIPPED or element.get("hidden") is not None:
            continue
        if element.tag not in _INLINE:
            pieces.append(" ")
            stack.append(" ")
        for child in reversed(element):
            if child.tail:
                stack.append(child.tail)
            stack.append(child)
        if element.text:
            pieces.append(element.text)
    return " ".join("".join(pieces).split())


def _address(root: _Element) -> str | None:
    """Return the page's own address: its canonical link, else what it tells social networks."""
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return link.get("href")
    for meta in root.iter("meta"):
        if meta.get("property") == "og:url":
            return meta.get("content")
    return None


def _is_broken(text: str) -> bool:
    """Whether the markup stops inside a tag, or inside the last cell of a table."""
    if text.rfind("<") > text.rfind(">"):
        return True
    at = max(text.rfind("<td"), text.rfind("<th"), text.rfind("<TD"), text.rfind("<TH"))
    if at < 0 or not _CELL.match(text, at):
        return False
    return _CLOSED.search(text, at) is None
