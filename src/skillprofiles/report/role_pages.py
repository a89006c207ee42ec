"""Pages on roles: one a role over all skills, one for each of its levels, and a list of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, Final

import numpy as np
import pyarrow as pa

from skillprofiles.report.corpus import Corpus, Role
from skillprofiles.report.matrix import Ints, State, Step
from skillprofiles.report.naming import ROLES, domain_page, role_page, skill_page
from skillprofiles.report.pictures import tiles
from skillprofiles.report.press import LEVEL_NAMES, Page, Press
from skillprofiles.report.skill_pages import STEPS

_CLASSES: Final = [
    [f"{'m' if state == State.MANDATORY else 'o'} {STEPS[step]}".rstrip() for step in Step]
    for state in State
]


class RolePages:
    """Makes the pages of roles."""

    def __init__(self, corpus: Corpus, press: Press) -> None:
        """Take what all pages have in common."""
        self._corpus, self._press = corpus, press

    def pages(self) -> Iterator[Page]:
        """Yield the list of roles, and of each role its pages."""
        roles = [role_row(self._corpus, role, role.lines) for role in self._corpus.roles]
        yield self._press.page(ROLES, "roles", roles=roles)
        for role in self._corpus.roles:
            lines = self._sorted(role.lines)
            yield self._overview(role, lines)
            for rank in range(1, len(LEVEL_NAMES) + 1):
                yield self._level(role, lines, rank)

    def _overview(self, role: Role, lines: Ints) -> Page:
        matrix = self._corpus.matrix
        shares = self._corpus.shares(lines)
        steps = matrix.steps[lines]
        by_level = [
            {
                "name": name,
                "href": f"{name.lower()}.html",
                "mandatory": mandatory,
                "optional": total - mandatory,
                "new": int((steps[:, at] == Step.NEW).sum()) if at else total,
            }
            for at, (name, (mandatory, total)) in enumerate(zip(LEVEL_NAMES, shares, strict=True))
        ]
        written = {matrix.roles[code] for code in np.unique(matrix.role[lines])}
        return self._press.page(
            role_page(role.key),
            "role",
            role=role,
            skills=len(set(self._slugs(lines))),
            spellings=sorted(written - {role.name}),
            by_level=by_level,
            most=max((total for _, total in shares), default=0) or 1,
            domains=[
                (name, domain_page(name), [self._picture(line) for line in part])
                for name, part in self._by_domain(lines.tolist())
            ],
        )

    def _picture(self, line: int) -> tuple[str, str, Any]:
        name, anchor = self._anchors[line]
        return name, anchor, self._press.stairs(self._corpus.matrix, line)

    def _level(self, role: Role, lines: Ints, rank: int) -> Page:
        matrix = self._corpus.matrix
        states, steps = matrix.states[lines, rank - 1], matrix.steps[lines, rank - 1]
        ended = lines[steps == Step.ENDS].tolist()
        return self._press.page(
            role_page(role.key, rank),
            "level",
            role=role,
            rank=rank,
            level=LEVEL_NAMES[rank - 1],
            tabs=[(name, f"{name.lower()}.html") for name in LEVEL_NAMES],
            total=int((states > 0).sum()),
            mandatory_total=int((states == 2).sum()),
            new_total=int((steps == Step.NEW).sum()),
            raised_total=int((steps == Step.MANDATORY).sum()),
            domains=list(self._expected(lines[states > 0], rank)),
            ended=[self._anchors[line] for line in ended],
        )

    def _expected(self, lines: Ints, rank: int) -> Iterator[tuple[str, str, list[Any]]]:
        """Yield for each domain what is expected at a level, what is mandatory first."""
        matrix, at = self._corpus.matrix, rank - 1
        texts = matrix.texts.take(pa.array(matrix.cells[lines, at])).to_pylist()
        steps, states = matrix.steps[lines, at].tolist(), matrix.states[lines, at].tolist()
        rows = {}
        for line, text, step, state in zip(lines.tolist(), texts, steps, states, strict=True):
            name, anchor = self._anchors[line]
            rows[line] = (
                _CLASSES[state][step],
                f"../../{anchor}-{rank}",
                name,
                self._press.marks[state][step],
                self._spoken[line],
                text,
            )
        for domain, part in self._by_domain(lines.tolist()):
            made = [rows[line] for line in part]
            made.sort(key=lambda row: row[0][0])  # m before o
            yield domain, domain_page(domain), made

    def _sorted(self, lines: Ints) -> Ints:
        """Return lines by domain, group and name of their skills."""
        order = self._order[self._corpus.matrix.edition[lines]]
        sorted_lines: Ints = lines[np.argsort(order, kind="stable")]
        return sorted_lines

    @cached_property
    def _order(self) -> Ints:
        """Place of the skill of each edition in the order of domains, groups and names."""
        places = {
            skill.slug: at
            for at, skill in enumerate(
                skill for domain in self._corpus.domains for skill in domain.skills
            )
        }
        return np.array([places[one.skill] for one in self._corpus.editions], dtype=np.int64)

    def _slugs(self, lines: Sequence[int] | Ints) -> Iterator[str]:
        for line in lines:
            yield self._corpus.editions[self._corpus.matrix.edition[line]].skill

    def _by_domain(self, lines: list[int]) -> list[tuple[str, list[int]]]:
        domains = self._corpus.line_domains
        return [(name, list(part)) for name, part in groupby(lines, key=lambda line: domains[line])]

    @cached_property
    def _spoken(self) -> list[str]:
        """Language of each line's texts."""
        of_edition = [one.spoken for one in self._corpus.editions]
        return [of_edition[at] for at in self._corpus.matrix.edition.tolist()]

    @cached_property
    def _anchors(self) -> list[tuple[str, str]]:
        """For each line the name of its skill, and where the line is on the skill's page."""
        skills, editions = self._corpus.skills, self._corpus.editions
        pages = {slug: (skill.name, skill_page(slug)) for slug, skill in skills.items()}
        found = []
        for line, at in enumerate(self._corpus.matrix.edition.tolist()):
            name, path = pages[editions[at].skill]
            found.append((name, f"{path}#{editions[at].language}-{self._corpus.numbers[line]}"))
        return found


def role_row(corpus: Corpus, role: Role, lines: Ints) -> tuple[str, str, int, list[Any]]:
    """Return a role as a row of a map: name, page, number of skills, a tile a level."""
    skills = {corpus.editions[at].skill for at in np.unique(corpus.matrix.edition[lines])}
    return role.name, role_page(role.key), len(skills), tiles(corpus.shares(lines))
