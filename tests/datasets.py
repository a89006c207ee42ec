"""Datasets made for tests of a few expectations that are said row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.samples import NOWHERE, sample

import skillprofiles as sp
from skillprofiles.cli import main
from skillprofiles.model import Figures, Level, Profile, Requirement
from skillprofiles.write import write_page

RANKS = {level.label[0]: level for level in Level}


def profile(
    skill: str,
    cells: str,
    language: str = "en",
    *,
    name: str | None = None,
    domain: str = "Data Platform",
    updated_on: dt.date = dt.date(2026, 2, 22),
) -> Profile:
    """Return a profile of what its cells say.

    Args:
        skill: slug.
        cells: a line for each role: its name, a colon, and one cell for each of the five levels:
            ``-`` for nothing, ``o`` or ``M`` for optional or mandatory with the text that follows.
    """
    rows = []
    for line in filter(None, map(str.strip, cells.splitlines())):
        role, _, said = line.rpartition(":")
        for level, cell in zip(Level, said.split(), strict=True):
            if cell != "-":
                text = f"Does {cell[1:] or level.label} for the team and keeps notes on it."
                rows.append(Requirement(role.strip(), level, cell[0] == "M", text))
    rows.sort(key=lambda row: row.level)
    mandatory = sum(row.mandatory for row in rows)
    figures = Figures(len({row.role for row in rows}), 5, mandatory, len(rows) - mandatory)
    return replace(
        sample(),
        skill=skill,
        language=language,
        skill_name=name or skill.replace("-", " ").title(),
        domain=domain,
        declared=figures,
        updated_on=updated_on,
        requirements=tuple(rows),
        lineage=NOWHERE,
    )


def write(profiles: Iterable[Profile], raw: Path) -> Path:
    """Write profiles as pages into a folder that holds nothing else."""
    raw.mkdir(parents=True, exist_ok=True)
    for old in raw.iterdir():
        old.unlink()
    for item in profiles:
        page = write_page(item, "canonical")
        (raw / f"{item.skill}.{item.language}.txt").write_text(page, encoding="utf-8")
    return raw


def publish(folder: Path, *profiles: Profile) -> Path:
    """Publish profiles in a folder of their own; fail where one is not accepted."""
    out = folder / "normalized"
    tables = sp.normalize(write(profiles, folder / "raw"), out)
    assert list(tables.sources["status"]) == ["accepted"] * len(profiles), tables.findings
    return out


def ingest(folder: Path, *profiles: Profile) -> Path:
    """Publish the next release of a folder."""
    raw, out = write(profiles, folder / "raw"), folder / "published"
    with pytest.raises(SystemExit) as ended:
        main(["ingest", str(raw), "--to", str(out), "--quiet", "--accept-loss"])
    assert ended.value.code == 0
    return out


def dataset(folder: Path, *profiles: Profile) -> sp.Dataset:
    """Return the dataset of profiles published in a folder of their own."""
    return sp.load(publish(folder, *profiles))
