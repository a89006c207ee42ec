"""The html layout: the page itself, fetched or saved, read by structure and labels.

Class names are never looked at. The tree is lxml's, which mends unclosed tags as a browser does;
columns are found on demand by `skillprofiles.read.locate`, since lxml knows lines only.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree

from skillprofiles.model import Document, Level, Row, Table, Text
from skillprofiles.read.captions import level_named, names_a_level
from skillprofiles.read.elements import (
    INLINE,
    SKIPPED,
    between_cells,
    cells_of,
    flatten,
    header_cells,
    heading,
    is_heading_button,
    is_hidden,
    line_of,
    own_rows,
    own_text,
)
from skillprofiles.read.tags import (
    begins_again,
    behind_the_end,
    is_broken,
    too_many_attributes,
    without_ends,
)
from skillprofiles.vocabulary import Lexicon
from skillprofiles.vocabulary.fold import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

_LINES_KNOWN_TO_LXML = 65_000
_FEWEST_LEVELS = 3
_COLUMNS = 3


def read_html(lines: list[str], original: list[str], lexicon: Lexicon) -> Document:
    """Take an HTML page apart."""
    text = "\n".join(lines)
    if flaw := too_many_attributes(text):
        return Document("html", True, [], [], [], original, flaw=flaw)
    if end := behind_the_end(text):
        if (second := begins_again(text, end)) is not None:
            line = text.count("\n", 0, second) + 1
            flaw = f"another page begins at line {line}; put each in a file of its own"
            return Document("html", True, [], [], [], original, flaw=flaw)
        text = without_ends(text)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    reader, flaw = _Reader(lexicon), _flaw(parser)
    if root is not None and not flaw:
        reader.walk(root)
    main = reader.main_heading()
    document = Document(
        kind="html",
        split=True,
        texts=reader.texts if reader.tables else reader.pending,
        tables=reader.tables,
        trailer=reader.pending if reader.tables else [],
        lines=original,
        heading=main,
        heading_tail=reader.apart.get(main.text, []) if main else [],
        address=_address(root) if root is not None else None,
        broken_end=len(lines) if is_broken(text) or reader.stops_in_a_row(text) else None,
        flaw=flaw,
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
        self.apart: dict[str, list[str]] = {}
        self.runs: list[Text] = []
        self.ordinals: dict[_Element, int] = {}

    def walk(self, root: _Element) -> None:
        self.ordinals = {row: number for number, row in enumerate(root.iter("tr"))}
        stack: list[_Element | Text | None] = [root]
        while stack:
            node = stack.pop()
            if node is None:
                self._flush()
            elif isinstance(node, Text):
                if self.runs or not node.text.isspace():
                    self.runs.append(node)
            else:
                self._element(node, stack)
        self._flush()

    def _element(self, node: _Element, stack: list[_Element | Text | None]) -> None:
        tag = node.tag
        if (tag in SKIPPED and not is_heading_button(node)) or is_hidden(node):
            return
        if tag == "table" and self._table(node):
            return
        line = line_of(node)
        if tag == "h1":
            self._flush()
            text, apart = heading(node)
            if text:
                self.headings.append(Text(text, line))
                self.apart[text] = apart
            return
        if tag not in INLINE:
            self._flush()
            stack.append(None)
        following = None
        for child in reversed(node):
            if child.tail:
                stack.append(Text(child.tail, line_of(child)))
            elif following is not None and following in INLINE:
                # Labels, figures and chips stand side by side without a space in the markup.
                stack.append(Text(" ", line_of(child)))
            stack.append(child)
            following = child.tag
        if node.text and not node.text.isspace():
            self.runs.append(Text(own_text(node), line, tag == "a"))

    def _flush(self) -> None:
        """End a block: its runs are one text, but a label in it stands apart from its value."""
        runs, self.runs = self.runs, []
        together: list[Text] = []
        for run in runs:
            if fold(run.text) in self.lexicon.labels:
                self._join(together)
                together = []
                self._join([run])
            else:
                together.append(run)
        self._join(together)

    def _join(self, runs: list[Text]) -> None:
        text = " ".join("".join(run.text for run in runs).split())
        if text:
            seen = [run for run in runs if not run.text.isspace()]
            self.pending.append(Text(text, seen[0].line, all(run.link for run in seen)))

    def _table(self, node: _Element) -> bool:
        """Read a table of requirements; return False where it is something to look into instead."""
        done, inside = self._one_table(node)
        while inside is not None:
            _, inside = self._one_table(inside)
        return done

    def _one_table(self, node: _Element) -> tuple[bool, _Element | None]:
        """Read a table as `_table` does, but for the table of requirements it may hold (returned)."""
        rows = own_rows(node)
        cells = header_cells(rows)
        title = None
        if len(cells) == 1 and len(rows) > 1 and names_a_level(cells[0], self.lexicon):
            title = Text(cells[0], line_of(rows[0]))
            rows = rows[1:]
            cells = header_cells(rows)
        if not self._is_header(cells):
            self._flush()
            if sum(names_a_level(cell, self.lexicon) for cell in cells) >= _FEWEST_LEVELS:
                self._show(rows)
                return True, None
            return not self._holds_labels_or_tables(node), None
        self._flush()
        caption = node.find("caption")
        if caption is not None:
            self.pending.append(Text(flatten(caption), line_of(caption)))
        if title:
            self.pending.append(title)
        self._start(rows[0], cells)
        inside = self._unclosed(node)
        header = cells
        for row in rows[1:]:
            cells = cells_of(row)
            if cells == header:
                self._start(row, cells)
            else:
                self.tables[-1].rows.append(self._row(row, cells))
                if lost := between_cells(row):
                    self.tables[-1].strays.append(Text(lost, line_of(row)))
        return True, inside

    def stops_in_a_row(self, text: str) -> bool:
        """Whether the last row lacks something and no table is closed behind it."""
        last = self.tables[-1].rows[-1:] if self.tables else []
        if not last or (len(last[0].cells) >= _COLUMNS and last[0].cells[-1]):
            return False
        lower = text.lower()
        return lower.rfind("</table") < lower.rfind("<table")

    def _unclosed(self, node: _Element) -> _Element | None:
        """Take out the table of requirements inside this one: its end tag was left out."""
        for table in node.iterdescendants("table"):
            parent = table.getparent()
            if parent is not None and self._is_header(header_cells(own_rows(table))):
                parent.remove(table)
                return table
        return None

    def _show(self, rows: list[_Element]) -> None:
        """Keep a table of levels as text: it tells a role page from a page of something else."""
        for row in rows:
            self.pending.append(Text("\t".join(flatten(cell) for cell in row), line_of(row)))

    def _row(self, row: _Element, cells: list[str]) -> Row:
        return Row(line_of(row), cells, self.ordinals.get(row, -1))

    def _start(self, row: _Element, cells: list[str]) -> None:
        captions, self.pending = self.pending, []
        if not self.tables:
            self.texts = captions
        named = [names_a_level(text.text, self.lexicon) for text in captions[-2:]]
        if named == [True, True]:
            # Several names in a row are a list of levels to choose from, not a heading.
            captions = self._first_of_list(captions) if not self.tables else []
        self.tables.append(Table(self._row(row, cells), captions, [], []))

    def _first_of_list(self, captions: list[Text]) -> list[Text]:
        """Return the first of the level names that some texts end with, where it is not as usual.

        It is that of the first table.
        """
        names = takewhile(lambda text: names_a_level(text.text, self.lexicon), reversed(captions))
        first = list(names)[-1]
        return [] if level_named(first.text, self.lexicon) is Level.JUNIOR else [first]

    def _is_header(self, cells: list[str]) -> bool:
        columns = self.lexicon.columns
        known = sum(fold(cell) in columns for cell in cells)
        # With a column more it is one all the same, and is refused as one.
        return known >= (2 if len(cells) == _COLUMNS else _COLUMNS)

    def _holds_labels_or_tables(self, node: _Element) -> bool:
        if next(node.iterdescendants("table"), None) is not None:
            return True
        return any(fold(flatten(cell)) in self.lexicon.labels for cell in node.iter("td", "th"))

    def main_heading(self) -> Text | None:
        """Return the one main heading of the page; where several differ, none of them."""
        headings = [item for item in self.headings if fold(item.text) not in self.lexicon.labels]
        return headings[0] if len({item.text for item in headings}) == 1 else None


def _address(root: _Element) -> str | None:
    """Return the page's own address: its canonical link, else what it tells social networks."""
    found = [
        link.get("href")
        for link in root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    found += [tag.get("content") for tag in root.iter("meta") if tag.get("property") == "og:url"]
    return next((address for text in found if (address := (text or "").strip())), None)


def _flaw(parser: etree.HTMLParser) -> str | None:
    """Return why the parser gave up on the page, if it did."""
    if any("depth" in entry.message for entry in parser.error_log.filter_from_errors()):
        return "its tags are nested deeper than any page nests them"
    return None
