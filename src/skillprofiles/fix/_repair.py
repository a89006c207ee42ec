"""What was repaired: a finding that goes away, or something tidied that no rule is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skillprofiles.findings import Finding


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was repaired.

    Attributes:
        name: the rule's name; of what no rule is about ``cell-spacing``, ``declared-charset``,
            ``empty-flag``, ``encoding``, ``final-line-feed``, ``separator``, ``special-spaces`` or
            ``trailing-space``.
        line: the first line it was found on.
        lines: the number of lines it was found on.
        finding: the finding that it was, where a rule is about it.
    """

    name: str
    line: int
    lines: int = 1
    finding: Finding | None = None

    @property
    def code(self) -> str | None:
        """The rule's code, where a rule is about it."""
        return self.finding.rule.code if self.finding else None


def of_findings(findings: Iterable[Finding]) -> list[Repair]:
    """Return findings that went away as repairs."""
    return [
        Repair(finding.rule.name, finding.span.line if finding.span else 1, finding=finding)
        for finding in findings
    ]


def of_lines(names: Iterable[tuple[int, str]]) -> list[Repair]:
    """Return what was tidied on which line as repairs, one for each name."""
    by_name: dict[str, list[int]] = {}
    for line, name in names:
        by_name.setdefault(name, []).append(line)
    return [Repair(name, min(lines), len(lines)) for name, lines in by_name.items()]
