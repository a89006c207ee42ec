"""SP503: a flag that is set at one level and gone at a higher one."""

from __future__ import annotations

from collections.abc import Iterator

from skillprofiles.corpus._cells import Cell, cells, finding
from skillprofiles.findings import Finding
from skillprofiles.model import Profile
from skillprofiles.rules import advice


def dropped_flags(profile: Profile) -> Iterator[Finding]:
    """Yield a finding for each role whose requirement becomes optional at a higher level."""
    flagged: dict[str, Cell] = {}
    for cell in sorted(cells(profile), key=lambda cell: cell.level):
        below = flagged.get(cell.role)
        if cell.mandatory:
            flagged[cell.role] = cell
        elif below is not None:
            facts = {"lower": below.level.label, "line": below.line}
            yield finding(advice.FLAG_DROPPED, cell, **facts)
            del flagged[cell.role]
