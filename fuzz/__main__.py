"""`python -m fuzz --minutes 10`: searches every target, prints a table, and says what was found."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from fuzz.case import FOUND, Case, keep
from fuzz.search import guided, noted_input

NAMES: Final = ("bytes", "md", "html", "flat", "archive", "warc")
_SECONDS_TO_START: Final = 60.0
_COVERAGE: Final = re.compile(r"\bcov: (\d+)")


class Result(NamedTuple):
    """What came of one target.

    Attributes:
        target: its name.
        tried: number of inputs.
        rate: inputs a second.
        coverage: branches reached; None where that is not known.
        found: number of kinds of failures.
        slowest: time the slowest input took, in seconds, and its size in bytes.
    """

    target: str
    tried: int
    rate: float
    coverage: int | None
    found: int
    slowest: tuple[float, int]


def search(target: str, seconds: float, found: Path) -> Result:
    """Search one target in a process of its own.

    Args:
        target: its name.
        seconds: how long.
        found: folder for inputs that break a promise.
    """
    with TemporaryDirectory(prefix="fuzz-") as scratch:
        folder = Path(scratch)
        command = [sys.executable, "-m", "fuzz.search", target, scratch, str(seconds), str(found)]
        log = folder / "log"
        with log.open("wb") as file:
            process = subprocess.Popen(command, stderr=file)
            try:
                ended = process.wait(seconds + _SECONDS_TO_START)
            except subprocess.TimeoutExpired:
                process.kill()
                ended = process.wait()
        text = log.read_text("utf-8", "replace")
        notes = _notes(folder)
        died = 0
        if ended != 0:
            died = 1
            _keep_last(target, folder, found, ended, text)
        coverage = [int(number) for number in _COVERAGE.findall(text)]
        tried, spent = int(notes["tried"]), float(notes["seconds"])
        return Result(
            target,
            tried,
            tried / max(spent, 0.001),
            max(coverage, default=None),
            len(notes["kept"]) + died,
            (float(notes["slowest"]), int(notes["slowest_size"])),
        )


def _notes(folder: Path) -> dict[str, Any]:
    path = folder / "notes.json"
    nothing = {"tried": 0, "seconds": 0.0, "slowest": 0.0, "slowest_size": 0, "kept": {}}
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else nothing


def _keep_last(target: str, folder: Path, found: Path, ended: int, log: str) -> None:
    """Keep the input that a process died of, and show its last words."""
    if (folder / "input").exists():
        ending, data = noted_input(folder)
        path = keep(found, target, Case(data, ending or ".txt"))
        sys.stdout.write(f"{target}: {path}: the process died (exit code {ended})\n")
    sys.stdout.write("".join(f"    {line}\n" for line in log.splitlines()[-12:]))


def table(results: list[Result]) -> str:
    """Return results as a table in markdown."""
    lines = [
        "| target | inputs tried | inputs/s | branches reached | failures | slowest input |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for item in results:
        reached = "not known" if item.coverage is None else f"{item.coverage:,}"
        slowest = f"{item.slowest[0]:.2f} s for {item.slowest[1]:,} bytes"
        lines.append(
            f"| {item.target} | {item.tried:,} | {item.rate:,.0f} | {reached} | {item.found} | {slowest} |"
        )
    tried, kinds = sum(item.tried for item in results), sum(item.found for item in results)
    return "\n".join([*lines, f"| all | {tried:,} | | | {kinds} | |"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Search the targets; return the exit code: 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    parser.add_argument("--found", type=Path, default=FOUND, help="folder for what is found")
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all by default"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.targets) - set(NAMES):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if not guided():
        sys.stdout.write(
            "atheris is not installed: hypothesis draws the inputs, nothing guides it\n"
        )
    targets = options.targets or list(NAMES)
    seconds = options.minutes * 60 / len(targets)
    results = []
    for target in targets:
        sys.stdout.write(f"{target}: {seconds:.0f} seconds\n")
        sys.stdout.flush()
        results.append(search(target, seconds, options.found))
    sys.stdout.write(f"\n{table(results)}\n")
    return 1 if any(result.found for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
