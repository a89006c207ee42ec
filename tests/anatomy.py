"""Where everything stands on an accepted page, found without the program's own reader.

Faults are put into pages by editing their text. For that each table, row, cell, label, figure and
value has to be known by its place, in every layout, by means other than those under test: labels
are looked up as the vocabulary spells them, rows are what stands between pipes, TABs or tags.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import NamedTuple

from skillprofiles.model import Profile, Requirement
from skillprofiles.vocabulary import language

FIGURES = ("roles", "levels", "mandatory")
_MARKUP = r"(?:\s|<[^<>]*>|[:：])*"
_UNSEEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_LINE = re.compile(r"[^\n]*\S[^\n]*(?:\n\s*?(?=[^\n]*\S)|\n\s*\Z)?")
_TAG = re.compile(r"<(/?)(table|tr|td|th|thead|tbody|tfoot)\b[^<>]*>", re.IGNORECASE)

_LEVEL_NAMES = {name for names in language("en").level_names.values() for name in names}


class Spot(NamedTuple):
    """A stretch of a page's text, end exclusive."""

    start: int
    end: int


class Edit(NamedTuple):
    """A stretch of a page's text and what takes its place."""

    start: int
    end: int
    text: str


class RowAt(NamedTuple):
    """A row and its cells.

    ``whole`` reaches to the next row. ``flag`` is None where the cell is not there at all.
    """

    whole: Spot
    role: Spot
    flag: Spot | None
    text: Spot
    says: Requirement

    @property
    def start(self) -> int:
        return self.whole.start


class TableAt(NamedTuple):
    """A table: its heading, its header row, what follows that (an md separator), its rows."""

    whole: Spot
    caption: Spot | None
    header: Spot
    separator: Spot | None
    rows: list[RowAt]


@dataclass(frozen=True)
class Page:
    """An accepted page, taken apart.

    Attributes:
        name: what it is called; its last part is the file name.
        layout: canonical, md, flat, tabbed or html.
        text: the page as text; ``codec`` makes the bytes of it.
        labels: place of each label, by field; ``optional`` is the caption with the fourth figure.
        values: place of each value: figures, domain, group, date, and so on.
    """

    name: str
    layout: str
    text: str
    codec: str
    profile: Profile
    tables: list[TableAt]
    labels: dict[str, Spot] = field(default_factory=dict)
    values: dict[str, Spot] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.profile.language

    @property
    def rows(self) -> list[RowAt]:
        return [row for table in self.tables for row in table.rows]

    @cached_property
    def flag(self) -> str:
        return language(self.language).flags["mandatory"][0]

    @cached_property
    def named(self) -> bool:
        return all(table.caption for table in self.tables)

    @property
    def ragged(self) -> bool:
        return self.layout == "md"

    def at(self, spot: Spot) -> str:
        return self.text[spot.start : spot.end]

    def line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def whole_line(self, spot: Spot) -> Spot:
        """Return the line of a spot with the empty lines below it; in HTML its element."""
        if self.layout == "html":
            return self._element(spot)
        start = self.text.rfind("\n", 0, spot.start) + 1
        end = re.compile(r"\s*?(?:\n(?:[ \t]*\r?\n)*|$(?![\s\S]))").search(self.text, spot.end)
        return Spot(start, end.end() if end else len(self.text))

    def _element(self, spot: Spot) -> Spot:
        """Return the innermost element around a text, or the text where it is one of several."""
        before = re.compile(r"<(\w+)\b[^<>]*>\s*$").search(self.text, 0, spot.start)
        after = re.compile(r"\s*</(\w+)\s*>").match(self.text, spot.end)
        if before and after and before[1].lower() == after[1].lower():
            return Spot(before.start(), after.end())
        return spot

    def block(self, name: str) -> Spot:
        """Return a label and its value with all that belongs to them."""
        label, value = self.labels[name], self.values[name]
        whole = self.whole_line(label)
        if self.layout != "html" or whole != label:
            start = whole.start + self.at(whole).startswith("\ufeff")
            return Spot(start, self.whole_line(value).end)
        # Both stand in one element, or in elements that are not closed.
        opened = list(
            re.compile(r"<(p|li|dt|tr)\b", re.IGNORECASE).finditer(self.text, 0, label.start)
        )[-1]
        closed = rf"</{opened[1]}>\s*|(?=<{opened[1]}\b|</[uod]l>)"
        end = re.compile(closed, re.IGNORECASE).search(self.text, value.end)
        assert end, self.name
        return Spot(opened.start(), end.end())

    def prose(self, row: RowAt) -> Spot:
        """Return the longest stretch of a description that holds no markup."""
        return self.plain(row.text)

    def plain(self, spot: Spot) -> Spot:
        """Return the longest stretch of a cell that holds no markup."""
        if self.layout != "html":
            return spot
        pieces = [
            Spot(found.start(), found.end())
            for found in re.compile(r"[^<>]+").finditer(self.text, spot.start, spot.end)
        ]
        # What stands between < and > is markup, what stands between > and < is text.
        texts = [s for s in pieces if s.start == spot.start or self.text[s.start - 1] == ">"]
        return max(texts, key=lambda s: s.end - s.start)

    def compose(self, row: RowAt, role: str, mandatory: bool, text: str) -> str:
        """Return a row as the layout writes it, with the cells given as source text."""
        flag = self.flag if mandatory else ""
        match self.layout:
            case "canonical" | "md":
                line = f"| {role} | {flag} | {text} |" if mandatory else self._optional(role, text)
            case "tabbed":
                line = f"{role}\t{flag}\t{text}"
            case "flat":
                line = " ".join(filter(None, (role, flag, text)))
            case _:
                assert row.flag is not None
                kept = self.at(row.flag) if mandatory == row.says.mandatory else flag
                cells = ((row.role, role), (row.flag, kept), (row.text, text))
                return apply(
                    self.at(row.whole),
                    [
                        Edit(spot.start - row.start, spot.end - row.start, cell)
                        for spot, cell in cells
                    ],
                )
        return line + self.line_end(row.whole)

    def _optional(self, role: str, text: str) -> str:
        return f"| {role} | {text} | |" if self.ragged else f"| {role} | | {text} |"

    def line_end(self, whole: Spot) -> str:
        """Return what separates a line from the next."""
        text = self.at(whole)
        return text[len(text.rstrip()) :] or "\n"

    def rewritten(
        self,
        row: RowAt,
        role: str | None = None,
        mandatory: bool | None = None,
        text: str | None = None,
    ) -> Edit:
        """Return the edit that gives a row other cells."""
        new = self.compose(
            row,
            self.at(row.role) if role is None else role,
            row.says.mandatory if mandatory is None else mandatory,
            self.at(row.text) if text is None else text,
        )
        return Edit(*row.whole, new)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made; they must not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def moved(offset: int, edits: Iterable[Edit]) -> int:
    """Return where an offset of the text before stands after the edits.

    What stood inside a stretch that was replaced is now at its start.
    """
    shift = 0
    for edit in sorted(edits):
        if edit.end <= offset and edit.start < offset:
            shift += len(edit.text) - (edit.end - edit.start)
        elif edit.start < offset:
            return edit.start + shift
    return offset + shift


def take_apart(name: str, data: bytes, profile: Profile, codec: str = "utf-8") -> Page:
    """Return an accepted page with the places of everything on it.

    Args:
        name: what the page is called.
        data: its bytes.
        profile: what the program read: the rows, in order, are looked up one by one.
        codec: its encoding.
    """
    text = data.decode(codec)
    layout = _layout(text, profile)
    tables = (
        _html_tables(text, profile) if layout == "html" else _line_tables(text, layout, profile)
    )
    page = Page(name, layout, text, codec, profile, tables)
    _find_header(page)
    assert tuple(row.says for row in page.rows) == profile.requirements, name
    return page


def _layout(text: str, profile: Profile) -> str:
    match profile.lineage.kind:
        case "flat":
            return "tabbed" if "\t" in text else "flat"
        case "md":
            return "canonical" if re.search(r"^(# |\|[^|]+\| *\|)", text, re.MULTILINE) else "md"
        case _:
            return "html"


def _columns(profile: Profile) -> tuple[str, ...]:
    columns = language(profile.language).columns
    return tuple(columns[name][0] for name in ("role", "flag", "description"))


def _line_tables(text: str, layout: str, profile: Profile) -> list[TableAt]:
    """Return the tables of a page whose rows are lines."""
    split = {"tabbed": "\t", "flat": r"\s", "md": r"\s*\|\s*", "canonical": r"\s*\|\s*"}[layout]
    header = re.compile(
        rf"^[|\s]*{split.join(map(_spelled, _columns(profile)))}[ |]*\r?$", re.MULTILINE
    )
    lines = [Spot(m.start(), m.end()) for m in _LINE.finditer(text)]
    requirements = iter(profile.requirements)
    left = len(profile.requirements)
    tables: list[TableAt] = []
    for number, spot in enumerate(lines):
        line = text[spot.start : spot.end].rstrip()
        if header.fullmatch(line):
            if tables:
                _end_table(tables, text)
            caption = _caption(text, lines[number - 1])
            if caption and tables:
                # The heading stands where a last row might: it was not taken for one.
                assert tables[-1].rows[-1].whole != caption
            tables.append(TableAt(spot, caption, spot, None, []))
        elif tables and layout in ("md", "canonical") and set(line) <= set("|-: "):
            tables[-1] = tables[-1]._replace(separator=spot)
        elif tables and left and not _caption(text, spot):
            tables[-1].rows.append(_line_row(text, spot, layout, next(requirements)))
            left -= 1
    _end_table(tables, text)
    return tables


def _end_table(tables: list[TableAt], text: str) -> None:
    table = tables[-1]
    start = table.caption.start if table.caption else table.header.start
    tables[-1] = table._replace(whole=Spot(start, table.rows[-1].whole.end))


def _caption(text: str, line: Spot) -> Spot | None:
    words = re.sub(r"^[#\s]*(?:Level \d: )?", "", text[line.start : line.end].strip())
    return line if words in _LEVEL_NAMES else None


def _line_row(text: str, line: Spot, layout: str, says: Requirement) -> RowAt:
    content = text[line.start : line.end].rstrip()
    if layout == "flat":
        role = re.match(r"\s+".join(map(re.escape, says.role.split())), content)
        assert role, content
        rest = Spot(role.end() + 1, len(content))
        flag = None
        if says.mandatory:
            flag = Spot(rest.start, rest.start + len(content[rest.start :].split()[0]))
            rest = Spot(flag.end + 1, len(content))
        cells = [Spot(0, role.end()), flag, rest]
    else:
        sign = r"\t" if layout == "tabbed" else r"(?<!\\)\|"
        bounds = [0, *(m.end() for m in re.finditer(sign, content))]
        ends = [*(m.start() for m in re.finditer(sign, content)), len(content)]
        spots = [_stripped(content, a, b) for a, b in zip(bounds, ends, strict=True)]
        if layout != "tabbed":
            spots = spots[1:-1]
        if len(spots) == 3 and spots[2].start == spots[2].end:
            del spots[2]
        if len(spots) == 2:
            cells = [spots[0], None, spots[1]]
        else:
            assert len(spots) == 3, content
            cells = list(spots)
    places = [cell and Spot(cell.start + line.start, cell.end + line.start) for cell in cells]
    assert places[0] is not None
    assert places[2] is not None
    return RowAt(line, places[0], places[1], places[2], says)


def _stripped(text: str, start: int, end: int) -> Spot:
    cell = text[start:end]
    left = start + len(cell) - len(cell.lstrip())
    return Spot(left, max(start + len(cell.rstrip()), left)) if cell.strip() else Spot(end, end)


class _Open:
    """A table of an HTML page while its tags are read."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.rows: list[tuple[int, list[list[int]]]] = []
        self.ends: list[int] = []

    def close_row(self, at: int) -> None:
        if len(self.ends) < len(self.rows):
            self.close_cell(at)
            self.ends.append(at)

    def close_cell(self, at: int) -> None:
        if self.rows and self.rows[-1][1] and len(self.rows[-1][1][-1]) == 1:
            self.rows[-1][1][-1].append(at)


def _html_tables(text: str, profile: Profile) -> list[TableAt]:
    """Return the tables of an HTML page that have our columns; nested ones are told apart."""
    seen = _UNSEEN.sub(lambda match: " " * len(match[0]), text)
    found = []
    stack: list[_Open] = []
    for tag in _TAG.finditer(seen):
        closing, kind = bool(tag[1]), tag[2].lower()
        if kind == "table" and not closing:
            stack.append(_Open(tag.start()))
        elif not stack:
            continue
        elif kind == "table":
            table = stack.pop()
            table.close_row(tag.start())
            found.append((Spot(table.start, tag.end()), table))
        elif kind in ("td", "th"):
            stack[-1].close_cell(tag.start())
            if not closing:
                stack[-1].rows[-1][1].append([tag.end()])
        else:
            stack[-1].close_row(tag.end() if closing and kind == "tr" else tag.start())
            if kind == "tr" and not closing:
                stack[-1].rows.append((tag.start(), []))
    requirements = iter(profile.requirements)
    tables = []
    for whole, table in sorted(found, key=lambda pair: pair[0]):
        rows = [
            (Spot(start, end), [_stripped(text, *cell) for cell in cells])
            for (start, cells), end in zip(table.rows, table.ends, strict=True)
        ]
        head = [_seen(text[cell.start : cell.end]) for cell in rows[0][1]]
        if tuple(head) != _columns(profile):
            continue
        ours = [RowAt(spot, *_three(text, cells), next(requirements)) for spot, cells in rows[1:]]
        heading = re.compile(r"<(h3)[^<>]*>([^<>]*)</\1>\s*$").search(text, 0, whole.start)
        caption = Spot(heading.start(), heading.end()) if heading else None
        start = caption.start if caption else whole.start
        tables.append(TableAt(Spot(start, whole.end), caption, rows[0][0], None, ours))
    return tables


def _three(text: str, cells: Sequence[Spot]) -> tuple[Spot, Spot | None, Spot]:
    assert len(cells) == 3, [text[cell.start : cell.end] for cell in cells]
    return cells[0], cells[1], cells[2]


def _seen(markup: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", markup)).strip()


def _spelled(label: str) -> str:
    """Return a pattern for a label, also where its letters are decomposed."""
    forms = {label, unicodedata.normalize("NFD", label)}
    return "(?:" + "|".join(re.escape(form) for form in forms) + ")"


def _find_header(page: Page) -> None:
    """Find labels and values in front of the first table."""
    first = page.tables[0].caption or page.tables[0].whole
    head = page.text[: first.start]
    words, profile = language(page.language), page.profile
    html = page.layout == "html"
    before, after = (
        (r"(?<=>)\s*", r"(?=\s*[:：]?\s*<|[:：])") if html else (r"^\ufeff?", r"(?=\s*$)")
    )

    def label(name: str) -> list[Spot]:
        found = []
        for spelling in words.labels[name]:
            pattern = f"{before}({_spelled(spelling)}){after}"
            found += [Spot(*m.span(1)) for m in re.finditer(pattern, head, re.MULTILINE)]
        return found

    def value(name: str, pattern: str) -> None:
        for spot in label(name):
            if found := re.compile(f"{_MARKUP}({pattern})").match(head, spot.end):
                page.labels[name] = spot
                page.values[name] = Spot(*found.span(1))
                return

    for figure in FIGURES:
        value(figure, r"\d+")
    for name in ("domain", "group", "updated"):
        value(name, r"[^<>\n]*[^<>\s]")
    page.labels["profile"] = label("profile")[-1]
    pattern = re.escape(words.captions["optional"][0]).replace(re.escape("{n}"), r"(\d+)")
    optional = re.search(pattern, head)
    assert optional, page.name
    page.labels["optional"] = Spot(*optional.span())
    page.values["optional"] = Spot(*optional.span(1))

    # Texts that have no label of their own, or stand in two places.
    def text(name: str, what: str | None, start: int = 0, end: int | None = None) -> None:
        if what and (
            found := re.compile(_written(what)).search(
                head, start, len(head) if end is None else end
            )
        ):
            page.values[name] = Spot(*found.span())

    figures = page.labels["roles"].start
    below = page.labels["profile"].end
    text("summary", profile.summary or words.stock["summary"][0], below, figures)
    if profile.skill_name_from == "page" and page.layout not in ("md", "canonical"):
        text("name", profile.skill_name, below)
    if page.layout in ("md", "canonical"):
        after_figures = page.labels["optional"].end
        text("domain again", profile.domain, after_figures)
        text("group", profile.group, page.values["domain again"].end)
        text("updated", _written_date(page), after_figures)
    else:
        pair = rf"{_written(profile.domain)}{_MARKUP}{_written(profile.group)}"
        if found := re.compile(pair).search(head, below, figures):
            spot = Spot(found.start(), found.start() + len(found[0].split("<")[0]))
            page.values["domain again"] = spot
            page.values["pair"] = Spot(*found.span())


def _written(text: str) -> str:
    """Return a pattern for a text, with its ampersands written out or not."""
    return re.escape(text).replace("\\&", "&(?:amp;)?")


def _written_date(page: Page) -> str:
    day = page.profile.updated_on
    form = language(page.language).date
    return form.format(day=day.day, month=day.month, year=day.year)
