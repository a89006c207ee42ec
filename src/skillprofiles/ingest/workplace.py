"""The published folder while a run works in it: locked, swept, and mended after a killed run."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Set
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
STAGING: Final = ".staging"
_LEFT: Final = ".staging.left"
_PATIENCE: Final = 0.5
_RECENT: Final = 5


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
        # A worker that outlives a killed run must not write into the parts of the next one.
        self.parts = folder / STAGING / f"parts-{secrets.token_hex(4)}"
        self.staged = folder / STAGING / "release"
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
            # Who looks whether a run is under way holds the lock for a moment.
            self._lock.acquire(timeout=_PATIENCE, poll_interval=_PATIENCE / 10)
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
        staging, left = self.folder / STAGING, self.folder / _LEFT
        if left.exists():
            remove(left)
        if staging.exists():
            # Out of the way first: a worker of a killed run, on another machine, may still write there.
            os.replace(staging, left)
            remove(left)

    def _mend(self) -> None:
        self._clear()
        sweep(self.folder)
        records = (read_run(self.folder, run) for run in run_ids(self.folder)[-_RECENT:])
        dead = {run.run: run for run in records if run and run.result == "running"}
        for release in layout.release_ids(self.folder):
            if release != layout.current(self.folder) and dead:
                self._roll_forward(release, dead.keys())
        if current := layout.current(self.folder):
            layout.make_current(self.folder, current)
        # Last, so that a kill on the way leaves it all to the next run.
        for run in dead.values():
            run.result = "killed"
            run.write(self.folder)

    def _roll_forward(self, release: str, dead: Set[str]) -> None:
        """Make a release current that a killed run had completed, but not yet named."""
        try:
            run = releases.read_manifest(layout.path_of(self.folder, release)).run
        except releases.DamagedManifest:
            return
        if run in dead and not releases.damage(self.folder, release):
            layout.make_current(self.folder, release)
