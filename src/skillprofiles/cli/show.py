"""``skillprofiles show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skillprofiles.cli._answers import (
    answering,
    flag,
    format_option,
    language_option,
    note_if_empty,
    put,
    put_rows,
    shown,
    tables_argument,
)
from skillprofiles.cli._layout import edition, flagged, heading, named, put_sections, put_text, text

if TYPE_CHECKING:
    import pandas as pd

    from skillprofiles.analysis import Dataset

_MARKS = {"mandatory": "M", "optional": "o", "": "-"}
_LEGEND = "M mandatory, o optional, - nothing expected"


@click.command(epilog="Example: skillprofiles show normalized 'event streaming'")
@tables_argument
@click.argument("skill", required=False, metavar="[SKILL]")
@click.option("--role", metavar="ROLE", help="Show this role only.")
@language_option
@format_option
def show(
    tables: Path, skill: str | None, role: str | None, language: str | None, form: str
) -> None:
    """Show what SKILL asks of each role at each level, or list all skills.

    DIR holds published tables: a folder of releases, one release, or what normalize wrote. SKILL is
    a slug or a name; case, accents, spacing and small slips do not matter.
    """
    with answering():
        from skillprofiles.analysis import Dataset

        dataset = Dataset(tables)
        if skill is None:
            _list(dataset, form)
            note_if_empty(dataset)
            return
        frame = dataset.skill(skill, role, language=language)
        if form in ("csv", "json"):
            put_rows(frame, form)
            return
        _introduce(dataset, frame, form)
        columns = [("level", text("level")), ("flag", flagged), ("expected", text("description"))]
        put_sections(frame, form, columns, text("role"))


def _list(dataset: Dataset, form: str) -> None:
    if form in ("csv", "json"):
        put_rows(dataset.skills, form)
        return
    names = {"skill": "skill", "name": "skill_name", "domain": "domain", "languages": "languages"}
    columns = [(title, text(column)) for title, column in names.items()]
    put_sections(dataset.skills, form, columns)


def _introduce(dataset: Dataset, frame: pd.DataFrame, form: str) -> None:
    """Print what the page says as a whole, and the picture of how depth grows."""
    slug, language = str(frame["skill"].iat[0]), str(frame["language"].iat[0])
    page = {key: shown(value) for key, value in dataset.profile(slug, language=language).items()}
    facts = [
        f"{page['domain']} / {page['group']}",
        edition(dataset, slug, language),
        f"updated {page['updated_on']}",
        f"{page['mandatory']} mandatory, {page['optional']} optional",
        page["source"],
    ]
    put(heading(named(frame), form, 1))
    for words in ("; ".join(facts), page["summary"]):
        put_text(words, form)
        put()
    wide = dataset.matrix(slug, language=language).loc[list(dict.fromkeys(frame["role"]))]
    put_sections(wide.reset_index(), form, [("role", text("role")), *map(_mark, wide.columns)])
    put(f"\n{_LEGEND}\n")


def _mark(level: str) -> tuple[str, Any]:
    return level, lambda row: _MARKS[flag(getattr(row, level))]
