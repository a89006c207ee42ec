"""The values every stage exchanges: sources, positions, levels, requirements and profiles.

All but documents is immutable; everything is typed and free of third-party imports, so that it can be
pickled to a worker, compared in a test and imported in a millisecond.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple


class Level(IntEnum):
    """The five steps of a growth path; the value is the rank, 1 (junior) to 5 (principal)."""

    JUNIOR = 1
    MIDDLE = 2
    SENIOR = 3
    LEAD = 4
    PRINCIPAL = 5

    @property
    def label(self) -> str:
        """The name as published in the tables: ``junior`` ... ``principal``."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Level:
        """Return the level of a published name.

        Raises:
            KeyError: if ``label`` names no level.
        """
        return cls[label.upper()]


LEVEL_LABELS: Final = tuple(level.label for level in Level)

_SLUG: Final = re.compile(r"[^\W_]+(?:[-_.]+[^\W_]+)*")

PROVENANCE: Final = ("source", "line", "source_kind", "source_sha256", "fetched_at", "level_rank")
"""Columns of the tables that tell where something was read, or repeat a column, not what is said."""

MEMBER: Final = "!/"
"""What stands between the name of an archive and that of a member, in the name of a source."""


def is_slug(text: str) -> bool:
    """Whether a text can identify a skill: words in lower case, joined by ``-``, ``_`` or ``.``."""
    return text == text.lower() and _SLUG.fullmatch(text) is not None


class Span(NamedTuple):
    """A stretch of a source: 1-based lines and columns, counted in characters, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Text(NamedTuple):
    """A piece of text outside the tables, whitespace-stripped, with the line it stands on.

    ``link`` tells of a text of an HTML page that it is nothing but a link, of a heading that there
    is markup inside.
    """

    text: str
    line: int
    link: bool = False


class Row(NamedTuple):
    """A table row: its line and its cells, stripped, escapes resolved.

    ``ordinal`` counts the rows of an HTML page, where several may share a line.
    """

    line: int
    cells: list[str]
    ordinal: int = -1


@dataclass(frozen=True, slots=True)
class Source:
    """Where bytes came from.

    Attributes:
        name: path relative to the input root, in posix form; members of an archive are
            named ``archive.zip!/member``. This is what the tables call ``source``.
        url: the address the bytes were fetched from, where that is known.
        fetched_at: when they were fetched (UTC), where that is known.
    """

    name: str
    url: str | None = None
    fetched_at: dt.datetime | None = None


class Requirement(NamedTuple):
    """What is expected of one role at one level."""

    role: str
    level: Level
    mandatory: bool
    description: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The four figures a page declares about itself."""

    roles: int
    levels: int
    mandatory: int
    optional: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where in its source a profile was read: never part of what it says.

    Attributes:
        source: the source itself.
        kind: the layout it was read as: ``md``, ``flat`` or ``html``.
        sha256: hex digest of the source's bytes.
        lines: line of each requirement, in the order of ``Profile.requirements``.
        figures: span of each declared figure, by field name; ``profile`` is the page's start.
    """

    source: Source
    kind: str
    sha256: str
    lines: tuple[int, ...]
    figures: Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class Profile:
    """One skill-profile page, read.

    Two profiles are equal when they say the same; where they were read from does not count.

    Attributes:
        skill: slug that identifies the skill.
        language: language of the page's labels: ``de``, ``en``, ``es`` or ``zh``.
        skill_name: the skill's name, or None where the page does not tell it.
        skill_name_from: ``page``, ``address`` or ``inferred``; None without a name.
        domain: the domain the skill belongs to.
        group: the group inside the domain.
        summary: the one-line summary; None where the page carries only the stock sentence.
        tags: the summary's topics, empty where the summary is not a list.
        content_language: language most descriptions are written in, None where that is unclear.
        declared: the four figures as the page declares them.
        updated_on: date of the last update.
        requirements: the rows of all tables, in the order of levels and rows.
        url: the page's address, where it is known.
        lineage: where all this was read.
    """

    skill: str
    language: str
    skill_name: str | None
    skill_name_from: str | None
    domain: str
    group: str
    summary: str | None
    tags: tuple[str, ...]
    content_language: str | None
    declared: Figures
    updated_on: dt.date
    requirements: tuple[Requirement, ...]
    url: str | None
    lineage: Lineage = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """What the configuration settles for a source where its page leaves it open."""

    skill: str | None = None
    name: str | None = None
    language: str | None = None
    levels: tuple[Level, ...] | None = None


@dataclass(slots=True)
class Table:
    """One table of a document.

    Attributes:
        header: the header row; without cells where there is none.
        captions: texts between the table before and this one.
        rows: data rows in order.
        strays: texts that stand between the rows without being rows.
    """

    header: Row
    captions: list[Text]
    rows: list[Row]
    strays: list[Text]

    @property
    def line(self) -> int:
        """Line at which the table starts."""
        return self.header.line


@dataclass(slots=True)
class Document:
    """A page taken apart, before anything on it is understood.

    Attributes:
        kind: the layout: ``md``, ``flat`` or ``html``.
        split: whether rows come as cells; False for flat text, whose rows are one cell.
        texts: texts before the first table.
        tables: the tables, in order.
        trailer: texts after the last table.
        lines: the lines as decoded, before any repair: what columns are counted in.
        heading: the page's main heading, where the layout marks one.
        address: the page's own address, where it carries one.
        open_rows: lines of rows that are not closed, where the layout closes rows.
        flaw: why the page cannot be taken apart at all, where that is so.
        broken_end: line at which the source visibly stops in the middle of something.
        heading_tail: texts at the end of the heading that stand apart in it, the last one first.
    """

    kind: str
    split: bool
    texts: list[Text]
    tables: list[Table]
    trailer: list[Text]
    lines: list[str]
    heading: Text | None = None
    address: str | None = None
    open_rows: list[int] = field(default_factory=list)
    broken_end: int | None = None
    flaw: str | None = None
    heading_tail: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: a row of the ``sources`` table.

    Attributes:
        source: name of the source.
        sha256: hex digest of its bytes; None where they could not be read.
        bytes: their number; None where they could not be read.
        kind: layout it was read as; None where that is not known.
        language: language of the page; None where that is not known.
        status: ``accepted``, ``rejected`` or ``skipped``.
        skill: slug of the skill; None where that is not known.
        errors: number of findings of severity error.
        warnings: number of findings of severity warning.
    """

    source: str
    sha256: str | None
    bytes: int | None
    kind: str | None
    language: str | None
    status: str
    skill: str | None
    errors: int
    warnings: int
