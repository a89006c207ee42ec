"""How long the command line takes to say something."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.processes import python, run
from benchmarks.results import Goal, Row
from benchmarks.timing import in_turns

_AT_LEAST = 15
_GOAL = Goal(1.6)


def measure(repetitions: int, folder: Path) -> list[Row]:
    """Measure help and documentation against an import of click."""
    import_click = "python -c 'import click'"
    commands = {
        "python -c pass": python("-c", "pass"),
        import_click: python("-c", "import click"),
        "skillprofiles --help": [*_program(), "--help"],
        "skillprofiles rule SP301": [*_program(), "rule", "SP301"],
    }
    actions = {
        name: lambda command=command: run(command, folder) for name, command in commands.items()
    }
    in_turns(actions, 2)
    timings = in_turns(actions, max(repetitions, _AT_LEAST))
    return [
        Row(
            "starting",
            name,
            f"{timings.median(name) * 1000:.0f} ms",
            timings.ratio(name, import_click) if name.startswith("skillprofiles") else None,
            "import click",
            _GOAL if name.startswith("skillprofiles") else None,
            timings.samples(name),
        )
        for name in commands
    ]


def _program() -> list[str]:
    """Return the command as it is installed, or what its script does where it is not."""
    script = Path(sys.executable).with_name("skillprofiles")
    if script.exists():
        return [str(script)]
    return python("-c", "from skillprofiles.cli import main; main(prog_name='skillprofiles')")
