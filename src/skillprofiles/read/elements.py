"""Parts of a page's tree: the text inside an element, the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

SKIPPED = frozenset(
    "script style noscript template nav footer head svg math iframe object button select option "
    "textarea input dialog canvas audio video del s strike".split()
)
"""Elements that hold nothing a page says."""
_NEVER_TEXT = frozenset("script style noscript template svg math del s strike".split())
_RAISED = {
    "sup": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
_FOLDING = frozenset("h2 h3 h4 h5 h6 summary legend".split())
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small "
    "span strike strong sub sup time tt u var wbr".split()
)
"""Elements that stand inside a line."""


def line_of(node: _Element) -> int:
    """Return the line an element begins on, 1 where the tree does not know it."""
    return int(node.sourceline or 1)


def is_hidden(node: _Element) -> bool:
    """Whether an element says itself that it is not shown, and holds no table.

    Tables are hidden to be chosen from, one level at a time: they count. What a style sheet says is
    not known.
    """
    if not _says_hidden(node):
        return False
    return node.tag != "table" and next(node.iterdescendants("table"), None) is None


def _says_hidden(node: _Element) -> bool:
    if node.get("hidden") is not None:
        return True
    style = node.get("style")
    if style is None:
        return False
    said = "".join(style.split()).lower()
    return "display:none" in said or "visibility:hidden" in said


def is_heading_button(node: _Element) -> bool:
    """Whether an element is the button that a heading consists of, to fold what is below it."""
    parent = node.getparent() if node.tag == "button" else None
    return parent is not None and parent.tag in _FOLDING


def own_text(node: _Element) -> str:
    """Return the text an element begins with; digits that are raised or lowered stay apart."""
    text = node.text or ""
    table = _RAISED.get(node.tag) if isinstance(node.tag, str) else None
    return text.translate(table) if table else text


def own_rows(table: _Element) -> list[_Element]:
    """Return the rows with cells of a table, without those of tables nested in it."""
    rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows += child.findall("tr")
    if not rows and next(table.iterdescendants("table"), None) is None:
        rows = list(table.iter("tr"))
    return [row for row in rows if len(row) and not _says_hidden(row)]


def cells_of(row: _Element) -> list[str]:
    """Return what the cells of a row say, without those that are not shown."""
    return [flatten(cell) for cell in row if not _says_hidden(cell)]


def between_cells(row: _Element) -> str | None:
    """Return a text that stands in a row outside its cells, where there is one."""
    return next((cell.tail.strip() for cell in row if cell.tail and not cell.tail.isspace()), None)


def header_cells(rows: list[_Element]) -> list[str]:
    """Return what the first of some rows says; nothing where it holds another table.

    Tables inside tables lay out a page. Each would otherwise be read once for every one around it.
    """
    if not rows or any(next(cell.iterdescendants("table"), None) is not None for cell in rows[0]):
        return []
    return cells_of(rows[0])


def heading(node: _Element) -> tuple[str, list[str]]:
    """Return what a heading says, and what stands in elements of their own at the end of it.

    Such an element may be a badge, or a word in another style: only who knows the page can tell.
    """
    while len(node) == 1 and not (_holds(node.text) or _holds(node[0].tail)):
        node = node[0]
    pieces = list(_pieces(node))
    text = ""
    for at, (piece, is_element) in enumerate(pieces):
        ends = is_element and at > 0 and pieces[at - 1][1]
        # A badge is glued to the word before it in the markup, not on the screen.
        ends = ends or (text[-1:].islower() and piece[:1].isupper())
        text += f" {piece}" if ends else piece
    apart = [" ".join(piece.split()) for piece, _ in takewhile(itemgetter(1), pieces[:0:-1])]
    return " ".join(text.split()) or flatten(node), [piece for piece in apart if piece]


def _pieces(node: _Element) -> Iterator[tuple[str, bool]]:
    """Yield the texts in an element one by one, with whether an element in it is all that says it."""
    if _holds(node.text):
        yield own_text(node), False
    for child in node:
        blank = "" if child.tag in INLINE else " "
        said = _text_inside(child, SKIPPED)
        # A link of signs alone leads to the heading itself.
        if said and (child.tag != "a" or any(map(str.isalnum, said))):
            raw = "".join(child.itertext())
            before, behind = (" " if raw[at].isspace() else blank for at in (0, -1))
            yield f"{before}{said}{behind}", True
        elif blank:
            yield blank, True
        if child.tail:
            yield child.tail, not _holds(child.tail)


def _holds(text: str | None) -> bool:
    return text is not None and not text.isspace() and text != ""


def flatten(node: _Element) -> str:
    """Return the text inside an element as a reader sees it: one line, white space folded.

    Buttons and the like are left out, unless there is nothing else.
    """
    if not len(node):
        text = node.text
        return " ".join(text.split()) if text else ""
    return _text_inside(node, SKIPPED) or _text_inside(node, _NEVER_TEXT)


def _text_inside(node: _Element, skipped: frozenset[str]) -> str:
    pieces: list[str] = []
    stack: list[tuple[_Element | str, dict[int, int] | None]] = [(node, None)]
    while stack:
        item, raised = stack.pop()
        if isinstance(item, str):
            pieces.append(item.translate(raised) if raised else item)
            continue
        inside = item.tag not in skipped and not is_hidden(item)
        if item.tag not in INLINE:
            pieces.append(" ")
            stack.append((" ", None))
        own = _RAISED.get(str(item.tag)) or raised
        for child in reversed(item) if inside else ():
            if child.tail:
                stack.append((child.tail, own))
            stack.append((child, own))
        if item.text and inside:
            pieces.append(item.text.translate(own) if own else item.text)
    return " ".join("".join(pieces).split())
