"""From names to rows: which skill, role, level and edition a question is about."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.analysis.errors import (
    Ambiguous,
    Miss,
    NearMatch,
    NoSuchLanguage,
    NoSuchLevel,
    NoSuchRole,
    NoSuchSkill,
)
from skillprofiles.analysis.files import Files, Keys, Mask
from skillprofiles.analysis.names import Match, Names, words_of
from skillprofiles.frames import to_pandas
from skillprofiles.model import LEVEL_LABELS, Level
from skillprofiles.parser.spelling import role_key
from skillprofiles.read.captions import level_named
from skillprofiles.vocabulary import LANGUAGES, lexicon, preference

_ABOUT: Final = ["skill", "language", "skill_name", "domain", "group"]
_NAMED: Final = ("skill", "skill_name")


class Lookup:
    """Finds the rows of ``requirements`` that a question is about.

    Attributes:
        files: the tables.
        preferred: languages of editions, best first, where a question names none. Languages not
            in it follow in the order of their codes.
    """

    def __init__(self, files: Files, preferred: Sequence[str] = ()) -> None:
        """Look names up in some tables.

        Args:
            files: the tables.
            preferred: languages to prefer; English follows by itself.

        Raises:
            NoSuchLanguage: if one of them is no language of pages.
        """
        wanted = [as_language(code) for code in preferred]
        self.files = files
        self.preferred = preference(*wanted)

    @property
    def keys(self) -> Keys:
        """The keys of all requirements."""
        return self.files.keys

    def about(self, skills: Iterable[str] | None = None) -> pd.DataFrame:
        """Return what is known of each profile: skill, language, skill_name, domain, group.

        Editions preferred come first. Where one does not tell the skill's name, the name in the
        next one stands.

        Args:
            skills: slugs; all skills where it is None.
        """
        table = self._profiles
        if skills is not None:
            wanted = pa.array(dict.fromkeys(skills), pa.string())
            table = table.filter(pc.is_in(table["skill"], value_set=wanted))
        frame = to_pandas(table).sort_values("language", key=self._preference, kind="stable")
        names = frame.groupby("skill")["skill_name"].first()
        frame["skill_name"] = frame["skill_name"].fillna(frame["skill"].map(names))
        return frame.reset_index(drop=True)

    @cached_property
    def _profiles(self) -> pa.Table:
        return self.files.read("profiles", _ABOUT)

    def _preference(self, languages: pd.Series[str]) -> pd.Series[int]:
        return languages.map(self._place)

    def _place(self, language: str) -> int:
        """Return the place of a language among the preferred ones; one from a later program is last."""
        known = language in self.preferred
        return self.preferred.index(language) if known else len(self.preferred)

    @cached_property
    def ranks(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Place of each requirement's language among the preferred ones; the first is 0."""
        languages = self.keys.language
        places = np.array([self._place(code) for code in languages.values], dtype=np.int32)
        ranks: np.ndarray[Any, np.dtype[np.int32]] = places[languages.codes]
        return ranks

    def skill(self, query: str) -> str:
        """Return the slug of the skill that is meant.

        Args:
            query: slug or name, matched forgivingly. A slug as written always means itself.

        Raises:
            NoSuchSkill: if there is none.
            Ambiguous: if several have that name.

        Warns:
            NearMatch: if the name had a slip.
        """
        if query in self._slugs:
            return query
        match, near = self._skill_names.find(query), self._skill_names.near(query)
        called = [self._called(slug) for slug in near]
        miss = NoSuchSkill(query, near, called, is_empty=not self._slugs)
        return _only("skill", query, match, miss, self._called)

    def _called(self, slug: str) -> str:
        """Return what to call a skill: its name where the slug does not tell it, else the slug."""
        name = self._named.get(slug)
        if not name or words_of(name) == words_of(slug):
            return slug
        return name if self._skill_names.find(name).things == (slug,) else slug

    def roles(self, query: str, within: Mask | None = None, where: str = "") -> tuple[str, ...]:
        """Return the role that is meant, in all ways it is written.

        Names that differ in case, accents, signs or white space alone are one role.

        Args:
            query: name of the role, matched forgivingly.
            within: the rows to look in; all where it is None.
            where: what those rows are, for the message.

        Raises:
            NoSuchRole: if none of the rows is about it.
            Ambiguous: if several roles can be meant.

        Warns:
            NearMatch: if the name had a slip.
        """
        written = None if within is None else self._written_roles(within)
        names = self._role_names if written is None else Names(_one_a_role(written).items())
        # Those of one skill are few enough to be listed.
        there = sorted(written or ())
        miss = NoSuchRole(query, names.near(query), where, there, is_empty=not self._slugs)
        found = _only("role", query, names.find(query), miss)
        first = self._roles[found]
        return tuple(role for role, one in self._roles.items() if one == first)

    def rows(
        self, skill: str | None = None, role: str | None = None, language: str | None = None
    ) -> Mask:
        """Return which rows of ``requirements`` a question is about: one edition of each skill.

        Args:
            skill: the skill; None: all.
            role: the role; None: all. With it only editions count that name the role.
            language: the edition; None: the preferred one of each skill.

        Raises:
            NoSuchSkill, NoSuchRole, Ambiguous: as `skill` and `roles` do.
            NoSuchLanguage: if no page in that language is about it.
        """
        rows: Mask = np.ones(len(self.keys.rank), dtype=np.bool_)
        where = ""
        if skill is not None:
            slug = self.skill(skill)
            rows, where = self.keys.skill.among([slug]), f"in {slug}"
        if role is not None:
            written = self.roles(role, rows if skill is not None else None, where)
            rows = rows & self.keys.role.among(written)
            where = f"of {written[0]}" + (f" {where}" if where else "")
        return self.edition(rows, language, where)

    def edition(self, rows: Mask, language: str | None = None, where: str = "") -> Mask:
        """Return those of some rows that stand in one language, or one edition of each skill.

        Args:
            rows: some rows of ``requirements``.
            language: the language; None: of each skill the preferred edition with such rows.
            where: what the rows are about, for the message.

        Raises:
            NoSuchLanguage: if no row stands in that language.
        """
        codes, skills = self.keys.language, self.keys.skill
        if language is not None:
            code = as_language(language)
            chosen: Mask = rows & codes.among([code])
            if rows.any() and not chosen.any():
                there = [codes.values[at] for at in np.unique(codes.codes[rows])]
                raise NoSuchLanguage(code, sorted(there), where)
            return chosen
        best = np.full(len(skills.values), len(self.preferred), dtype=np.int32)
        np.minimum.at(best, skills.codes[rows], self.ranks[rows])
        preferred: Mask = rows & (self.ranks == best[skills.codes])
        return preferred

    def languages(self, skill: str) -> list[str]:
        """Return the languages a skill has editions in, the preferred first.

        Args:
            skill: its slug.
        """
        return list(self.about([skill])["language"])

    @cached_property
    def _named(self) -> dict[str, str]:
        pairs = self.about()[list(_NAMED)].dropna().drop_duplicates("skill")
        return dict(pairs.itertuples(index=False, name=None))

    @cached_property
    def _slugs(self) -> frozenset[str]:
        return frozenset(self.keys.skill.values)

    @cached_property
    def _skill_names(self) -> Names:
        slugs = [(slug, slug) for slug in sorted(self._slugs)]
        named = self.about()[["skill_name", "skill"]].dropna()
        return Names([*slugs, *named.itertuples(index=False, name=None)])

    @cached_property
    def _role_names(self) -> Names:
        return Names(self._roles.items())

    @cached_property
    def _roles(self) -> dict[str, str]:
        return _one_a_role(self.keys.role.values)

    def _written_roles(self, rows: Mask) -> list[str]:
        return [self.keys.role.values[at] for at in np.unique(self.keys.role.codes[rows])]


def as_level(value: str | int | Level) -> Level:
    """Return the level that is meant: ``"senior"``, ``"Senior"``, ``"Lead / Staff"``, 3.

    Raises:
        NoSuchLevel: if it is none.
    """
    if isinstance(value, str):
        found = level_named(value, lexicon())
        if found is None:
            raise NoSuchLevel(value, LEVEL_LABELS)
        return found
    try:
        return Level(value)
    except ValueError:
        raise NoSuchLevel(str(value), LEVEL_LABELS) from None


def as_language(code: str) -> str:
    """Return the code of a language of pages, in whatever case it is given.

    Raises:
        NoSuchLanguage: if pages are not written in it.
    """
    folded = code.strip().casefold()
    if folded not in LANGUAGES:
        raise NoSuchLanguage(code, sorted(LANGUAGES))
    return folded


def _one_a_role(written: Sequence[str]) -> dict[str, str]:
    """Return for each way a role is written the first one: that stands for the role."""
    first: dict[str, str] = {}
    return {role: first.setdefault(role_key(role), role) for role in written}


def _only(
    kind: str, query: str, match: Match, miss: Miss, called: Callable[[str], str] = str
) -> str:
    """Return the one thing a name stands for."""
    if not match.things or (len(match.things) > 1 and not match.exact):
        raise miss
    if len(match.things) > 1:
        raise Ambiguous(kind, query, match.things)
    if not match.exact:
        _warn(f"took '{query}' for '{called(match.things[0])}'")
    return match.things[0]


def _warn(message: str) -> None:
    """Warn of a name that was mended, at the line of whoever asked."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("skillprofiles."):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, NearMatch, stacklevel=level)
