"""``skillprofiles role``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._answers import (
    answering,
    format_option,
    language_option,
    note,
    note_if_empty,
    put_rows,
    tables_argument,
)
from skillprofiles.cli._failures import Failure
from skillprofiles.cli._layout import flagged, put_sections, put_steps, skill_name, text

if TYPE_CHECKING:
    import pandas as pd

    from skillprofiles.analysis import Dataset


@click.command(epilog="Example: skillprofiles role normalized 'data engineer' --level lead")
@tables_argument
@click.argument("role", required=False, metavar="[ROLE]")
@click.option("--level", default="senior", show_default=True, help="The level asked for.")
@click.option("--have", metavar="LEVEL", help="Show what changes on the way from this level.")
@language_option
@format_option
def role(
    tables: Path,
    role: str | None,
    level: str,
    have: str | None,
    language: str | None,
    form: str,
) -> None:
    """Show everything ROLE must know at a level, by domain, mandatory first, or list all roles."""
    with answering():
        from skillprofiles.analysis import Dataset

        dataset = Dataset(tables)
        if role is None:
            _list(dataset, form)
            note_if_empty(dataset)
            return
        frame = _asked(dataset, role, level, have, language)
        if form in ("csv", "json"):
            put_rows(frame, form)
        elif frame.empty:
            note(f"nothing is expected at {level}")
        elif have is not None:
            put_steps(frame, form, [("skill", skill_name), ("in", text("language"))])
        else:
            columns = [("skill", skill_name), ("in", text("language")), ("flag", flagged)]
            columns.append(("expected", text("description")))
            put_sections(frame, form, columns, text("domain"))


def _asked(
    dataset: Dataset, role: str, level: str, have: str | None, language: str | None
) -> pd.DataFrame:
    if have is None:
        return dataset.role(role, level, language=language)
    try:
        return dataset.compare(None, role, have, level, language=language)
    except ValueError as error:
        raise Failure(str(error)) from None


def _list(dataset: Dataset, form: str) -> None:
    frame = dataset.roles
    if form in ("csv", "json"):
        put_rows(frame, form)
    else:
        put_sections(frame, form, [(name, text(name)) for name in frame.columns])
