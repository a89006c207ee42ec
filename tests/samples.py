"""Small pages made for tests: true by construction, in every layout and language."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from skillprofiles.model import Figures, Level, Lineage, Profile, Requirement, Source
from skillprofiles.write import write_page

NOWHERE = Lineage(Source("sample"), "md", "", (), {})
VERBS = ("Runs", "Builds", "Designs", "Sets", "Shapes")
ROLES = ("Backend Developer (C#/.NET)", "Data Engineer", "QA Engineer (Manual)")


def sample(
    skill: str = "event-streaming",
    language: str = "en",
    roles: int = 2,
    updated_on: dt.date = dt.date(2026, 2, 22),
    text: str = "it for the team and keeps notes",
) -> Profile:
    """Return a profile of some roles at five levels; the last role is mandatory from senior on."""
    rows = tuple(
        Requirement(
            role,
            level,
            role == ROLES[roles - 1] and level >= Level.SENIOR,
            f"{VERBS[level - 1]} {text} at step {level}.",
        )
        for level in Level
        for role in ROLES[:roles]
    )
    mandatory = sum(row.mandatory for row in rows)
    return Profile(
        skill=skill,
        language=language,
        skill_name=skill.replace("-", " ").title(),
        skill_name_from="page",
        domain="Data Platform",
        group="Messaging",
        summary="Topics, retries, dead letters",
        tags=("Topics", "retries", "dead letters"),
        content_language="en",
        declared=Figures(roles, 5, mandatory, len(rows) - mandatory),
        updated_on=updated_on,
        requirements=rows,
        url=None,
        lineage=NOWHERE,
    )


def page(layout: str = "md", **changes: object) -> str:
    """Return a sample as a page."""
    return write_page(sample(**changes), layout)  # type: ignore[arg-type]


def corpus(folder: Path, count: int = 12) -> Path:
    """Write some pages of all layouts and languages into a folder, two of them in a subfolder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "more").mkdir(exist_ok=True)
    for number in range(count):
        language = ("de", "en", "es", "zh")[number % 4]
        layout = ("md", "flat", "tabbed", "html", "canonical")[number % 5]
        place = folder / "more" if number % 6 == 5 else folder
        name = f"skill-{chr(97 + number)}x.{language}.{'html' if layout == 'html' else 'txt'}"
        content = page(
            layout, skill=f"skill-{chr(97 + number)}x", language=language, roles=number % 3 + 1
        )
        (place / name).write_text(content, encoding="utf-8")
    return folder
