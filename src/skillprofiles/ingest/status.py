"""How a published folder is doing: last run, age, quarantine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from skillprofiles import releases
from skillprofiles.ingest import quarantine
from skillprofiles.ingest.record import Run, read_run, run_ids, utc_now
from skillprofiles.ingest.workplace import LOCK

_CLOCKS_DIFFER = 60.0


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
        ahead: whether the last good run ended in the future, by the clock of now.
    """

    release: str | None
    last: Run | None
    good: Run | None
    age: float | None
    quarantined: list[quarantine.Entry]
    running: bool
    damage: list[str]
    ahead: bool = False

    def is_stale(self, max_age: float) -> bool:
        """Whether no good run ended within so many seconds."""
        return self.age is None or self.age > max_age


def status_of(folder: Path) -> Status:
    """Return how a published folder is doing; nothing in it is changed."""
    runs = run_ids(folder)
    last = read_run(folder, runs[-1]) if runs else None
    records = (read_run(folder, run) for run in reversed(runs))
    good = next((run for run in records if run and run.is_good), None)
    since = None
    if good is not None and good.ended:
        since = (utc_now() - dt.datetime.fromisoformat(good.ended)).total_seconds()
    release = releases.current(folder)
    return Status(
        release=release,
        last=last,
        good=good,
        # By a clock that was set back a run can end in the future: it is as far off as in the past.
        age=None if since is None else abs(since),
        quarantined=quarantine.entries(folder),
        # Asking takes the lock for a moment, in which no run could begin: only where one may be at work.
        running=last is not None and last.result == "running" and _is_locked(folder),
        damage=list(_damage(folder, release, good)),
        ahead=since is not None and since < -_CLOCKS_DIFFER,
    )


def _damage(folder: Path, release: str | None, good: Run | None) -> Iterator[str]:
    latest = folder / releases.layout.LATEST
    if latest.is_dir() and not latest.is_symlink():
        yield f"{latest} is a folder, where a link belongs: move it away, and run again"
    if release is not None:
        yield from releases.damage(folder, release, checksums=False)
    elif good is not None and good.release is not None:
        yield f"there is no current release any more; after the last good run it was {good.release}"


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
