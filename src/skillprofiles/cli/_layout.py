"""Answers for people: which columns a table shows, under which headings, and how flags stand out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from skillprofiles.cli._answers import as_markdown, flag, put, shown, terminal_width
from skillprofiles.cli._table import Cell, grid, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from skillprofiles.analysis import Dataset

Show = Callable[[Any], str]
"""How a row, a named tuple of the frame's columns, is shown in a cell."""

_STYLES: Final[dict[str, dict[str, Any]]] = {
    "mandatory": {"bold": True},
    "M": {"bold": True},
    "optional": {"dim": True},
    "new": {"fg": "green", "bold": True},
    "added": {"fg": "green"},
    "becomes mandatory": {"fg": "yellow", "bold": True},
    "removed": {"fg": "red"},
    "ends": {"dim": True},
    "carried on": {"dim": True},
}


def text(column: str) -> Show:
    """Return how to show a column as it is."""
    return lambda row: shown(getattr(row, column))


def flagged(row: Any) -> str:
    """Show whether a row is mandatory."""
    return flag(row.mandatory)


def heading(words: str, form: str, depth: int = 2) -> str:
    """Return a heading for a terminal or for Markdown."""
    return f"{'#' * depth} {words}" if form == "markdown" else click.style(words, bold=True)


def named(frame: pd.DataFrame) -> str:
    """Return what the first row's skill is called: its name with the slug, or the slug alone."""
    slug, name = shown(frame["skill"].iat[0]), shown(frame["skill_name"].iat[0])
    return f"{name} ({slug})" if name and name != slug else slug


def edition(dataset: Dataset, skill: str, language: str) -> str:
    """Return which edition of a skill is shown, and which others there are: ``en (also de)``."""
    others = [code for code in dataset.languages(skill) if code != language]
    return f"{language} (also {', '.join(others)})" if others else language


def put_text(words: str, form: str) -> None:
    """Print a paragraph, on lines that fit the terminal."""
    put(words if form == "markdown" else "\n".join(wrapped(words, terminal_width())))


def put_sections(
    frame: pd.DataFrame,
    form: str,
    columns: Sequence[tuple[str, Show]],
    section: Show = lambda row: "",
) -> None:
    """Print a frame as tables, one for all rows that share a heading.

    Args:
        frame: the rows.
        form: ``table`` or ``markdown``.
        columns: the titles, and what to show of each row below them.
        section: the heading a row belongs under; empty for none.
    """
    titles = [title for title, _ in columns]
    groups: dict[str, list[list[str]]] = {}
    for row in frame.itertuples(index=False):
        groups.setdefault(section(row), []).append([show(row) for _, show in columns])
    if form == "markdown":
        pieces = [
            piece
            for words, rows in groups.items()
            for piece in ([heading(words, form)] if words else []) + [as_markdown(titles, rows)]
        ]
        put("\n\n".join(pieces))
    else:
        styled = {words: [_styled(row) for row in rows] for words, rows in groups.items()}
        put(grid(titles, list(styled.items()), terminal_width()))


def _styled(row: Sequence[str]) -> list[Cell]:
    return [Cell(cell, _STYLES.get(cell, {})) for cell in row]


def skill_name(row: Any) -> str:
    """Show the name of a row's skill, or its slug where it has none."""
    return shown(row.skill_name) or shown(row.skill)


def put_steps(frame: pd.DataFrame, form: str, names: Sequence[tuple[str, Show]]) -> None:
    """Print what changes from level to level, under a heading for each step.

    Args:
        frame: what `Dataset.compare` returned.
        form: ``table`` or ``markdown``.
        names: the columns that tell the rows of a step apart.
    """
    columns: list[tuple[str, Show]] = [
        *names,
        ("change", text("change")),
        ("flag", flagged),
        ("expected", _expected),
    ]
    put_sections(frame, form, columns, lambda row: f"{row.from_level} to {row.level}")


def _expected(row: Any) -> str:
    return shown(row.description) or shown(row.description_before)
