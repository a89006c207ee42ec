"""A record of each run: what it saw, did, and how it ended."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from skillprofiles.export.durable import replace_text

FOLDER: Final = "runs"
FILE_NAME: Final = "run.json"
_ID: Final = re.compile(r"([0-9]{6,})-[0-9]{8}T[0-9]{6}Z")
_KEEP: Final = 500

Result = Literal["running", "published", "unchanged", "blocked", "failed", "killed"]
"""How a run ended: a new release, nothing new, too much would have been lost, an error, or not."""

GOOD: Final = ("published", "unchanged")
"""The results after which the current release is what the input says."""


@dataclass(slots=True)
class Run:
    """One run.

    Attributes:
        run: its id: a number that only grows, and when it began.
        began: when it began, UTC, ISO 8601.
        ended: when it ended; None while it runs, and for one that was killed.
        result: how it ended.
        reason: why nothing was published, where something was to be.
        release: the current release when it ended.
        previous: the current release when it began.
        raw: the input folder: an absolute path, or a URL.
        counts: numbers of files and sources, by what became of them.
        findings: for each rule broken by a source read in this run, how often.
        loss: what would be lost of what was published before: rejected, retired, published, share;
            where that is too much, the first sources of each kind.
        sources: number of sources of each status in the current release, and of profiles held.
        tables: rows of each table of the current release.
        seconds: time spent by stage.
        peak_bytes: most memory the run's own process held.
        process: its process id.
        program: version of the program.
    """

    run: str
    began: str
    raw: str
    program: str
    process: int = field(default_factory=os.getpid)
    ended: str | None = None
    result: Result = "running"
    reason: str | None = None
    release: str | None = None
    previous: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    loss: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether the current release is what the input said at its time."""
        return self.result in GOOD

    def write(self, folder: Path) -> None:
        """Write the record into ``runs`` of a published folder, and as ``run.json`` beside it.

        Raises:
            OSError: if it cannot be written.
        """
        (folder / FOLDER).mkdir(exist_ok=True)
        text = json.dumps(asdict(self), indent=2) + "\n"
        replace_text(folder / FOLDER / f"{self.run}.json", text)
        replace_text(folder / FILE_NAME, text)


def begin(folder: Path, raw: str, program: str) -> Run:
    """Return the record of a run that begins now, numbered after all others."""
    now = utc_now()
    last = max((_number(run) for run in run_ids(folder)), default=0)
    return Run(f"{last + 1:06d}-{now:%Y%m%dT%H%M%SZ}", moment(now), raw, program)


def utc_now() -> dt.datetime:
    """Return the time."""
    return dt.datetime.now(dt.UTC)


def moment(when: dt.datetime) -> str:
    """Return a time as records write it."""
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def run_ids(folder: Path) -> list[str]:
    """Return the ids of the runs on record, the oldest first."""
    try:
        names = os.listdir(folder / FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        return []
    ids = (name.removesuffix(".json") for name in names if name.endswith(".json"))
    return sorted((run for run in ids if _ID.fullmatch(run)), key=_number)


def _number(run: str) -> int:
    return int(run.partition("-")[0])


def read_run(folder: Path, run: str) -> Run | None:
    """Return the record of a run; None where it cannot be understood."""
    try:
        said = json.loads((folder / FOLDER / f"{run}.json").read_text(encoding="utf-8"))
        known = {name: said[name] for name in Run.__dataclass_fields__ if name in said}
        return Run(**known)
    except (OSError, ValueError, TypeError):
        return None


def forget_old(folder: Path) -> None:
    """Remove all but the newest records."""
    for run in run_ids(folder)[:-_KEEP]:
        (folder / FOLDER / f"{run}.json").unlink(missing_ok=True)


def peak_bytes() -> int | None:
    """Return the most memory this process held so far, where the system tells."""
    try:
        import resource
    except ImportError:
        return None
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
