"""What only shows when many profiles are seen together.

Profiles are taken one by one and kept as little as the rules need; then each rule reports.
"""

from __future__ import annotations

from skillprofiles.corpus.editions import Editions
from skillprofiles.corpus.filler import Fillers
from skillprofiles.corpus.flags import dropped_flags
from skillprofiles.corpus.roles import Roles
from skillprofiles.findings import Finding
from skillprofiles.model import Profile

__all__ = ["Corpus"]


class Corpus:
    """All corpus rules over one set of profiles."""

    def __init__(self) -> None:
        """Start with no profile."""
        self._editions = Editions()
        self._fillers = Fillers()
        self._roles = Roles()
        self._findings: list[Finding] = []

    def add(self, profile: Profile) -> None:
        """Take an accepted profile."""
        self._editions.add(profile)
        self._fillers.add(profile)
        self._roles.add(profile)
        self._findings += dropped_flags(profile)

    def findings(self) -> list[Finding]:
        """Return what all rules have to say, in no order."""
        return [
            *self._findings,
            *self._editions.findings(),
            *self._roles.findings(),
            *self._fillers.findings(),
        ]
