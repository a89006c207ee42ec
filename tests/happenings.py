"""What may happen to a run of `ingest`, how it may end then, and how the way is cleared again."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.killing import Ended, Writes, die, die_torn

NOBODY = 65534
_MENDING = 24


@dataclass
class Happening:
    """Something that happens to one or more runs in a row.

    Attributes:
        told: what it is, in words.
    """

    told: str

    def runs(self, folder: Path) -> Iterator[dict[str, Any]]:
        """Yield how each run is started, see `Prepared.run`."""
        raise NotImplementedError

    def problem(self, ended: Ended) -> str | None:
        """Say what is wrong with the way a run ended."""
        return None if ended.was_killed or ended.code == 1 else f"it ended with {ended}"

    def undo(self, folder: Path) -> None:
        """Clear the way for the next run."""


@dataclass
class KilledAfter(Happening):
    """One run after the other is killed, each so many seconds after it began."""

    seconds: Sequence[float]

    def runs(self, folder: Path) -> Iterator[dict[str, Any]]:
        for seconds in self.seconds:
            yield {"kill_after": seconds}


@dataclass
class KilledAtWrite(Happening):
    """One run after the other is killed before one of its writes, or in the middle of it."""

    numbers: Sequence[int]
    happens: Callable[[str], None] = die

    def runs(self, folder: Path) -> Iterator[dict[str, Any]]:
        for number in self.numbers:
            yield {"writes": Writes(folder, number, self.happens)}

    @classmethod
    def everywhere(cls, writes: Sequence[str]) -> Iterator[Happening]:
        """Yield a kill before each write, and one in the middle of each that opens a file.

        A run that is killed between publishing a release and naming it leaves most to mend: the one
        that does so is killed before each of its first writes too.
        """
        for number, what in enumerate(writes, 1):
            yield cls(f"killed before write {number}, {what}", [number])
            if what.startswith("open ") and not what.endswith(".lock"):
                yield cls(f"killed in the middle of write {number}, {what}", [number], die_torn)
        published = writes.index("symlink /.data.next") + 1
        for number in range(1, _MENDING + 1):
            told = f"killed before write {published}, and mending that before write {number}"
            yield cls(told, [published, number])


class OneLine(Happening):
    """A run that cannot go on says so in one line, or had nothing left to do."""

    def problem(self, ended: Ended) -> str | None:
        lines = ended.errors.splitlines()
        failed = ended.code == 2 and len(lines) == 1 and lines[0].startswith("Error: ")
        return None if failed or (ended.code == 1 and not lines) else f"it ended with {ended}"


@dataclass
class FullDisk(OneLine):
    """The disk of the folder has so many bytes left."""

    free: int

    def runs(self, folder: Path) -> Iterator[dict[str, Any]]:
        disk = os.statvfs(folder)
        with _filler(folder).open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - self.free)
        yield {}

    def undo(self, folder: Path) -> None:
        _filler(folder).unlink()

    @classmethod
    def everywhere(cls, step: int, end: int) -> Iterator[Happening]:
        for free in range(0, end, step):
            yield cls(f"{free:,} bytes left on the disk", free)


def _filler(folder: Path) -> Path:
    return folder.with_name("filler")


@dataclass
class SmallFiles(OneLine):
    """No file may become larger: where no disk can be had that is full, what comes closest."""

    limit: int

    def runs(self, folder: Path) -> Iterator[dict[str, Any]]:
        yield {"first": self._begin}

    def _begin(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.limit))

    @classmethod
    def everywhere(cls) -> Iterator[Happening]:
        for limit in (1_200, 19_200, 38_400):
            yield cls(f"no file above {limit:,} bytes", limit)


@dataclass
class ReadOnly(OneLine):
    """Before one of its writes the run loses the right to write to its folder, or to all in it."""

    number: int
    deep: bool

    def runs(self, folder: Path) -> Iterator[dict[str, Any]]:
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        writes = Writes(folder, self.number, lambda what: self._take(folder))
        yield {"first": become_nobody, "writes": writes}

    def _take(self, folder: Path) -> None:
        for path in _folders(folder) if self.deep else [folder]:
            path.chmod(path.stat().st_mode & ~0o222)

    def undo(self, folder: Path) -> None:
        for path in _folders(folder):
            path.chmod(path.stat().st_mode | stat.S_IWUSR)

    @classmethod
    def everywhere(cls, writes: Sequence[str], step: int) -> Iterator[Happening]:
        for number in range(1, len(writes) + 1, step):
            told = f"read-only from write {number} on, {writes[number - 1]}"
            yield cls(told, number, deep=False)
            yield cls(f"{told}, with all in it", number, deep=True)


def _folders(folder: Path) -> list[Path]:
    """Return a folder and those in it, the deepest first."""
    return [*(Path(found) for found, _, _ in os.walk(folder, topdown=False))]


def become_nobody() -> None:
    """Give up the rights of root, whom nobody keeps from writing."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
