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
_IN_WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SIGNED = re.compile(r"#|\+\+")
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
    """Return a text without the skill's name, case and spacing folded.

    A name counts where it stands by itself: `Go` is neither in "going" nor in "Django", and `C` is
    not in "C++" or "C#". Chinese is written without gaps, so there a name may touch other words.
    """
    return mask(folded(text), folded(name or ""))


def folded(text: str) -> str:
    """Return a text in one case, with single spaces."""
    return " ".join(text.casefold().split())


def mask(text: str, name: str) -> str:
    """Return a folded text without a folded name; an empty name is in no text."""
    at = text.find(name) if name else -1
    kept, start = "", 0
    while at >= 0:
        end = at + len(name)
        if _is_apart(text[at - 1 : at], name, text[end : end + 2]):
            kept, start = f"{kept}{text[start:at]}{MASK}", end
        else:
            end = at + 1
        at = text.find(name, end)
    return kept + text[start:]


def _is_apart(before: str, name: str, after: str) -> bool:
    """Whether a name stands by itself, given the character before it and the two after it."""
    if _IN_WORD.match(before):
        # A sign may begin a name, but ASP.NET is another thing than .NET.
        return name[0].isalnum() and not _IN_WORD.match(name[0])
    return not (_IN_WORD.match(name[-1]) and (_IN_WORD.match(after) or _SIGNED.match(after)))
