"""Roles that differ only in case, accents, signs or white space: they are one role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from skillprofiles.findings import Report
from skillprofiles.model import Document, Level, Requirement
from skillprofiles.parser.identity import slugify
from skillprofiles.read.locate import line_span
from skillprofiles.rules import contract

_BREAK = re.compile(r"[-_.]+")


# A corpus has a few hundred roles, and each page some of them.
@lru_cache(maxsize=4096)
def role_key(written: str) -> str:
    """Return what all ways to write a role have in common."""
    return _BREAK.sub("-", slugify(written)).strip("-") or written


def has_roles_twice(
    document: Document, rows: Iterable[tuple[Requirement, int]], report: Report
) -> bool:
    """Whether a role stands at a level already, written in another way; then it is reported.

    Args:
        document: the page.
        rows: its requirements, each with its line.
        report: takes the findings.
    """
    listed = list(rows)
    roles = {row.role for row, _ in listed}
    if len({role_key(role) for role in roles}) == len(roles):
        return False
    first: dict[tuple[Level, str], tuple[str, int]] = {}
    before = len(report.findings)
    for row, line in listed:
        written, at = first.setdefault((row.level, role_key(row.role)), (row.role, line))
        if written != row.role:
            report.add(
                contract.DUPLICATE_CELL,
                line_span(document, line),
                role=row.role,
                level=row.level.label,
                first_line=f"{at}, as '{written}'",
            )
    return len(report.findings) > before
