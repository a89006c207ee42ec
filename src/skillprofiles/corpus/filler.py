"""SP504: texts that fit every skill."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator

from skillprofiles.corpus._cells import Cell, cells, finding
from skillprofiles.findings import Finding
from skillprofiles.model import Profile
from skillprofiles.rules import advice

MASK = "\0"
"""What stands for the name in a masked text."""
# Two skills may share a sentence by chance or kinship.
_FEWEST_SKILLS = 3


class Fillers:
    """Finds descriptions that several skills share once their names are masked."""

    def __init__(self) -> None:
        """Start with no profile."""
        self._texts: defaultdict[bytes, list[Cell]] = defaultdict(list)

    def add(self, profile: Profile) -> None:
        """Take the descriptions of a profile."""
        for row, cell in zip(profile.requirements, cells(profile), strict=True):
            text = masked(row.description, profile.skill_name)
            digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
            self._texts[digest].append(cell)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each row whose text stands in several skills."""
        for found in self._texts.values():
            skills = {cell.skill for cell in found}
            if len(skills) < _FEWEST_SKILLS:
                continue
            for cell in found:
                other = next(item.source for item in found if item.skill != cell.skill)
                yield finding(advice.FILLER_TEXT, cell, count=len(skills), other=other)


def masked(text: str, name: str | None) -> str:
    """Return a text without the skill's name, case and spacing folded."""
    folded = " ".join(text.casefold().split())
    if not name or (known := name.casefold()) not in folded:
        return folded
    return re.sub(rf"\b{re.escape(known)}\b", MASK, folded)
