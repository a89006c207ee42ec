"""The markup of a page as plain text: its tags one by one, in time that grows with the page alone.

Browsers and lxml forgive everything, and so does this: it follows the tokens of the HTML standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# A quote means something only behind an equals sign. Nothing here is tried in two ways.
_TOKEN: Final = re.compile(
    r"""<(?:(?P<comment>!--)|(?P<name>[a-zA-Z][^\s/>]*+)"""
    r"""(?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)(?P<end>>)?+)"""
)
_VALUE: Final = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_BREAK: Final = re.compile(r"[\s/]+")
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noframes")
}
_UNSEEN: Final = re.compile(r"<(?:!--|(script|style)\b)", re.IGNORECASE)
_UNSEEN_ENDS: Final = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*+>", re.IGNORECASE),
    "style": re.compile(r"</style\s*+>", re.IGNORECASE),
}
_CELL: Final = re.compile(r"<t[dh][\s>/]", re.IGNORECASE)
_CLOSED: Final = re.compile(r"</t(?:d|h|r|body|foot|able)\s*+>", re.IGNORECASE)
_END: Final = re.compile(r"</html\b[^>]*+>", re.IGNORECASE)
_ENDS: Final = re.compile(r"</(?:html|body)\b[^>]*+>", re.IGNORECASE)
_BEGIN: Final = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_CONTENT: Final = re.compile(
    r"<(?:!doctype|html|body|main|div|section|article|table|t[rdh]|h[1-6]|p|dl|ul|ol)\b",
    re.IGNORECASE,
)
# lxml looks through all attributes of a tag for each new one. A page below this size cannot hold
# enough of them to matter.
_MOST_ATTRIBUTES: Final = 2_000
_LARGE: Final = 16 * 1024


class Tag(NamedTuple):
    """A start tag: where it starts, its name in lower case, and what stands behind the name."""

    at: int
    name: str
    attributes: str


def start_tags(text: str) -> Iterator[Tag]:
    """Yield the start tags of a page, without what stands in comments, scripts and the like."""
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token["comment"]:
            # A comment that is not closed goes on to the end of the page.
            at = _behind(text, "-->", at)
            continue
        if not token["end"]:
            return
        name = token["name"].lower()
        yield Tag(token.start(), name, token["attributes"])
        if raw := _RAW.get(name):
            closing = raw.search(text, at)
            at = closing.start() if closing else len(text)


def behind_the_end(text: str) -> int | None:
    """Return where a page goes on behind its end, with something that belongs on a page.

    lxml stops there, browsers read on.
    """
    end = _END.search(text)
    if end is None or _CONTENT.search(text, end.end()) is None:
        return None
    seen = visible(text[end.end() :])
    return end.end() if _CONTENT.search(seen) else None


def without_ends(text: str) -> str:
    """Return a page without the tags that end it and its body."""
    return _ENDS.sub("", text)


def begins_again(text: str, at: int) -> int | None:
    """Return where another page begins behind a place of the first, None where none does."""
    found = _BEGIN.search(text, at)
    return found.start() if found else None


def _behind(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def too_many_attributes(text: str) -> str | None:
    """Return why a page cannot be handed to lxml, if one of its tags has attributes without end."""
    if len(text) < _LARGE:
        return None
    for tag in start_tags(text):
        if len(tag.attributes) < 2 * _MOST_ATTRIBUTES:
            continue
        names = _BREAK.split(_VALUE.sub(" ", tag.attributes), _MOST_ATTRIBUTES + 1)
        if len(names) > _MOST_ATTRIBUTES:
            return f"a tag <{tag.name[:20]}> has more than {_MOST_ATTRIBUTES:,} attributes"
    return None


def visible(text: str) -> str:
    """Return a page without its comments, scripts and styles; one that is not closed stays."""
    pieces, at, behind, endless = [], 0, 0, set[str]()
    while opening := _UNSEEN.search(text, at):
        kind = (opening[1] or "").lower()
        at = opening.end()
        closing = None if kind in endless else _UNSEEN_ENDS[kind].search(text, at)
        if closing is None:
            endless.add(kind)
            continue
        pieces.append(text[behind : opening.start()])
        at = behind = closing.end()
    return "".join([*pieces, text[behind:]])


def is_broken(text: str, *, stripped: bool = False) -> bool:
    """Whether the markup stops inside a tag, or inside the last cell of a table.

    ``stripped`` tells that comments and scripts, which may hold cells too, are taken out already.
    """
    if text.rfind("<") > text.rfind(">"):
        return True
    at = max(text.rfind("<td"), text.rfind("<th"), text.rfind("<TD"), text.rfind("<TH"))
    if at < 0 or not _CELL.match(text, at):
        return False
    if _CLOSED.search(text, at):
        return False
    seen = text if stripped else visible(text)
    return seen == text or is_broken(seen, stripped=True)
