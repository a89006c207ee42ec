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
        # By a clock that was set back a run can end in the future: it is as far off as in the past.
        age = abs((utc_now() - dt.datetime.fromisoformat(good.ended)).total_seconds())
    release = releases.current(folder)
    return Status(
        release=release,
        last=last,
        good=good,
        age=age,
        quarantined=quarantine.entries(folder),
        # Asking takes the lock for a moment, in which no run could begin: only where one may be at work.
        running=last is not None and last.result == "running" and _is_locked(folder),
        damage=releases.damage(folder, release, checksums=False) if release else [],
    )


def _is_locked(folder: Path) -> bool:
    """Whether a run is at work. Who may only read the folder may ask as well."""
    try:
        import fcntl
    except ImportError:
        return _is_locked_elsewhere(folder)
    try:
        with (folder / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _is_locked_elsewhere(folder: Path) -> bool:
    """Do the same where files are locked in another way than on Unix."""
    lock = FileLock(folder / LOCK)
    try:
        with lock.acquire(blocking=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False
