"""The published folder while a run works in it: locked, swept, and mended after a killed run."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from skillprofiles import releases
from skillprofiles.export.durable import remove
from skillprofiles.export.publish import Locked
from skillprofiles.ingest.record import read_run, run_ids
from skillprofiles.releases import layout
from skillprofiles.releases.upkeep import sweep

LOCK: Final = ".lock"
_STAGING: Final = ".staging"


class Workplace:
    """Exclusive use of a published folder.

    The lock belongs to the process and dies with it. On entering, what killed runs left is cleared
    away, and a release that one of them had completed becomes the current one.

    Attributes:
        folder: the published folder.
        parts: an empty folder for parts.
        staged: an empty folder for the files of a release, on the file system of the releases.
    """

    def __init__(self, folder: Path) -> None:
        """Plan to work in a folder; nothing is touched yet."""
        self.folder = folder
        self.parts = folder / _STAGING / "parts"
        self.staged = folder / _STAGING / "release"
        self._lock = FileLock(folder / LOCK)

    def __enter__(self) -> Self:
        """Lock the folder, which is made where it is missing.

        Raises:
            skillprofiles.export.publish.Locked: if another run holds the lock.
            OSError: if the folder cannot be written to.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(self.folder))
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise Locked(self.folder) from None
        try:
            self._mend()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear away what is not published, and unlock the folder."""
        try:
            self._clear()
        except OSError:
            # The disk that fails here has failed the run already, and the next one clears first.
            if error is None:
                raise
        finally:
            self._lock.release()

    def stage(self) -> None:
        """Make the folders for parts and for a release.

        Raises:
            OSError: if they cannot be made.
        """
        self.parts.mkdir(parents=True)
        self.staged.mkdir()

    def _clear(self) -> None:
        staging = self.folder / _STAGING
        if staging.exists():
            remove(staging)

    def _mend(self) -> None:
        self._clear()
        sweep(self.folder)
        dead = self._dead_runs()
        for release in layout.release_ids(self.folder):
            if release != layout.current(self.folder) and dead:
                self._roll_forward(release, dead)
        if current := layout.current(self.folder):
            layout.make_current(self.folder, current)

    def _dead_runs(self) -> set[str]:
        """Return the runs that never ended, and write down that they did not."""
        dead = set()
        for run in run_ids(self.folder):
            record = read_run(self.folder, run)
            if record is not None and record.result == "running":
                record.result = "killed"
                record.write(self.folder)
                dead.add(run)
        return dead

    def _roll_forward(self, release: str, dead: set[str]) -> None:
        """Make a release current that a killed run had completed, but not yet named."""
        try:
            run = releases.read_manifest(layout.path_of(self.folder, release)).run
        except releases.DamagedManifest:
            return
        if run in dead and not releases.damage(self.folder, release):
            layout.make_current(self.folder, release)
