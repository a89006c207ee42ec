"""The index that pages search in the browser: a script, since a page on a disk may load no data."""

from __future__ import annotations

import json
from typing import Any

from skillprofiles.report.corpus import Corpus
from skillprofiles.report.naming import domain_page, role_page, skill_page
from skillprofiles.report.press import Page


def search_index(corpus: Corpus) -> Page:
    """Return the index: lists of lists, so that no name can be taken for a property of an object.

    - ``skills``: page, name, other names, number of the domain, numbers of topics
    - ``roles``: page, name, other spellings, number of skills
    - ``domains``: page, name, number of skills
    - ``topics``: name, number of skills
    """
    topics: dict[str, int] = {}
    counts: list[int] = []
    domains = {domain.name: at for at, domain in enumerate(corpus.domains)}
    skills = []
    for skill in corpus.skills.values():
        numbers = []
        for tag in skill.tags:
            number = topics.setdefault(tag, len(topics))
            if number == len(counts):
                counts.append(0)
            counts[number] += 1
            numbers.append(number)
        name, *others = skill.names
        page = skill_page(skill.slug)
        skills.append([page, name, " ".join(others), domains[skill.domain], numbers])
    index = {
        "skills": skills,
        "roles": _roles(corpus),
        "domains": [[domain_page(one.name), one.name, len(one.skills)] for one in corpus.domains],
        "topics": [list(item) for item in zip(topics, counts, strict=True)],
    }
    return Page("assets/index.js", f"skillprofiles.index({as_script(index)});\n")


def _roles(corpus: Corpus) -> list[list[Any]]:
    written: dict[str, list[str]] = {}
    for name, key in zip(corpus.matrix.roles, corpus.role_keys, strict=True):
        written.setdefault(key, []).append(name)
    return [
        [
            role_page(role.key),
            role.name,
            " ".join(sorted(set(written[role.key]) - {role.name})),
            len(role.lines),
        ]
        for role in corpus.roles
    ]


def as_script(value: Any) -> str:
    """Return a value as a literal of JavaScript that also stands in a page without ending it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
