"""For people: each finding with the line it stands on, carets under the cell, and what to do."""

from __future__ import annotations

from typing import Final

from skillprofiles.findings import Finding
from skillprofiles.printable import folded, printable
from skillprofiles.render._excerpt import excerpt
from skillprofiles.render._results import Results
from skillprofiles.render._wording import path, place, total
from skillprofiles.rules import Severity

_BOLD: Final = "1"
_COLORS: Final = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.ADVICE: "1;36"}


def render(results: Results, *, color: bool = False) -> str:
    """Return the findings as blocks of lines with a count below them; nothing when clean."""
    if not results.findings:
        return ""
    blocks = [block(results, finding, color=color) for finding in results.findings]
    return "\n".join([*blocks, f"{total(results)}\n"])


def block(results: Results, finding: Finding, *, color: bool = False) -> str:
    """Return the lines of one finding."""
    weight = _COLORS[finding.rule.severity] if color else ""
    where = path(finding)
    after = place(finding).removeprefix(where)
    code = _paint(finding.rule.code, weight)
    lines = [
        f"{_paint(where, _BOLD if color else '')}{after}: "
        f"{code} [{finding.rule.name}] {printable(finding.message)}"
    ]
    gutter = " "
    source_line = results.excerpt(finding)
    if finding.span and source_line is not None:
        shown = excerpt(source_line, finding.span)
        number = str(finding.span.line)
        gutter = " " * len(number)
        carets = _paint("^" * shown.carets, weight)
        lines += [
            f"{gutter} |",
            f"{number} | {shown.text}",
            f"{gutter} | {' ' * shown.indent}{carets}",
        ]
    if finding.related:
        lines.append(f"{gutter} = rows: {folded(finding.related)}")
    lines.append(f"{gutter} = hint: {printable(finding.hint)}")
    return "".join(f"{line}\n" for line in lines)


def _paint(words: str, style: str) -> str:
    return f"\x1b[{style}m{words}\x1b[0m" if style else words
