"""SP405: role names that are almost the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from skillprofiles.corpus._cells import cells, finding
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
        self._first: dict[str, Profile] = {}
        self._pages: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, profile: Profile) -> None:
        """Take the roles of a profile."""
        source = profile.lineage.source.name
        for role in {row.role for row in profile.requirements}:
            self._first.setdefault(role, profile)
            self._pages[role].add(source)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for the rarer of two names that are almost the same."""
        for rare, common in self._pairs():
            cell = next(cell for cell in cells(self._first[rare]) if cell.role == rare)
            other = self._first[common].lineage.source.name
            count = len(self._pages[common] - {cell.source})
            yield finding(rules.SIMILAR_ROLES, cell, other=common, count=count, source=other)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each rarer name with the most common one it resembles."""
        names = sorted(self._first, key=lambda name: (-len(self._pages[name]), name))
        by_length: defaultdict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for rank, name in enumerate(names):
            plain = _KEPT.sub("", name.casefold())
            reach = len(plain) // _LETTERS_AN_EDIT
            lengths = range(len(plain) - reach, len(plain) + reach + 1)
            near = sorted(item for length in lengths for item in by_length[length])
            for _, other, other_plain in near:
                if _is_almost(plain, other_plain) and not _other_word(name, other):
                    yield name, other
                    break
            by_length[len(plain)].append((rank, name, plain))


def _is_almost(one: str, two: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    allowed = min(len(one), len(two)) // _LETTERS_AN_EDIT
    if Levenshtein.distance(one, two, score_cutoff=allowed) > allowed:
        return False
    return _TELLING.findall(one) == _TELLING.findall(two)


def _other_word(one: str, two: str) -> bool:
    """Whether two names differ in one whole short word, as ``iOS`` and ``OS`` do."""
    first, second = set(one.casefold().split()), set(two.casefold().split())
    differing = first ^ second
    return len(differing) == 2 and max(map(len, differing)) < _LETTERS_AN_EDIT // 2
