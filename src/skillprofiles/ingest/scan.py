"""What lies in the input folder, and which of it changed since the last run.

A file counts as unchanged when its size and its times are those of the last run. Times of the last
moments before a scan are not trusted: a file may be written twice within the resolution of its file
system's clock, so a file that young is looked into again by the next run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from skillprofiles.ingest.ledger import Stamp
from skillprofiles.ingest.naming import with_text_name
from skillprofiles.read.walk import File, walk

_YOUNG_NS: Final = 2_000_000_000

# What a named tuple does when it is made, without its step of Python: there are many.
_new: Final = tuple.__new__

UNSURE: Final = Stamp(-1, 0, 0)
"""A stamp that no file has: the file is there, and is looked into again by the next run."""


@dataclass(slots=True)
class Scan:
    """What a walk through the input folder found.

    Attributes:
        changed: names of files that are new or may have changed, in the order of the walk.
        broken: those of them whose problem showed, by name.
        stamps: for each of them the stamp to remember; `UNSURE` for one that cannot be trusted.
        unchanged: number of files that are as they were.
        vanished: names of files that were there and are not.
        hidden: names, ending in ``/``, of folders that could not be looked into.
    """

    changed: list[str] = field(default_factory=list)
    broken: dict[str, File] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    unchanged: int = 0
    vanished: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """Number of files found."""
        return self.unchanged + len(self.changed)


def scan(
    root: Path,
    known: Mapping[str, Stamp],
    excludes: Callable[[str], bool],
    *,
    everything: bool = False,
) -> Scan:
    """Walk through a folder and compare it with what is known.

    Args:
        root: the input folder.
        known: the stamp of every file at the last run, by name.
        excludes: tells of a name whether it is left out.
        everything: take every file for changed.
    """
    found = Scan()
    left = dict(known)
    now = time.time_ns()
    for file in walk(os.fspath(root)):
        name = file.name
        if excludes(name):
            continue
        if not name.isascii():
            file = with_text_name(file)  # noqa: PLW2901 - the same file
            name = file.name
        before = left.pop(name, None)
        stamp = _stamp(file)
        if file.entry is None:
            found.hidden.append("" if name == "." else name)
        elif stamp == before and stamp is not UNSURE and not everything:
            found.unchanged += 1
            continue
        found.changed.append(name)
        if file.problem is not None:
            found.broken[name] = file
        # Where the disk's clock is ahead of the machine's, a file stays young for ever: it is read
        # each time, which costs a little and misses nothing.
        young = is_young(max(stamp.mtime_ns, stamp.ctime_ns), now)
        found.stamps[name] = UNSURE if young else stamp
    found.vanished = [name for name in left if not name.startswith(tuple(found.hidden))]
    return found


def is_young(time_ns: int, now: int | None = None) -> bool:
    """Whether a file's time is too near to now (ns since 1970) to tell two versions apart."""
    return time_ns >= (time.time_ns() if now is None else now) - _YOUNG_NS


def _stamp(file: File) -> Stamp:
    """Return a file's stamp; `UNSURE` where it cannot be had, which reading the file will explain."""
    if file.entry is None:
        return UNSURE
    try:
        status = file.entry.stat()
        beside = ""
        if file.sidecar:
            record = os.stat(file.sidecar)
            beside = f"{record.st_size} {record.st_mtime_ns} {record.st_ctime_ns}"
    except OSError:
        return UNSURE
    return _new(Stamp, (status.st_size, status.st_mtime_ns, status.st_ctime_ns, beside))
