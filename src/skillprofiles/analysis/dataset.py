"""The questions that can be asked of a release."""

from __future__ import annotations

import os

import pandas as pd

from skillprofiles.analysis import changes, rows, steps
from skillprofiles.analysis.catalogue import Catalogue
from skillprofiles.analysis.tables import PinnedTables
from skillprofiles.model import Level

LevelLike = str | int | Level


class Dataset(Catalogue):
    """A release, and the questions that can be asked of it.

    Skills, roles and levels are named as people name them: case, accents, signs and spacing do not
    count, a slip of the pen is mended with a `NearMatch` warning, a name that is not there raises
    `NoSuchSkill` or `NoSuchRole` with suggestions, one that can mean several raises `Ambiguous`.

    A skill may have editions in several languages. A question reads one edition of each skill, and
    the column ``language`` says which: the one asked for by ``language=``, else the first one that
    the dataset prefers, else English, else the first by its code.

    Every answer is a frame of its own: one fact a row, texts and flags Arrow-backed, ``level``
    an ordered category, nulls as ``<NA>``.
    """

    def matrix(
        self, skill: str, *, values: str = "mandatory", language: str | None = None
    ) -> pd.DataFrame:
        """Return what a skill asks of each role at each level.

        Args:
            skill: slug or name.
            values: what to show: ``mandatory`` (True, False, or null where nothing is expected),
                ``description``, or ``line`` (of the source).
            language: the edition.

        Returns:
            Roles as the index, in the order of the page; the five levels as columns, in order.
            ``attrs`` names skill and language.

        Raises:
            NoSuchSkill, Ambiguous, NoSuchLanguage: as the class says.
            ValueError: if there are no such values.

        Example:
            >>> import skillprofiles as sp
            >>> print(sp.load("normalized").matrix("dbt"))
            level              junior middle senior  lead principal
            role
            Analytics Engineer   True   True   True  True      True
            BI Analyst          False  False  False  <NA>     False
            Data Engineer       False   True   True  True      True
        """
        return rows.matrix(self._lookup, skill, values, language)

    def skill(
        self, skill: str, role: str | None = None, *, language: str | None = None
    ) -> pd.DataFrame:
        """Return everything a skill asks for: what `matrix` shows, one expectation a row.

        Args:
            skill: slug or name.
            role: name; None: all roles of the skill.
            language: the edition.

        Returns:
            As `role`, in the order of the page's roles, then by level.

        Raises:
            NoSuchSkill, NoSuchRole, Ambiguous, NoSuchLanguage: as the class says.

        Example:
            >>> import skillprofiles as sp
            >>> dbt = sp.load("normalized").skill("dbt", "BI Analyst")
            >>> print(dbt[["role", "level", "mandatory"]])
                     role      level mandatory
            0  BI Analyst     junior     False
            1  BI Analyst     middle     False
            2  BI Analyst     senior     False
            3  BI Analyst  principal     False
        """
        return rows.skill(self._lookup, skill, role, language)

    def compare(
        self,
        skill: str | None,
        role: str | None = None,
        have: LevelLike = "middle",
        want: LevelLike = "senior",
        *,
        language: str | None = None,
    ) -> pd.DataFrame:
        """Return what changes on the way from one level to a higher one, step by step.

        Args:
            skill: slug or name; None: all skills that name the role.
            role: name; None: all roles of the skill.
            have: the level to come from.
            want: the level to reach.
            language: the edition.

        Returns:
            A row for each step, skill and role, but where nothing is expected at either level:
            domain, skill, skill_name, language, role; from_level, level (the step); change (see
            `skillprofiles.analysis.CHANGES`: new, becomes mandatory, becomes optional, text
            changes, carried on, ends); mandatory_before, mandatory; text_changed; and
            description_before, description; source, line (where the expectation stands, or of one
            that ends stood). Sorted by level, change, mandatory first.

        Raises:
            NoSuchSkill, NoSuchRole, NoSuchLevel, Ambiguous, NoSuchLanguage: as the class says.
            ValueError: if ``want`` is not above ``have``.

        Example:
            >>> import skillprofiles as sp
            >>> steps = sp.load("normalized").compare("dbt", "BI Analyst", "junior", "principal")
            >>> print(steps[["from_level", "level", "change", "mandatory"]])
              from_level      level        change  mandatory
            0     junior     middle  text changes      False
            1     middle     senior  text changes      False
            2     senior       lead          ends       <NA>
            3       lead  principal           new      False
        """
        return steps.compare(self._lookup, skill, role, have, want, language)

    def role(
        self, role: str, level: LevelLike | None = "senior", *, language: str | None = None
    ) -> pd.DataFrame:
        """Return everything a role must know at a level, over all skills.

        Args:
            role: name; spellings that differ in case, accents or signs alone are one role.
            level: the level; None: all five.
            language: read pages in this language only; None: one edition of each skill.

        Returns:
            A row for each expectation: domain, group, skill, skill_name, language, role, level,
            mandatory, description, source, line. Sorted by domain, in it mandatory first. Empty
            where nothing is expected at that level.

        Raises:
            NoSuchRole, NoSuchLevel, Ambiguous, NoSuchLanguage: as the class says.

        Example:
            >>> import skillprofiles as sp
            >>> role = sp.load("normalized").role("data engineer", "senior")
            >>> print(role[["domain", "skill", "mandatory"]])
                               domain                  skill mandatory
            0  Cloud & Infrastructure  kubernetes-operations     False
            1           Data Platform                    dbt      True
            2           Data Platform   007_4be1d0c2a9f3e6b8      True
            3           Data Platform        event-streaming      True
            4           Data Platform   dimensional-modeling     False
        """
        return rows.role(self._lookup, role, level, language)

    def gaps(
        self,
        role_a: str,
        role_b: str,
        level: LevelLike = "senior",
        *,
        language: str | None = None,
    ) -> pd.DataFrame:
        """Return what moving from one role to another means, at one level, over all skills.

        Args:
            role_a: the role to leave.
            role_b: the role to take up.
            level: the level of both.
            language: read pages in this language only; None: one edition of each skill that names
                either role.

        Returns:
            A row for each skill that expects something of either role: domain, group, skill,
            skill_name, language, level, from_role, role, and from ``change`` on as `compare`.
            ``new`` is expected of ``role_b`` alone, ``ends`` of ``role_a`` alone. Sorted by change,
            mandatory first.

        Raises:
            NoSuchRole, NoSuchLevel, Ambiguous, NoSuchLanguage: as the class says.

        Example:
            >>> import skillprofiles as sp
            >>> gaps = sp.load("normalized").gaps("Analytics Engineer", "Data Engineer")
            >>> print(gaps[["skill", "change", "mandatory"]])
                               skill        change mandatory
            0   007_4be1d0c2a9f3e6b8           new      True
            1        event-streaming           new      True
            2  kubernetes-operations           new     False
            3   dimensional-modeling           new     False
            4                    dbt  text changes      True
        """
        return steps.gaps(self._lookup, role_a, role_b, level, language)

    def diff(self, other: PinnedTables | str | os.PathLike[str] | None = None) -> pd.DataFrame:
        """Return what this release says differently from another, usually older one.

        Args:
            other: a dataset or a path to load; None: the release before, as ``changes`` tells it.

        Returns:
            The columns of the table ``changes``: release (this one), skill, language, role, level
            (both null in a row about the profile itself), change (added, removed, changed), field,
            before (as the other has it), after (as this one has it). Where something is read from
            is not compared.

        Raises:
            NoSuchTable: if nothing is named to compare with, and this is no release.
            FileNotFoundError: if there are no tables at a path.

        Example:
            >>> import skillprofiles as sp
            >>> now = sp.load("normalized")
            >>> len(now.diff("normalized"))
            0
        """
        if other is None:
            return self.changes.copy()
        before = other if isinstance(other, PinnedTables) else PinnedTables(other)
        return changes.diff(before._files, self._files)
