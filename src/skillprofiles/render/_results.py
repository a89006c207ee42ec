"""What all formats are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from skillprofiles.findings import Finding


@dataclass(frozen=True, slots=True)
class Results:
    """The outcome of a check.

    Attributes:
        findings: the findings to show, sorted by source, line, column and code.
        excerpts: (source, line) -> the line's text as decoded, for the lines findings stand on and
            the rows that count in them.
        sources: number of sources that were checked.
        hidden: number of findings that are known from a baseline and not shown.
        notes: sentences about the check itself, such as a baseline entry no longer needed. They
            show up in the formats that have a place for them (github, its summary, sarif);
            elsewhere it is for the caller to say them.
        checked_at: when it was checked, for the format that must tell (junit).
    """

    findings: tuple[Finding, ...]
    excerpts: Mapping[tuple[str, int], str]
    sources: int
    hidden: int = 0
    notes: tuple[str, ...] = ()
    checked_at: dt.datetime | None = None

    def excerpt(self, finding: Finding) -> str | None:
        """Return the line a finding stands on, without its line end; None where it is not known."""
        if finding.span is None:
            return None
        line = self.excerpts.get((finding.source, finding.span.line))
        return None if line is None else line.rstrip("\r\n")
