"""What there is to show: skills with their editions, roles, domains, and which rows are theirs."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

import numpy as np

from skillprofiles.parser.spelling import role_key
from skillprofiles.report.matrix import Ints, Matrix, matrix
from skillprofiles.report.tables import Tables
from skillprofiles.vocabulary import preference

_COLUMNS: Final = (
    *("skill", "language", "skill_name", "domain", "group", "summary", "tags", "content_language"),
    *("mandatory", "optional", "updated_on", "source", "url"),
)
_VERSION: Final = ("source", "source_sha256")


@dataclass(frozen=True, slots=True)
class Edition:
    """A skill in one language: a row of ``profiles``; see there for what is not said here.

    Attributes:
        lines: its lines of the matrix.
    """

    skill: str
    language: str
    skill_name: str | None
    domain: str
    group: str
    summary: str | None
    tags: list[str]
    content_language: str | None
    mandatory: int
    optional: int
    updated_on: dt.date
    source: str
    url: str | None
    lines: range

    @property
    def spoken(self) -> str:
        """The language most texts are written in, or else that of the labels."""
        return self.content_language or self.language


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill.

    Attributes:
        slug: what identifies it.
        editions: the preferred one first.
    """

    slug: str
    editions: Sequence[Edition]

    @property
    def name(self) -> str:
        """Its name for people: that of the first edition that has one, else the slug."""
        return next((one.skill_name for one in self.editions if one.skill_name), self.slug)

    @property
    def names(self) -> list[str]:
        """All its names, and the slug."""
        names = [one.skill_name for one in self.editions if one.skill_name]
        return list(dict.fromkeys([*names, self.slug]))

    @property
    def domain(self) -> str:
        """The domain the preferred edition names."""
        return self.editions[0].domain

    @property
    def group(self) -> str:
        """The group the preferred edition names."""
        return self.editions[0].group

    @property
    def tags(self) -> list[str]:
        """The topics of all editions."""
        return list(dict.fromkeys(tag for one in self.editions for tag in one.tags))


@dataclass(frozen=True, slots=True)
class Role:
    """A role, over all skills. Names that differ in case, accents or signs alone are one role.

    Attributes:
        key: what all ways to write it have in common.
        name: the way it is written most often.
        lines: its lines of the matrix, one edition of each skill: the preferred one that names it.
    """

    key: str
    name: str
    lines: Ints


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain.

    Attributes:
        name: as the preferred editions write it.
        skills: its skills, by group and name.
    """

    name: str
    skills: Sequence[Skill]


class Corpus:
    """Everything of one release, arranged for showing.

    Attributes:
        editions: all editions; the position of one is its number in `matrix`.
        skills: by slug.
        matrix: the requirements.
        checksums: for each source that is published, the checksum of the version that is.
    """

    def __init__(self, tables: Tables, preferred: str) -> None:
        """Arrange tables.

        Args:
            tables: what was published.
            preferred: the language of editions to show first; English follows.

        Raises:
            KeyError: if a table has not the columns that it is published with.
        """
        rows = tables.profiles.select(list(_COLUMNS)).to_pylist()
        self.checksums = dict(
            zip(*(tables.profiles[name].to_pylist() for name in _VERSION), strict=True)
        )
        order = {code: at for at, code in enumerate(preference(preferred))}
        rows.sort(key=lambda row: (row["skill"], order.get(row["language"], len(order))))
        keys = {(row["skill"], row["language"]): at for at, row in enumerate(rows)}
        self.matrix: Matrix = matrix(tables.requirements, keys)
        self.editions = [
            Edition(**row, lines=self.matrix.lines_of(at)) for at, row in enumerate(rows)
        ]
        self.skills = {
            slug: Skill(slug, list(found))
            for slug, found in groupby(self.editions, key=lambda one: one.skill)
        }

    @cached_property
    def role_keys(self) -> list[str]:
        """For each code of a role as written, the key of the role it means."""
        return [role_key(written) for written in self.matrix.roles]

    @cached_property
    def numbers(self) -> list[str]:
        """For each line the number of its role: the same in all editions of a skill.

        Of two roles of an edition that are written nearly alike, the second has a number of its own.
        """
        return [number for skill in self.skills.values() for number in self._numbers(skill)]

    def _numbers(self, skill: Skill) -> Iterator[str]:
        numbers: dict[tuple[str, int], str] = {}
        for one in skill.editions:
            seen: Counter[str] = Counter()
            for line in one.lines:
                key = self.role_keys[self.matrix.role[line]]
                seen[key] += 1
                yield numbers.setdefault((key, seen[key]), str(len(numbers) + 1))

    @cached_property
    def line_domains(self) -> list[str]:
        """For each line the domain of its skill."""
        of_edition = [self.skills[one.skill].domain for one in self.editions]
        return [of_edition[at] for at in self.matrix.edition.tolist()]

    @cached_property
    def roles(self) -> list[Role]:
        """All roles, by name."""
        keys = list(dict.fromkeys(self.role_keys))
        numbers = {key: at for at, key in enumerate(keys)}
        of_line = np.array([numbers[key] for key in self.role_keys], dtype=np.int64)
        role = of_line[self.matrix.role] if len(of_line) else self.matrix.role
        chosen = self._preferred(role)
        order = chosen[np.argsort(role[chosen], kind="stable")]
        bounds = np.searchsorted(role[order], np.arange(len(keys) + 1))
        names = self._role_names()
        found = [
            Role(key, names[key], order[bounds[at] : bounds[at + 1]]) for at, key in enumerate(keys)
        ]
        return sorted((one for one in found if len(one.lines)), key=lambda one: _by_name(one.name))

    @cached_property
    def domains(self) -> list[Domain]:
        """All domains, by name."""
        skills: defaultdict[str, list[Skill]] = defaultdict(list)
        for skill in self.skills.values():
            skills[skill.domain].append(skill)
        return [
            Domain(name, sorted(found, key=lambda one: (_by_name(one.group), _by_name(one.name))))
            for name, found in sorted(skills.items(), key=lambda item: _by_name(item[0]))
        ]

    def shares(self, lines: Iterable[int] | Ints) -> list[tuple[int, int]]:
        """Return for each level how many cells of some lines are mandatory, and how many are filled."""
        states = self.matrix.states[np.asarray(lines, dtype=np.int64)]
        mandatory, filled = (states == 2).sum(axis=0), (states > 0).sum(axis=0)
        return list(zip(mandatory.tolist(), filled.tolist(), strict=True))

    def _preferred(self, role: Ints) -> Ints:
        """Return the lines of the preferred edition among those of a skill that name a role."""
        slugs = {slug: at for at, slug in enumerate(self.skills)}
        skills = np.array([slugs[one.skill] for one in self.editions], dtype=np.int64)
        skill = skills[self.matrix.edition] if len(skills) else self.matrix.edition
        pairs = role * max(len(slugs), 1) + skill
        _, groups = np.unique(pairs, return_inverse=True)
        # Editions of a skill stand in the order of preference, so the first number is the best.
        best = np.full(len(groups), len(self.editions), dtype=np.int64)
        np.minimum.at(best, groups, self.matrix.edition)
        return np.flatnonzero(self.matrix.edition == best[groups])

    def _role_names(self) -> dict[str, str]:
        """Return the most frequent way each role is written, the first by letters among equals."""
        counts = np.bincount(self.matrix.role, minlength=len(self.matrix.roles))
        written: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name, key, count in zip(
            self.matrix.roles, self.role_keys, counts.tolist(), strict=True
        ):
            written[key][name] = count
        return {
            key: min(found, key=lambda one: (-found[one], one)) for key, found in written.items()
        }


def _by_name(name: str) -> tuple[str, str]:
    return name.casefold(), name
