"""SP405: role names that are almost the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from skillprofiles.corpus._cells import Cell, cells, finding
from skillprofiles.findings import Finding
from skillprofiles.model import Profile
from skillprofiles.rules import corpus as rules

_KEPT = re.compile(r"[^\w+#]+")
# One letter in eight may differ; shorter names differ by a letter and are different roles.
_LETTERS_AN_EDIT = 8
_TELLING = re.compile(r"[+#\d]")


class Roles:
    """Compares the role names of all profiles with each other."""

    def __init__(self) -> None:
        """Start with no profile."""
        self._first: dict[str, Cell] = {}
        self._pages: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, profile: Profile) -> None:
        """Take the roles of a profile."""
        for cell in cells(profile):
            self._first.setdefault(cell.role, cell)
            self._pages[cell.role].add(cell.source)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for the rarer of two names that are almost the same."""
        for rare, common in self._pairs():
            cell = self._first[rare]
            other = self._first[common]
            count = len(self._pages[common] - {cell.source})
            facts = {"other": common, "count": count, "source": other.source}
            yield finding(rules.SIMILAR_ROLES, cell, **facts)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each rarer name with the most common one it resembles."""
        from rapidfuzz.distance import Levenshtein

        names = sorted(self._first, key=lambda name: (-len(self._pages[name]), name))
        plain = {name: _KEPT.sub("", name.casefold()) for name in names}
        for at, name in enumerate(names):
            for other in names[:at]:
                one, two = plain[name], plain[other]
                allowed = min(len(one), len(two)) // _LETTERS_AN_EDIT
                if abs(len(one) - len(two)) > allowed:
                    continue
                if Levenshtein.distance(one, two, score_cutoff=allowed) > allowed:
                    continue
                if _TELLING.findall(one) == _TELLING.findall(two) and not _other_word(name, other):
                    yield name, other
                    break


def _other_word(one: str, two: str) -> bool:
    """Whether two names differ in one whole short word, as ``iOS`` and ``OS`` do."""
    first, second = set(one.casefold().split()), set(two.casefold().split())
    differing = first ^ second
    return len(differing) == 2 and max(map(len, differing)) < _LETTERS_AN_EDIT // 2
