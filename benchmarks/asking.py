"""How long an answer takes, against reading the same columns with pyarrow and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

import skillprofiles as sp
from benchmarks import corpus
from benchmarks.results import Goal, Row
from benchmarks.timing import in_turns

_BARE = "a bare read"
_ROLE = "Data Engineer"
_COLUMNS = (
    *("skill", "language", "role", "level", "level_rank"),
    *("mandatory", "description", "source", "line"),
)
_ABOUT = ("skill", "language", "skill_name", "domain", "group")
_GOAL = Goal(3)


def measure(pages: int, repetitions: int, folder: Path) -> list[Row]:
    """Measure loading and one question, each time from a file system that knows the files."""
    corpus.write(folder / "asked", pages)
    tables = folder / "asked-tables"
    sp.normalize(folder / "asked", tables)
    names = sp.load(tables).skills.dropna()
    skill, name = names.iloc[len(names) // 2][["skill", "skill_name"]]

    def bare() -> None:
        pq.read_table(tables / "requirements.parquet", columns=list(_COLUMNS))
        pq.read_table(tables / "profiles.parquet", columns=list(_ABOUT))

    def after_loading(ask: Callable[[sp.Dataset], object]) -> Callable[[], object]:
        return lambda: ask(sp.load(tables))

    actions = {
        _BARE: bare,
        "sp.load": after_loading(lambda data: data),
        ".requirements": after_loading(lambda data: data.requirements),
        ".matrix by slug": after_loading(lambda data: data.matrix(skill)),
        ".matrix by name": after_loading(lambda data: data.matrix(name)),
        ".compare of a skill": after_loading(lambda data: data.compare(skill)),
        ".role": after_loading(lambda data: data.role(_ROLE)),
        ".compare of a role": after_loading(lambda data: data.compare(None, _ROLE)),
        ".gaps": after_loading(lambda data: data.gaps(_ROLE, "Data Analyst")),
        ".coverage": after_loading(lambda data: data.coverage()),
        ".reuse": after_loading(lambda data: data.reuse()),
    }
    in_turns(actions, 1)
    timings = in_turns(actions, repetitions)
    return [
        Row(
            "asking",
            f"load and {what}" if what.startswith(".") else what,
            f"{timings.median(what) * 1000:.0f} ms",
            None if what == _BARE else timings.ratio(what, _BARE),
            _BARE,
            None if what in (_BARE, "sp.load", ".reuse") else _GOAL,
            timings.samples(what),
        )
        for what in actions
    ]
