"""Findings on rows, pinned to their cell: done for the few that are shown, not for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skillprofiles.findings import Finding
from skillprofiles.model import Document, Row, Span
from skillprofiles.read.locate import cell_span, line_span
from skillprofiles.rules import advice, contract, corpus

_ROLE, _FLAG, _DESCRIPTION = range(3)
_CELLS = {
    contract.DUPLICATE_CELL.code: _ROLE,
    contract.TEXT_TOO_LONG.code: _DESCRIPTION,
    corpus.EDITIONS_DISAGREE.code: _FLAG,
    corpus.SIMILAR_ROLES.code: _ROLE,
    advice.FLAG_DROPPED.code: _FLAG,
    advice.FILLER_TEXT.code: _DESCRIPTION,
}


def pinpoint(findings: Sequence[Finding], document: Document) -> list[Finding]:
    """Return findings on rows with the span of the cell they mean; others as they are."""
    rows = {row.line: row for table in document.tables for row in table.rows}
    return [
        replace(finding, span=_span(finding, document, rows)) if is_open(finding) else finding
        for finding in findings
    ]


def is_open(finding: Finding) -> bool:
    """Whether a finding is on a row and its cell is still to be found."""
    span = finding.span
    return (
        span is not None
        and finding.rule.code in _CELLS
        and (span.column, span.end_column) == (1, 1)
    )


def _span(finding: Finding, document: Document, by_line: dict[int, Row]) -> Span:
    assert finding.span is not None
    line, cell = finding.span.line, _CELLS[finding.rule.code]
    row = _row(document, line, finding.role) or by_line.get(line)
    if row is None:
        return line_span(document, line)
    if not document.split:
        return _flat_span(document, row, finding.role, cell)
    short = len(row.cells) <= _DESCRIPTION or not row.cells[-1]
    if short and cell > _ROLE:
        # The flag is not there; its place is where the text has moved up to.
        cell = _FLAG
    return cell_span(document, row, cell)


def _row(document: Document, line: int, role: str | None) -> Row | None:
    """Return the row of a role on a line: an HTML page may have several on one."""
    for table in document.tables:
        for row in table.rows:
            if row.line == line and row.cells and " ".join(row.cells[0].split()) == role:
                return row
    return None


def _flat_span(document: Document, row: Row, role: str | None, cell: int) -> Span:
    whole = line_span(document, row.line)
    if not role or not row.cells[0].startswith(role):
        return whole
    end = whole.column + len(role)
    if cell == _ROLE:
        return Span(whole.line, whole.column, whole.line, end)
    return Span(whole.line, min(end + 1, whole.end_column), whole.line, whole.end_column)
