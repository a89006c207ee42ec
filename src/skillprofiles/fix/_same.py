"""What a repair must not change: held against every repair before it is made."""

from __future__ import annotations

from collections import Counter

from skillprofiles.findings import Finding
from skillprofiles.fix._codes import FIXABLE
from skillprofiles.fix._page import Page
from skillprofiles.model import Document, Row, Table

Said = tuple[object, ...]


def difference(before: Page, after: Page) -> str | None:
    """Return what a repair would change besides the repaired, or None."""
    if before.profile != after.profile or _lines(before) != _lines(after):
        return "what it says would be read differently"
    if _shape(before.document) != _shape(after.document):
        return "its parts would be read differently"
    kept, still = _remarks(before, fixable=False), _remarks(after, fixable=False)
    if kept != still:
        codes = sorted({str(key[0]) for key in (kept - still) + (still - kept)})
        return f"its other findings would change ({', '.join(codes)})"
    added = _repairable(after) - _repairable(before)
    if added:
        return f"there would be new findings ({', '.join(sorted(added))})"
    return None


def _lines(page: Page) -> tuple[int, ...] | None:
    return page.profile.lineage.lines if page.profile else None


def _remarks(page: Page, *, fixable: bool) -> Counter[Said]:
    return Counter(
        remark(finding, with_line=page.document.kind != "html")
        for finding in page.findings
        if (finding.rule.code in FIXABLE) is fixable
    )


def remark(finding: Finding, *, with_line: bool = True) -> Said:
    """Return what a finding says, without its column: those of a line change with its letters.

    On an HTML page the line is that of the first place that looks like the text, so that it changes
    with letters too.
    """
    line = finding.span.line if finding.span and with_line else None
    said = (finding.message, finding.hint, finding.role, finding.level, finding.related)
    return (finding.rule.code, line, *said)


def _repairable(page: Page) -> Counter[str]:
    return Counter(finding.rule.code for finding in page.findings if finding.rule.code in FIXABLE)


def _shape(document: Document) -> Said:
    """Return everything that was read from a page, rows of either shape alike."""
    return (
        document.kind,
        document.split,
        document.texts,
        [_table(table, document.kind) for table in document.tables],
        document.trailer,
        document.heading,
        document.address,
        document.open_rows,
        document.broken_end is None,
        document.flaw,
    )


def _table(table: Table, kind: str) -> Said:
    rows = [_row(row) for row in table.rows] if kind == "md" else table.rows
    return (table.header, table.captions, rows, table.strays)


def _row(row: Row) -> Row:
    """Return a row with its flag; of two cells, or with the last one empty, it has lost it."""
    if len(row.cells) == 2 or (len(row.cells) == 3 and not row.cells[2]):
        return row._replace(cells=[row.cells[0], "", row.cells[1]])
    return row
