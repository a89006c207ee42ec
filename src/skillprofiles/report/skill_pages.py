"""A page a skill: what it expects of each role, level by level, edition by edition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from skillprofiles.model import MEMBER
from skillprofiles.report.corpus import Corpus, Edition
from skillprofiles.report.links import Around, Links, is_web_address
from skillprofiles.report.matrix import LEVELS, State, Step
from skillprofiles.report.naming import domain_page, role_page, skill_page, stem
from skillprofiles.report.press import Page, Press
from skillprofiles.vocabulary import LANGUAGES
from skillprofiles.vocabulary import language as vocabulary

STEPS: Final = {
    Step.NONE: "", Step.NEW: "n", Step.MANDATORY: "u", Step.OPTIONAL: "d",
    Step.TEXT: "t", Step.SAME: "s", Step.ENDS: "e",
}  # fmt: skip
_STATES: Final = {State.NOTHING: "x", State.OPTIONAL: "o", State.MANDATORY: "m"}
_CLASSES: Final = [
    [
        [f"l{rank} {_STATES[state]} {STEPS[step]}".rstrip() for step in Step]
        for state in State
    ]
    for rank in range(1, LEVELS + 1)
]  # fmt: skip

Cell = tuple[str, str, Any, str, str, str]


class RoleTable(NamedTuple):
    """What an edition expects of a role.

    Attributes:
        name: the role as the edition writes it.
        number: the same number in all editions of the skill that name the role alike.
        anchor: where the table is on the page.
        href: page of the role.
        picture: how depth grows.
        cells: for each level: where it is on the page, classes, what stands before the text, the
            text, the line it was read from (empty: nothing is expected), and the link to that.
    """

    name: str
    number: str
    anchor: str
    href: str
    picture: Any
    cells: list[Cell]


class SkillPages:
    """Makes the pages of skills."""

    def __init__(self, corpus: Corpus, links: Links, press: Press) -> None:
        """Take what all pages have in common."""
        self._corpus, self._links, self._press = corpus, links, press
        self._role_pages = [role_page(key) for key in corpus.role_keys]
        self._checksums = corpus.checksums

    def pages(self) -> Iterator[Page]:
        """Yield the page of each skill."""
        for skill in self._corpus.skills.values():
            path, domain = skill_page(skill.slug), domain_page(skill.domain)
            yield self._press.page(
                path,
                "skill",
                skill=skill,
                domain_href=domain,
                group_href=f"{domain}#{group_anchor(skill.group)}",
                editions=[self._edition(one) for one in skill.editions],
            )

    def _edition(self, one: Edition) -> dict[str, Any]:
        around = self._links.around(one.source, self._checksums.get(one.source), "../")
        roles = list(self._roles(one, around))
        return {
            "code": one.language,
            "language": language_name(one.language),
            "spoken": one.spoken,
            "summary": one.summary,
            "tags": one.tags,
            "mandatory": one.mandatory,
            "optional": one.optional,
            "updated_on": one.updated_on.isoformat(),
            "source": one.source,
            "whole_href": around.whole if around.before else "",
            "address": one.url if one.url and is_web_address(one.url) else "",
            "roles": roles,
            "growth": [(role.name, f"#{role.anchor}", role.picture) for role in roles],
        }

    def _roles(self, one: Edition, around: Around) -> Iterator[RoleTable]:
        matrix, lines = self._corpus.matrix, one.lines
        part = slice(lines.start, lines.stop)
        cells, states = matrix.cells[part].tolist(), matrix.states[part].tolist()
        steps, roles = matrix.steps[part].tolist(), matrix.role[part].tolist()
        filled = [at for row in cells for at in row if at >= 0]
        start, end = min(filled, default=0), max(filled, default=-1) + 1
        texts = matrix.texts.slice(start, end - start).to_pylist()
        places = matrix.places[start:end].tolist()
        before, after = around
        file, heads = file_name(one.source), self._press.heads
        for at, line in enumerate(lines):
            number = self._corpus.numbers[line]
            anchor = f"{one.language}-{number}"
            made = []
            for level, cell in enumerate(cells[at]):
                state, text, place, link = states[at][level], "", "", ""
                if cell >= 0:
                    text, row = texts[cell - start], places[cell - start]
                    place, link = f"{file}:{row}", f"{before}{row}{after}"
                made.append(
                    (
                        f"{anchor}-{level + 1}",
                        _CLASSES[level][state][steps[at][level]],
                        heads[level][state],
                        text,
                        place,
                        link,
                    )
                )
            role = roles[at]
            picture = self._press.stairs(matrix, line)
            yield RoleTable(
                matrix.roles[role], number, anchor, self._role_pages[role], picture, made
            )


def group_anchor(group: str) -> str:
    """Return where a group is on the page of its domain."""
    return f"g-{stem(group)}"


def file_name(source: str) -> str:
    """Return the last part of a source's name, which stands beside each of its lines."""
    return source.rpartition(MEMBER)[2].rstrip("/").rpartition("/")[2] or source


def language_name(code: str) -> str:
    """Return the name of a language of pages in that language."""
    return vocabulary(code).name if code in LANGUAGES else code
