"""Which level each table is."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import NamedTuple

from skillprofiles.model import Document, Level, Settled, Table
from skillprofiles.read.captions import level_named, levels_meant
from skillprofiles.vocabulary import Lexicon

_ALL = tuple(Level)
_FEWEST_LISTED = 3
_SHOWN = 40
_LONGEST_HEADING = 80


class Unsettled(NamedTuple):
    """Why nothing settles the levels."""

    reason: str


def assign_levels(
    document: Document, settled: Settled, lexicon: Lexicon
) -> Sequence[Level] | Unsettled:
    """Return the level of each table, or why nothing settles it.

    Named on the page, settled in the configuration, or exactly five in order: nothing else counts.
    """
    tables = document.tables
    names = [_name(table, lexicon) if table.captions else None for table in tables]
    if settled.levels:
        return _as_settled(settled.levels, names, document)
    if any(names):
        return _named(names, document)
    if len(tables) == len(Level):
        return _out_of_order(document, lexicon) or _ALL
    reason = f"there are {len(tables)} tables without level names"
    if twin := _doubled(document):
        reason += f", and the table at line {twin[1]} repeats the one at line {twin[0]}"
    return Unsettled(reason)


def _as_settled(
    levels: Sequence[Level], names: list[Level | None], document: Document
) -> Sequence[Level] | Unsettled:
    if len(levels) != len(names):
        given = ", ".join(level.label for level in levels)
        return Unsettled(f"the configuration settles {given} for {len(names)} tables")
    for table, level, name in zip(document.tables, levels, names, strict=True):
        if name not in (None, level):
            return Unsettled(
                f"the configuration settles {level.label} for the table at line {table.line}, and "
                f"the page calls it {name.label}"
            )
    return levels


def _name(table: Table, lexicon: Lexicon) -> Level | None:
    named = (level_named(text.text, lexicon) for text in reversed(table.captions))
    return next((level for level in named if level), None)


def _named(names: list[Level | None], document: Document) -> Sequence[Level] | Unsettled:
    missing = [
        table.line for table, name in zip(document.tables, names, strict=True) if name is None
    ]
    known = [name for name in names if name is not None]
    if len(names) == len(Level) and all(
        name is None or name is level for name, level in zip(names, Level, strict=True)
    ):
        return _ALL
    if missing:
        return Unsettled(f"the table at line {missing[0]} has no level name, others have")
    if known != sorted(set(known)):
        order = ", ".join(level.label for level in known)
        return Unsettled(f"the level names repeat or stand out of order: {order}")
    return known


def _out_of_order(document: Document, lexicon: Lexicon) -> Unsettled | None:
    """Return what speaks against five tables in order: a heading above one of them."""
    for table, level in zip(document.tables, Level, strict=True):
        heading = table.captions[-1].text if table.captions else ""
        meant = levels_meant(heading, lexicon) if 0 < len(heading) <= _LONGEST_HEADING else ()
        listed = len(meant) >= _FEWEST_LISTED
        if not meant or meant == (level,) or not (listed or len(meant) == 1):
            continue
        shown = shorten(heading, _SHOWN, placeholder="…")
        if not listed:
            return Unsettled(
                f"'{shown}' stands above table {level.value} of {len(Level)}, where {level.label} is "
                "expected"
            )
        if list(meant) != sorted(meant):
            return Unsettled(f"'{shown}' above the table at line {table.line} lists them otherwise")
    return None


def _doubled(document: Document) -> tuple[int, int] | None:
    """Return the header lines of two tables with the same rows, if there are any."""
    seen: dict[tuple[tuple[str, ...], ...], int] = {}
    for table in document.tables:
        content = tuple(tuple(row.cells) for row in table.rows)
        if content in seen:
            return seen[content], table.line
        seen[content] = table.line
    return None
