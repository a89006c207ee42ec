"""``skillprofiles compare``."""

from __future__ import annotations

from pathlib import Path

import click

from skillprofiles.cli._answers import (
    answering,
    format_option,
    language_option,
    note,
    put,
    put_rows,
    tables_argument,
)
from skillprofiles.cli._failures import Failure
from skillprofiles.cli._layout import edition, heading, named, put_steps, text


@click.command(epilog="Example: skillprofiles compare normalized dbt 'data engineer' --want lead")
@tables_argument
@click.argument("skill")
@click.argument("role", required=False, metavar="[ROLE]")
@click.option(
    "--have", default="middle", show_default=True, metavar="LEVEL", help="Level to leave."
)
@click.option(
    "--want", default="senior", show_default=True, metavar="LEVEL", help="Level to reach."
)
@language_option
@format_option
def compare(
    tables: Path,
    skill: str,
    role: str | None,
    have: str,
    want: str,
    language: str | None,
    form: str,
) -> None:
    """Show what SKILL newly expects on the way from one level to a higher one.

    For ROLE, or for every role of the skill, level by level: what is new, what becomes mandatory or
    optional, where only the text changes, what is carried on, what ends.
    """
    with answering():
        from skillprofiles.analysis import Dataset

        dataset = Dataset(tables)
        try:
            frame = dataset.compare(skill, role, have, want, language=language)
        except ValueError as error:
            raise Failure(str(error)) from None
        if form in ("csv", "json"):
            put_rows(frame, form)
        elif frame.empty:
            note(f"nothing is expected from {have} to {want}")
        else:
            slug, code = str(frame["skill"].iat[0]), str(frame["language"].iat[0])
            put(heading(f"{named(frame)}, {edition(dataset, slug, code)}", form, 1))
            put()
            put_steps(frame, form, [("role", text("role"))])
