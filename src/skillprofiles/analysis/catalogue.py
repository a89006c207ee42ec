"""What there is in a release: skills, roles, languages, and what stands in several places."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from skillprofiles.analysis import corpus
from skillprofiles.analysis.lookup import Lookup
from skillprofiles.analysis.tables import PinnedTables


class Catalogue(PinnedTables):
    """The tables of a release, and what can be found in them."""

    def __init__(self, path: str | os.PathLike[str], *, language: str | Sequence[str] = ()) -> None:
        """Settle the release and open its tables; nothing is read yet.

        Args:
            path: a published folder, of which the current release counts, the folder of one
                release, or a folder that ``skillprofiles normalize`` published Parquet into.
            language: the languages to prefer, best first, where a skill has several editions.

        Raises:
            FileNotFoundError: if there are no tables.
            OSError: if they cannot be opened.
            NoSuchLanguage: if pages are not written in a language.
        """
        super().__init__(path)
        self._lookup = Lookup(self._files, [language] if isinstance(language, str) else language)

    @cached_property
    def skills(self) -> pd.DataFrame:
        """All skills: skill, skill_name, domain, group, languages (a list), sorted by slug."""
        return corpus.skills(self._lookup)

    @cached_property
    def roles(self) -> pd.DataFrame:
        """All roles as written: role, skills, requirements and mandatory (how many), sorted.

        Of each skill the preferred edition that names the role counts.
        """
        return corpus.roles(self._lookup)

    def find_skill(self, name: str) -> str:
        """Return the slug of the skill that a name means.

        Raises:
            NoSuchSkill: if there is none.
            Ambiguous: if there are several.

        Example:
            >>> import skillprofiles as sp
            >>> sp.load("normalized").find_skill("Event Streaming")
            'event-streaming'
        """
        return self._lookup.skill(name)

    def languages(self, skill: str) -> list[str]:
        """Return the languages a skill has editions in, the one that questions read first.

        Raises:
            NoSuchSkill: if there is no such skill.

        Example:
            >>> import skillprofiles as sp
            >>> sp.load("normalized").languages("dbt")
            ['en', 'de']
        """
        return self._lookup.languages(self.find_skill(skill))

    def profile(self, skill: str, *, language: str | None = None) -> pd.Series[Any]:
        """Return what a skill's page says as a whole.

        Args:
            skill: slug or name.
            language: the edition.

        Returns:
            One row of ``profiles``, its columns as the index.

        Raises:
            NoSuchSkill, Ambiguous, NoSuchLanguage: as `Dataset` says.

        Example:
            >>> import skillprofiles as sp
            >>> sp.load("normalized").profile("dbt")[["domain", "mandatory", "optional"]].to_dict()
            {'domain': 'Data Platform', 'mandatory': 9, 'optional': 5}
        """
        return corpus.profile(self._lookup, skill, language)

    def coverage(self) -> pd.DataFrame:
        """Return which skills have an edition in which language, and how far they lag behind.

        Returns:
            A row for each skill and each language there is: skill, skill_name, language,
            available; and, null where there is no edition: requirements (how many), updated_on,
            days_behind (the newest edition of the skill), content_language.

        Example:
            >>> import skillprofiles as sp
            >>> coverage = sp.load("normalized").coverage()
            >>> coverage.groupby("language")["available"].sum().to_dict()
            {'de': 12, 'en': 14, 'es': 5, 'zh': 4}
        """
        return corpus.coverage(self._lookup)

    def reuse(self, at_least: int = 2) -> pd.DataFrame:
        """Return the texts that stand in several skills once the skill's own name is masked.

        Args:
            at_least: how many skills have to share a text. Editions of one skill count once.

        Returns:
            A row for each text, the most shared first: text (in lower case, ``{skill}`` for the
            name), skills (how many), requirements (how many rows), used_by (the skills' slugs),
            source and line of the first.

        Example:
            >>> import skillprofiles as sp
            >>> reused = sp.load("normalized").reuse()
            >>> reused.empty  # every text of the sample pages was written for its skill
            True
        """
        return corpus.reuse(self._lookup, at_least)
