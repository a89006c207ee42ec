"""The first page, and one a domain: how much is mandatory, for whom, from which level on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Any, Final

import numpy as np

from skillprofiles.report.corpus import Corpus, Domain, Role, Skill
from skillprofiles.report.matrix import Ints
from skillprofiles.report.naming import HOME, SEARCH, domain_page, role_page, skill_page
from skillprofiles.report.pictures import tiles
from skillprofiles.report.press import Page, Press
from skillprofiles.report.role_pages import role_row
from skillprofiles.report.skill_pages import group_anchor

_ROLES_AT_HOME: Final = 40
_SKILLS_AT_HOME: Final = 60
_ROLES_IN_A_MAP: Final = 60
_SUMMARY: Final = 160


class OverviewPages:
    """Makes the first page, the search page and the pages of domains."""

    def __init__(self, corpus: Corpus, press: Press) -> None:
        """Take what all pages have in common."""
        self._corpus, self._press = corpus, press

    def home(self, latest: Any, quality: Any) -> Page:
        """Return the first page.

        Args:
            latest: what the release changed; None without releases.
            quality: how many sources there are, were published and were rejected.
        """
        counts = [(role.name, role_page(role.key), len(role.lines)) for role in self._corpus.roles]
        counts.sort(key=lambda row: -row[2])
        return self._press.page(
            HOME,
            "home",
            domains=[
                (one.name, domain_page(one.name), len(one.skills), tiles(self._shares(one)))
                for one in self._corpus.domains
            ],
            skills=self._few_skills(),
            roles=counts[:_ROLES_AT_HOME],
            latest=latest,
            quality=quality,
        )

    def _few_skills(self) -> list[tuple[str, str]]:
        """Return all skills where they are few enough to be listed, else none."""
        if len(self._corpus.skills) > _SKILLS_AT_HOME:
            return []
        skills = [(one.name, skill_page(one.slug)) for one in self._corpus.skills.values()]
        return sorted(skills, key=_by_name)

    def pages(self) -> Iterator[Page]:
        """Yield the search page and the page of each domain."""
        yield self._press.page(SEARCH, "search")
        for domain in self._corpus.domains:
            yield self._domain(domain)

    def _domain(self, domain: Domain) -> Page:
        roles = [role_row(self._corpus, *part) for part in self._parts[domain.name]]
        shown = sorted(sorted(roles, key=lambda row: -row[2])[:_ROLES_IN_A_MAP], key=_by_name)
        return self._press.page(
            domain_page(domain.name),
            "domain",
            domain=domain,
            role_count=len(roles),
            roles=shown,
            hidden_roles=len(roles) - len(shown),
            groups=[
                (group, group_anchor(group), [_skill(skill) for skill in skills])
                for group, skills in groupby(domain.skills, key=lambda one: one.group)
            ],
        )

    def _shares(self, domain: Domain) -> list[tuple[int, int]]:
        lines = [lines for _, lines in self._parts[domain.name]]
        return self._corpus.shares(np.concatenate(lines) if lines else [])

    @cached_property
    def _parts(self) -> dict[str, list[tuple[Role, Ints]]]:
        """For each domain its roles, each with its lines there."""
        names = [domain.name for domain in self._corpus.domains]
        codes = {name: at for at, name in enumerate(names)}
        domain = np.array([codes[name] for name in self._corpus.line_domains], dtype=np.int64)
        parts: dict[str, list[tuple[Role, Ints]]] = {name: [] for name in names}
        for role in self._corpus.roles:
            of_line = domain[role.lines]
            for code in np.unique(of_line).tolist():
                parts[names[code]].append((role, role.lines[of_line == code]))
        return parts


def _by_name(row: tuple[Any, ...]) -> tuple[str, str]:
    return row[0].casefold(), row[0]


def _skill(skill: Skill) -> tuple[Any, ...]:
    first = skill.editions[0]
    summary = first.summary or ""
    if len(summary) > _SUMMARY:
        summary = f"{summary[:_SUMMARY].rstrip()}…"
    languages = " ".join(one.language for one in skill.editions)
    return skill.name, skill_page(skill.slug), languages, summary, first.spoken
