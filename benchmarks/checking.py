"""How long ``skillprofiles check`` takes, beside what it cannot do without and beside a peer."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import corpus
from benchmarks.processes import ROOT, python, run
from benchmarks.results import Goal, Row
from benchmarks.timing import in_turns

_FILES = 1_000
_FEW = 5
_BASIS = "import pandera.pandas, pyarrow.parquet"


def measure(repetitions: int, folder: Path) -> list[Row]:
    """Measure checking few and many files against the imports alone, and frictionless."""
    many, mixed, few = (folder / f"check-{name}" for name in ("many", "mixed", "few"))
    corpus.write(many, _FILES, corpus.MD_ONLY)
    corpus.write(mixed, _FILES)
    corpus.write(few, _FEW, corpus.MD_ONLY)
    tables = folder / "check-tables"
    program = [str(Path(sys.executable).with_name("skillprofiles"))]
    run([*program, "normalize", str(many), "--out", str(tables), "--format", "csv", "-q"], ROOT)
    names = {
        "imports": f"python -c '{_BASIS}'",
        "few": f"skillprofiles check, {_FEW} files",
        "many": f"skillprofiles check, {_FILES:,} files",
        "mixed": f"skillprofiles check, {_FILES:,} files of all layouts",
        "peer": f"frictionless validate, the rows of {_FILES:,} files as CSV",
    }
    commands = {
        names["imports"]: python("-c", f"{_BASIS}"),
        names["few"]: [*program, "check", str(few)],
        names["many"]: [*program, "check", str(many)],
        names["mixed"]: [*program, "check", str(mixed)],
        names["peer"]: [
            str(Path(sys.executable).with_name("frictionless")),
            "validate",
            str(tables / "datapackage.json"),
        ],
    }
    actions = {
        name: lambda command=command: run(command, folder) for name, command in commands.items()
    }
    in_turns(actions, 1)
    timings = in_turns(actions, repetitions)
    goals = {names["few"]: Goal(1.3), names["many"]: Goal(1.6)}
    return [
        Row(
            "checking",
            name,
            f"{timings.median(name):.2f} s",
            None if name == names["imports"] else timings.ratio(name, names["imports"]),
            "the imports",
            goals.get(name),
            timings.samples(name),
        )
        for name in commands
    ]
