"""Which level each table is."""

from __future__ import annotations

from skillprofiles.findings import Report
from skillprofiles.model import Document, Level, Settled, Span
from skillprofiles.read.captions import level_named
from skillprofiles.rules import contract as rules
from skillprofiles.vocabulary import Lexicon


def assign_levels(
    document: Document, settled: Settled, lexicon: Lexicon, place: Span | None, report: Report
) -> list[Level] | None:
    """Return the level of each table, or None where nothing settles it (then reported).

    Named on the page, settled in the configuration, or exactly five in order: nothing else counts.
    """
    tables = document.tables
    if settled.levels:
        if len(settled.levels) == len(tables):
            return list(settled.levels)
        given = ", ".join(level.label for level in settled.levels)
        _refuse(report, place, f"the configuration settles {given} for {len(tables)} tables")
        return None
    names = [
        next(
            (
                level
                for text in reversed(table.captions)
                if (level := level_named(text.text, lexicon))
            ),
            None,
        )
        for table in tables
    ]
    if any(names):
        return _named(names, document, place, report)
    if len(tables) == len(Level):
        return list(Level)
    reason = f"there are {len(tables)} tables without level names"
    if twin := _doubled(document):
        reason += f", and the table at line {twin[1]} repeats the one at line {twin[0]}"
    _refuse(report, place, reason)
    return None


def _named(
    names: list[Level | None], document: Document, place: Span | None, report: Report
) -> list[Level] | None:
    missing = [
        table.line for table, name in zip(document.tables, names, strict=True) if name is None
    ]
    known = [name for name in names if name is not None]
    if len(names) == len(Level) and all(
        name is None or name is level for name, level in zip(names, Level, strict=True)
    ):
        return list(Level)
    if missing:
        _refuse(report, place, f"the table at line {missing[0]} has no level name, others have")
        return None
    if known != sorted(set(known)):
        order = ", ".join(level.label for level in known)
        _refuse(report, place, f"the level names repeat or stand out of order: {order}")
        return None
    return known


def _doubled(document: Document) -> tuple[int, int] | None:
    """Return the header lines of two tables with the same rows, if there are any."""
    seen: dict[tuple[tuple[str, ...], ...], int] = {}
    for table in document.tables:
        content = tuple(tuple(row.cells) for row in table.rows)
        if content in seen:
            return seen[content], table.line
        seen[content] = table.line
    return None


def _refuse(report: Report, place: Span | None, reason: str) -> None:
    report.add(rules.LEVELS_UNSETTLED, place, reason=reason)
