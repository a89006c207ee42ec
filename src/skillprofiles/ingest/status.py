"""How a published folder is doing: last run, age, quarantine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from skillprofiles import releases
from skillprofiles.ingest import quarantine
from skillprofiles.ingest.record import Run, read_run, run_ids, utc_now
from skillprofiles.ingest.workplace import LOCK


@dataclass(frozen=True, slots=True)
class Status:
    """How a published folder is doing.

    Attributes:
        release: id of the current release; None where nothing was published yet.
        last: the last run; None where there is no record of any.
        good: the last run after which the release was what the input said.
        age: seconds since that run ended; None where there is none.
        quarantined: the rejected sources.
        running: whether a run is under way.
        damage: what is wrong with the current release, as far as its manifest and sizes tell.
    """

    release: str | None
    last: Run | None
    good: Run | None
    age: float | None
    quarantined: list[quarantine.Entry]
    running: bool
    damage: list[str]

    def is_stale(self, max_age: float) -> bool:
        """Whether no good run ended within so many seconds."""
        return self.age is None or self.age > max_age


def status_of(folder: Path) -> Status:
    """Return how a published folder is doing; nothing in it is changed."""
    runs = run_ids(folder)
    last = read_run(folder, runs[-1]) if runs else None
    records = (read_run(folder, run) for run in reversed(runs))
    good = next((run for run in records if run and run.is_good), None)
    age = None
    if good is not None and good.ended:
        age = max((utc_now() - dt.datetime.fromisoformat(good.ended)).total_seconds(), 0.0)
    release = releases.current(folder)
    return Status(
        release=release,
        last=last,
        good=good,
        age=age,
        quarantined=quarantine.entries(folder),
        running=_is_locked(folder),
        damage=releases.damage(folder, release) if release else [],
    )


def _is_locked(folder: Path) -> bool:
    path = folder / LOCK
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        with lock.acquire(blocking=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False
