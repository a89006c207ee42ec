"""SP404: editions of one skill in several languages that do not say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from skillprofiles.corpus._cells import Cell, cells, finding
from skillprofiles.findings import Finding
from skillprofiles.model import Level, Profile
from skillprofiles.rules import corpus as rules

Cells = dict[tuple[str, Level], Cell]


class Editions:
    """Compares the editions of each skill: roles, levels and flags."""

    def __init__(self) -> None:
        """Start with no profile."""
        self._editions: defaultdict[str, dict[str, Profile]] = defaultdict(dict)

    def add(self, profile: Profile) -> None:
        """Take a profile; of several in one language the first counts."""
        self._editions[profile.skill].setdefault(profile.language, profile)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each cell in which an edition differs from the first one."""
        for editions in self._editions.values():
            if len(editions) > 1:
                first, *others = (_by_place(editions[code]) for code in sorted(editions))
                for other in others:
                    yield from _compare(first, other)


def _by_place(profile: Profile) -> Cells:
    return {(cell.role, cell.level): cell for cell in cells(profile)}


def _compare(first: Cells, second: Cells) -> Iterator[Finding]:
    for key, cell in second.items():
        other = first.get(key)
        if other is None or other.mandatory != cell.mandatory:
            yield _differs(cell, cell, other, next(iter(first.values())))
    for key, other in first.items():
        if key not in second:
            # Nothing stands there to point at; the first row of the page has to do.
            near = next((cell for cell in second.values() if cell.level == key[1]), None)
            place = near or next(iter(second.values()))
            cell = place._replace(role=other.role, level=other.level)
            yield _differs(cell, None, other, other)


def _differs(place: Cell, here: Cell | None, there: Cell | None, elsewhere: Cell) -> Finding:
    return finding(
        rules.EDITIONS_DISAGREE,
        place,
        here=_said(here),
        there=_said(there),
        other=elsewhere.source,
        line=f" (line {there.line})" if there else "",
    )


def _said(cell: Cell | None) -> str:
    if cell is None:
        return "missing"
    return "mandatory" if cell.mandatory else "optional"
