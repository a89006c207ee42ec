"""A Code Quality report: GitLab shows it in the merge request."""

from __future__ import annotations

from typing import Any, Final

from skillprofiles.findings import Finding
from skillprofiles.printable import dumps, encodable, printable
from skillprofiles.render._fingerprints import fingerprints
from skillprofiles.render._results import Results
from skillprofiles.rules import Severity

_SEVERITIES: Final = {
    Severity.ERROR: "critical",
    Severity.WARNING: "minor",
    Severity.ADVICE: "info",
}


def render(results: Results) -> str:
    """Return the report."""
    made = fingerprints(results)
    issues = [_issue(item, print_) for item, print_ in zip(results.findings, made, strict=True)]
    return dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "description": f"{finding.rule.name}: {printable(finding.message)}",
        "check_name": finding.rule.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.rule.severity],
        "location": {"path": encodable(finding.source), **_position(finding)},
    }


def _position(finding: Finding) -> dict[str, Any]:
    span = finding.span
    if span is None:
        return {"lines": {"begin": 1}}
    return {
        "positions": {
            "begin": {"line": span.line, "column": span.column},
            "end": {"line": span.end_line, "column": span.end_column},
        }
    }
