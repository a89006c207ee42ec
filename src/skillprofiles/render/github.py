"""Workflow commands: GitHub shows them as annotations on the lines of a pull request.

Of a step's annotations GitHub shows ten errors, ten warnings and ten notices, the first of each.
"""

from __future__ import annotations

from typing import Final

from skillprofiles.findings import Finding
from skillprofiles.printable import findable, folded, printable
from skillprofiles.render._results import Results
from skillprofiles.render._wording import by_weight
from skillprofiles.rules import Severity

_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.ADVICE: "notice",
}


def render(results: Results) -> str:
    """Return one command a finding, errors first."""
    commands = [_command(finding) for finding in by_weight(results)]
    commands += [f"::notice title=skillprofiles::{_data(printable(n))}" for n in results.notes]
    return "".join(f"{command}\n" for command in commands)


def _command(finding: Finding) -> str:
    properties = {"file": findable(finding.source)}
    span = finding.span
    if span and span.line == span.end_line:
        properties |= {
            "line": str(span.line),
            "col": str(span.column),
            "endLine": str(span.end_line),
            "endColumn": str(span.end_column),
        }
    elif span:
        # The runner takes no columns where there are several lines.
        properties |= {"line": str(span.line), "endLine": str(span.end_line)}
    properties["title"] = f"{finding.rule.code} {finding.rule.name}"
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.rule.severity]} {told}::{_data(_message(finding))}"


def _message(finding: Finding) -> str:
    lines = [printable(finding.message)]
    if finding.related:
        lines.append(f"rows: {folded(finding.related)}")
    lines.append(f"hint: {printable(finding.hint)}")
    return "\n".join(lines)


def _data(words: str) -> str:
    """Escape what stands behind the second pair of colons, as the runner reads it."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    """Escape the value of a property, as the runner reads it."""
    return _data(words).replace(":", "%3A").replace(",", "%2C")
