"""``skillprofiles diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from skillprofiles.cli._answers import (
    answering,
    format_option,
    note,
    put_rows,
    shown,
    tables_argument,
)
from skillprofiles.cli._layout import put_sections, text


@click.command(epilog="Example: skillprofiles diff normalized --since 12")
@tables_argument
@click.argument("new", required=False, metavar="[NEW]", type=click.Path(path_type=Path))
@click.option("--since", metavar="RELEASE", help="Compare with this release of DIR: id or number.")
@format_option
def diff(tables: Path, new: Path | None, since: str | None, form: str) -> None:
    """Show what a release says differently from an older one.

    With DIR alone: what its current release changed. With --since: what changed since that release.
    With NEW: what the tables in NEW say differently from those in DIR.
    """
    with answering():
        import skillprofiles as sp

        if new is not None and since is not None:
            raise click.UsageError("--since names a release of DIR; NEW goes without it")
        newer = sp.load(new or tables)
        if new is not None:
            frame = newer.diff(sp.load(tables))
        elif since is not None:
            frame = newer.diff(sp.load(tables, release=since))
        else:
            frame = newer.diff()
        if form in ("csv", "json"):
            put_rows(frame, form)
        elif frame.empty:
            is_first = newer.release and not (new or since or newer.previous)
            note(f"{newer.release} is the first release" if is_first else "nothing changed")
        else:
            columns = [
                ("role", text("role")),
                ("level", text("level")),
                ("change", text("change")),
                ("field", text("field")),
                ("before", text("before")),
                ("after", text("after")),
            ]
            put_sections(frame, form, columns, _profile)


def _profile(row: Any) -> str:
    return f"{shown(row.skill)} ({row.language})"
