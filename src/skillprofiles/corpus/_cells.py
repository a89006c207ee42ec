"""What the corpus rules keep of a requirement row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from skillprofiles.findings import Finding, finding_on
from skillprofiles.model import Level, Profile, Span
from skillprofiles.rules import Rule


class Cell(NamedTuple):
    """One requirement: where it stands and whether it is mandatory."""

    source: str
    skill: str
    language: str
    role: str
    level: Level
    mandatory: bool
    line: int


def cells(profile: Profile) -> Iterator[Cell]:
    """Yield the requirements of a profile as cells."""
    name = profile.lineage.source.name
    for row, line in zip(profile.requirements, profile.lineage.lines, strict=True):
        yield Cell(name, profile.skill, profile.language, row.role, row.level, row.mandatory, line)


def finding(rule: Rule, cell: Cell, **facts: object) -> Finding:
    """Return a finding at a cell; role and level are facts as well."""
    place = Span(cell.line, 1, cell.line, 1)
    return finding_on(
        cell.source, rule, place, role=cell.role, level=cell.level.label, **facts
    ).about(cell.skill, cell.language)
