"""What only shows when many profiles are seen together.

Profiles are taken one by one; then each rule reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from skillprofiles.corpus.editions import Editions
from skillprofiles.corpus.filler import Fillers
from skillprofiles.corpus.flags import DroppedFlags
from skillprofiles.corpus.roles import Roles
from skillprofiles.findings import Finding
from skillprofiles.model import Profile
from skillprofiles.rules import Rule, advice, corpus

__all__ = ["Corpus"]


class _Judge(Protocol):
    """One rule over a set of profiles."""

    def add(self, profile: Profile) -> None:
        """Take an accepted profile."""

    def findings(self) -> Iterator[Finding]:
        """Yield what the rule has to say of all that was taken."""


_JUDGES: Final[dict[Rule, Callable[[], _Judge]]] = {
    advice.FLAG_DROPPED: DroppedFlags,
    corpus.EDITIONS_DISAGREE: Editions,
    corpus.SIMILAR_ROLES: Roles,
    advice.FILLER_TEXT: Fillers,
}


class Corpus:
    """The corpus rules over one set of profiles."""

    def __init__(self, wanted: Callable[[Rule], bool] = lambda rule: True) -> None:
        """Start with no profile.

        Args:
            wanted: tells which rules to judge by; nothing is spent on the others.
        """
        self._judges = [judge() for rule, judge in _JUDGES.items() if wanted(rule)]

    def add(self, profile: Profile) -> None:
        """Take an accepted profile."""
        for judge in self._judges:
            judge.add(profile)

    def findings(self) -> list[Finding]:
        """Return what the rules have to say, in no order."""
        return [finding for judge in self._judges for finding in judge.findings()]
