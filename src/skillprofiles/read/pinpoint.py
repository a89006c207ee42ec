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
    if not any(map(is_open, findings)):
        return list(findings)
    rows = _Rows(document)
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


class _Rows:
    """The rows of a document by their place: an HTML page may have several on one line."""

    def __init__(self, document: Document) -> None:
        self.by_line: dict[int, Row] = {}
        self.by_role: dict[tuple[int, str], Row] = {}
        for row in (row for table in document.tables for row in table.rows):
            self.by_line[row.line] = row
            if row.cells:
                self.by_role.setdefault((row.line, " ".join(row.cells[0].split())), row)

    def find(self, line: int, role: str | None) -> Row | None:
        """Return the row of a role on a line, else the last row of the line."""
        return self.by_role.get((line, role or ""), self.by_line.get(line))


def _span(finding: Finding, document: Document, rows: _Rows) -> Span:
    assert finding.span is not None
    line, cell = finding.span.line, _CELLS[finding.rule.code]
    row = rows.find(line, finding.role)
    if row is None:
        return line_span(document, line)
    if not document.split:
        return _flat_span(document, row, finding.role, cell)
    short = len(row.cells) <= _DESCRIPTION or not row.cells[-1]
    if short and cell > _ROLE:
        # The flag is not there; its place is where the text has moved up to.
        cell = _FLAG
    return cell_span(document, row, cell)


def _flat_span(document: Document, row: Row, role: str | None, cell: int) -> Span:
    whole = line_span(document, row.line)
    if not role or not row.cells[0].startswith(role):
        return whole
    end = whole.column + len(role)
    if cell == _ROLE:
        return Span(whole.line, whole.column, whole.line, end)
    return Span(whole.line, min(end + 1, whole.end_column), whole.line, whole.end_column)
