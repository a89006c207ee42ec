"""JSON for programs: everything that is known of each finding."""

from __future__ import annotations

from typing import Any

from skillprofiles.findings import Finding
from skillprofiles.printable import dumps
from skillprofiles.render._results import Results


def render(results: Results) -> str:
    """Return the findings as one list of objects."""
    return dumps([_record(finding) for finding in results.findings], indent=2) + "\n"


def render_lines(results: Results) -> str:
    """Return one object a line."""
    return "".join(f"{dumps(_record(finding))}\n" for finding in results.findings)


def _record(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.rule.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "source": finding.source,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "skill": finding.skill,
        "language": finding.language,
        "role": finding.role,
        "level": finding.level,
        "related": list(finding.related),
    }
