"""SP503: a flag that is set at one level and gone at a higher one."""

from __future__ import annotations

from collections.abc import Iterator

from skillprofiles.corpus._cells import Cell, cells, finding
from skillprofiles.findings import Finding
from skillprofiles.model import Profile
from skillprofiles.rules import advice


class DroppedFlags:
    """Looks for requirements that become optional at a higher level."""

    def __init__(self) -> None:
        """Start with no profile."""
        self._findings: list[Finding] = []

    def add(self, profile: Profile) -> None:
        """Take a profile, and judge it: this rule needs no other."""
        self._findings += _dropped(profile)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each role whose requirement becomes optional at a higher level."""
        yield from self._findings


def _dropped(profile: Profile) -> Iterator[Finding]:
    flagged: dict[str, Cell] = {}
    for cell in sorted(cells(profile), key=lambda cell: cell.level):
        below = flagged.get(cell.role)
        if cell.mandatory:
            flagged[cell.role] = cell
        elif below is not None:
            facts = {"lower": below.level.label, "line": below.line}
            yield finding(advice.FLAG_DROPPED, cell, **facts)
            del flagged[cell.role]
