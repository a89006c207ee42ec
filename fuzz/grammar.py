"""Hypothesis strategies for pages: right ones, edited, and ones made of what pages are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Final

from hypothesis import strategies as st

from fuzz.case import SEEDS, Case, kept
from skillprofiles.vocabulary import LANGUAGES, language

_MOST_EDITS: Final = 6
_MOST_LINES: Final = 40
_REPEATS: Final = (1, 2, 3, 9, 40, 300)

# What some layout, codec or repair gives a meaning to.
SIGNS: Final = (
    "|", "||", "\\|", "\\", "|---|---|---|", "---", "|:-:|", "\t", "\t\t", " ", "\u00a0", "\u3000",
    "\u200b", "\ufeff", "\u2028", "\x0b", "\x0c", "\x85", "\r", "&", "&amp;", "&amp;amp;", "&lt;", "&#0;",
    "&#55296;", "&#1114112;", "&shy;", "&nbsp;", "&#x301;", "&ThickSpace;", "&NewLine;", "\u0301",
    "\u0958", "\u1e9e", "ﬁ", "Ã¤", "Ã", "â€™", "\ufffd", "#", "# ", "## ", "**", "`", "[a](b)", "<", ">",
    "<!--", "-->", "<!-", "<br>", "</", "<td>", "</td>", "<tr>", "<table>", "</table>", "<script>",
    "</script>", "<h1>", "<p hidden>", "https://example.org/skills/a?lang=en", "http://[", "...", ":",
    "：", "(", ")", ",", "0", "5", "99999", "٣", "²", "2026-02-22", "31.02.2026", "🚀", "数据库", "_", "-",
)  # fmt: skip
TAGS: Final = (
    "html", "head", "body", "meta", "title", "link", "h1", "h2", "p", "div", "span", "a", "b", "dl", "dt",
    "dd", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "caption", "button", "script", "style",
    "template", "svg", "select", "option", "form", "nav", "footer", "noscript", "textarea", "small",
)  # fmt: skip
ATTRIBUTES: Final = (
    "", "", ' hidden=""', ' class="a b"', ' colspan="3"', ' charset="utf-8"', ' charset="utf-16"',
    ' rel="canonical" href="https://example.org/skills/a-b?lang=en"', ' href="http://[x"',
    " a='>'", ' b="<td>"',
)  # fmt: skip


@cache
def words() -> tuple[str, ...]:
    """Return what pages of all languages call things, from the vocabulary."""
    found: dict[str, None] = {}
    for code in LANGUAGES:
        item = language(code)
        for part in (
            item.labels,
            item.captions,
            item.columns,
            item.flags,
            item.level_names,
            item.stock,
        ):
            for spellings in part.values():
                found.update(
                    (text.format(n=4) if "{n}" in text else text, None) for text in spellings
                )
    return tuple(found)


@cache
def header_rows() -> tuple[str, ...]:
    """Return the header row of a table in every language and layout."""
    columns = [
        [item.columns[name][0] for name in ("role", "flag", "description")]
        for item in map(language, LANGUAGES)
    ]
    rows = [(f"| {' | '.join(row)} |", " ".join(row), "\t".join(row)) for row in columns]
    return tuple(text for row in rows for text in row)


@cache
def pages(target: str) -> tuple[str, ...]:
    """Return the pages to start from."""
    return tuple(case.data.decode() for _, case in kept(SEEDS, target))


pieces: Final = st.one_of(
    st.sampled_from(SIGNS),
    st.sampled_from(SIGNS),
    st.deferred(lambda: st.sampled_from(words())),
    st.text(max_size=6),
    st.sampled_from(("Data Engineer", "QA", "Knows it.", "Kennt 4 | 5.", "Lead", "a", "b c")),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a short text in which some piece may repeat."""
    parts = draw(st.lists(st.tuples(pieces, st.sampled_from(_REPEATS[:4])), min_size=1, max_size=4))
    return draw(st.sampled_from((" ", ""))).join(piece * times for piece, times in parts)


@st.composite
def rows(draw: st.DrawFn, between: str) -> str:
    """Draw a row of a table, as ragged as can be."""
    cells = draw(st.lists(texts(), min_size=1, max_size=5))
    row = between.join(cells)
    return f"| {row} |" if "|" in between and draw(st.booleans()) else row


def lines(between: str) -> st.SearchStrategy[str]:
    """Draw a line: a row, a header row, a label, or anything."""
    return st.one_of(
        rows(between),
        st.deferred(lambda: st.sampled_from(header_rows())),
        st.deferred(lambda: st.sampled_from(words())),
        texts(),
        st.just(""),
    )


def _edited(draw: st.DrawFn, parts: list[str], new: st.SearchStrategy[str]) -> list[str]:
    """Edit a list of lines or tags some times: leave out, double, exchange, replace, repeat, cut."""
    for _ in range(draw(st.integers(0, _MOST_EDITS))):
        at = draw(st.integers(0, max(len(parts) - 1, 0)))
        to = draw(st.integers(at, min(at + 8, len(parts))))
        match draw(st.integers(0, 6)):
            case 0:
                del parts[at:to]
            case 1:
                parts[at:at] = parts[at:to] * draw(st.sampled_from(_REPEATS))
            case 2:
                parts[at:to] = parts[at:to][::-1]
            case 3:
                parts[at:at] = [draw(new)] * draw(st.sampled_from(_REPEATS))
            case 4:
                parts[at:to] = [draw(new)]
            case 5 if at < len(parts):
                place = draw(st.integers(0, len(parts[at])))
                until = draw(st.sampled_from((place, place + 1, place + 5)))
                parts[at] = parts[at][:place] + draw(pieces) + parts[at][until:]
            case _:
                parts = parts[:at] if draw(st.integers(0, 4)) == 0 else parts
    return parts


def _encoded(draw: st.DrawFn, text: str) -> bytes:
    codec = draw(st.sampled_from(("utf-8",) * 6 + ("utf-8-sig", "utf-16", "cp1252", "gb18030")))
    data = text.encode(codec, "replace")
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=4)) + data[at + 1 :]
    return data


def _text_page(target: str, between: Sequence[str]) -> st.SearchStrategy[Case]:
    @st.composite
    def draw_page(draw: st.DrawFn) -> Case:
        new = lines(draw(st.sampled_from(between)))
        if draw(st.integers(0, 4)):
            found = _edited(draw, draw(st.sampled_from(pages(target))).split("\n"), new)
        else:
            found = draw(st.lists(new, max_size=_MOST_LINES))
        return Case(_encoded(draw, "\n".join(found)), ".txt")

    return draw_page()


def md_pages() -> st.SearchStrategy[Case]:
    """Draw pages of the md layout, right and wrong."""
    return _text_page("md", ("|", " | ", " |"))


def flat_pages() -> st.SearchStrategy[Case]:
    """Draw pages of the flat layout, with TABs and without."""
    return _text_page("flat", ("\t", " "))


@st.composite
def elements(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    """Draw an element, closed or not."""
    tag, attributes = draw(st.sampled_from(TAGS)), draw(st.sampled_from(ATTRIBUTES))
    content = "".join(draw(st.lists(inside, max_size=4)))
    closed = f"</{tag}>" if draw(st.integers(0, 3)) else ""
    return f"<{tag}{attributes}>{content}{closed}"


trees: Final = st.recursive(st.one_of(texts(), texts().map(escape)), elements, max_leaves=12)


@st.composite
def html_pages(draw: st.DrawFn) -> Case:
    """Draw HTML pages, right and wrong."""
    if draw(st.integers(0, 4)):
        tags = re.split("(?=<)", draw(st.sampled_from(pages("html"))))
        text = "".join(_edited(draw, tags, trees))
    else:
        text = "<html>" + "".join(draw(st.lists(trees, max_size=8)))
    return Case(_encoded(draw, text), ".html")


@st.composite
def any_bytes(draw: st.DrawFn) -> Case:
    """Draw bytes: a page of any layout with bytes exchanged, or none at all."""
    if draw(st.integers(0, 5)) == 0:
        return Case(draw(st.binary(max_size=300)), ".txt")
    pool = [text for target in ("md", "flat", "html") for text in pages(target)]
    data = bytearray(draw(st.sampled_from(pool)).encode())
    for _ in range(draw(st.integers(1, _MOST_EDITS))):
        at = draw(st.integers(0, len(data)))
        new = draw(st.binary(max_size=8)) * draw(st.sampled_from(_REPEATS))
        data[at : at + draw(st.sampled_from((0, 1, len(new), 50)))] = new
    return Case(bytes(data), ".txt")
