"""Declared figures set to what the rows hold: this changes what a page says."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import NamedTuple

from skillprofiles.findings import Finding
from skillprofiles.fix._codes import FIXABLE_UNSAFE
from skillprofiles.fix._page import Page
from skillprofiles.fix._repair import Repair, of_findings
from skillprofiles.fix._same import remark
from skillprofiles.model import Figures, Profile, Span

_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,5}(?![0-9])")


class FiguresSet(NamedTuple):
    """A page with its figures set; the page as it was and the reason where they cannot be."""

    page: Page
    repairs: list[Repair]
    kept: str | None = None


def set_figures(page: Page) -> FiguresSet:
    """Set the figures that differ from what the rows hold, where nothing else rejects the page."""
    profile = page.profile
    if profile is None or (found := held(profile)) == profile.declared:
        return FiguresSet(page, [])
    errors = _errors(page)
    if other := sorted({error.rule.code for error in errors} - FIXABLE_UNSAFE):
        return _left(page, f"are not set beside other errors ({', '.join(other)})")
    data = _replaced(page, profile, found)
    if data is None:
        return _left(page, "do not stand on the page as they are read")
    after = page.changed(data)
    if isinstance(after, str) or after.profile != replace(profile, declared=found):
        return _left(page, "cannot be set without the page being read differently")
    if list(map(remark, after.findings)) != list(map(remark, page.findings)) or _errors(after):
        return _left(page, "cannot be set without other findings")
    return FiguresSet(after, of_findings(errors))


def held(profile: Profile) -> Figures:
    """Return the figures that a profile's rows hold."""
    rows = profile.requirements
    mandatory = sum(row.mandatory for row in rows)
    roles, levels = {row.role for row in rows}, {row.level for row in rows}
    return Figures(len(roles), len(levels), mandatory, len(rows) - mandatory)


def _left(page: Page, reason: str) -> FiguresSet:
    return FiguresSet(page, [], f"its declared figures {reason}")


def _errors(page: Page) -> list[Finding]:
    from skillprofiles.validate import validate

    _, refused = validate([page.profile] if page.profile else [])
    return [finding for finding in (*page.findings, *refused) if finding.is_error]


def _replaced(page: Page, profile: Profile, found: Figures) -> bytes | None:
    """Return the page's bytes with the figures that differ replaced, from the last to the first."""
    if page.data != page.text.encode("utf-8"):
        return None
    lines, declared = list(page.document.lines), asdict(profile.declared)
    edits: list[tuple[int, int, int, int]] = []
    for name, figure in asdict(found).items():
        if declared[name] != figure:
            span = profile.lineage.figures[name]
            place = _place(lines[span.line - 1], span, declared[name])
            if place is None:
                return None
            edits.append((span.line, *place, figure))
    for number, start, end, figure in sorted(edits, reverse=True):
        line = lines[number - 1]
        lines[number - 1] = f"{line[:start]}{figure}{line[end:]}"
    return "\n".join(lines).encode("utf-8")


def _place(line: str, span: Span, figure: int) -> tuple[int, int] | None:
    """Return where a figure stands on its line: at its span, or else the one place it can be."""
    numbers = [match for match in _NUMBER.finditer(line) if int(match[0]) == figure]
    exact = [match for match in numbers if match.start() == span.column - 1]
    match = next(iter(exact or (numbers if len(numbers) == 1 else [])), None)
    return match.span() if match else None
