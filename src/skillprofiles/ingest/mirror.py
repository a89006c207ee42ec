"""A published folder behind a URL, and its mirror on this machine, where runs work.

A run brings its mirror to what the URL holds, works in it as in any published folder, and pushes what
is new: the files of the release, ``latest.json`` as the one step that makes it current, then what is
told about it. A release that a killed run had completed here, but not pushed, is pushed by the next
one; if another machine has published since, it is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from skillprofiles import releases
from skillprofiles.export.durable import remove, replace_text
from skillprofiles.ingest import quarantine, record
from skillprofiles.ingest.workplace import STAGING
from skillprofiles.read.remote import Unreachable
from skillprofiles.releases import layout
from skillprofiles.releases.remote import Pointer, RemoteFolder, as_json

_STATE: Final = ".remote.json"
_PULLED: Final = f"{STAGING}/pulled"
_PROGRAM: Final = "skillprofiles"


def default_state(url: str) -> Path:
    """Return where the mirror of a URL lies when nobody says otherwise."""
    name = hashlib.sha256(url.rstrip("/").encode()).hexdigest()[:16]
    if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / _PROGRAM / name
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / _PROGRAM / name


class Mirror:
    """The mirror of a published folder behind a URL.

    Whoever calls has the lock of the mirror.

    Attributes:
        url: the URL.
        folder: the mirror: a published folder like any other.
        committed: the release that was made current behind the URL; None before that.
    """

    def __init__(self, url: str, folder: Path) -> None:
        """Take a URL and a folder; nothing is asked of either yet."""
        self.url = url.rstrip("/")
        self.folder = folder
        self._remote = RemoteFolder(url)
        self._began = Pointer(None)
        self.committed: str | None = None

    def pull(self, *, every_release: bool = False) -> None:
        """Bring the mirror to what the URL holds, unless it is ahead of that.

        Args:
            every_release: have all releases here, not only the current one.

        Raises:
            OSError: if that cannot be read, or no whole release is left of it.
        """
        self._began = self._remote.pointer()
        there = self._began.release
        if there is not None and not self._has_or_passed(there):
            self._take_over(there)
        if every_release:
            for release in self._remote.release_ids():
                self._fetch(release)
        self._pull_records()

    def damage_there(self, release: str) -> list[str]:
        """Return what is wrong with a release behind the URL, one line each; all of it is fetched.

        Raises:
            OSError: if it cannot be read.
        """
        with self._copy(release) as folder:
            return releases.damage(folder, release)

    def push(self, keep: int | None = None) -> None:
        """Publish the current release of the mirror behind the URL.

        Args:
            keep: how many releases to keep there; None for all.

        Raises:
            skillprofiles.releases.remote.Overtaken: if another run published there since `pull`.
            OSError: if that fails; what was current there still is.
        """
        current = layout.current(self.folder)
        self._push_quarantine()
        if current is None:
            return
        if current != self._began.release:
            self._remote.hold(self._began)
            self._remote.send_release(current, layout.path_of(self.folder, current))
            self._began = self._remote.commit(current, self._began)
            self.committed = current
            self._remember(release=current)
        if keep is not None:
            self._remote.prune(keep, current)

    def push_records(self) -> None:
        """Push the records of runs, and remove from the quarantine there what left it here.

        Raises:
            OSError: if that fails.
        """
        gone = self._remote.names(quarantine.FOLDER) - self._quarantined().keys()
        self._remote.delete(f"{quarantine.FOLDER}/{name}" for name in sorted(gone))
        there = self._remote.names(record.FOLDER)
        runs = [run for run in record.run_ids(self.folder) if f"{run}.json" not in there]
        for run in runs:
            name = f"{record.FOLDER}/{run}.json"
            self._remote.upload(self.folder / name, name)
        kept = {f"{run}.json" for run in record.run_ids(self.folder)}
        self._remote.delete(f"{record.FOLDER}/{name}" for name in sorted(there - kept))
        if runs:
            self._remote.upload(self.folder / record.FILE_NAME, record.FILE_NAME)
            self._remember(run=runs[-1])

    def _has_or_passed(self, there: str) -> bool:
        """Whether the release current there is that of the mirror, or the mirror's was made from it."""
        seen = layout.current(self.folder)
        if seen is None or self._is_damaged(seen):
            return False
        # What was pushed once and is not current there any more was taken back by someone.
        while seen is not None and seen not in (there, self._state().get("release")):
            try:
                seen = releases.read_manifest(layout.path_of(self.folder, seen)).previous
            except releases.DamagedManifest:
                return False
        return seen == there

    def _take_over(self, current: str) -> None:
        """Let the mirror continue from the release that is current there, or the newest whole one."""
        ids = self._remote.release_ids()
        found = next(
            (item for item in [current, *reversed(ids)] if self._fetch(item)),
            None,
        )
        if found is None:
            raise Unreachable(
                f"{self.url} names release {current} as current, and holds no whole release"
            )
        if ids:
            # The next number comes after that of the newest, which need not be the current one.
            self._fetch(ids[-1])
        layout.make_current(self.folder, found)
        self._remember(release=found)
        for own in layout.release_ids(self.folder):
            if own not in ids and own != found:
                remove(layout.path_of(self.folder, own))

    def _fetch(self, release: str) -> bool:
        """Have a release here; tell whether it is whole."""
        place = layout.path_of(self.folder, release)
        if place.is_dir():
            if not self._is_damaged(release):
                return True
            remove(place)
        with self._copy(release) as folder:
            if releases.damage(folder, release, tables_only=True):
                return False
            place.parent.mkdir(exist_ok=True)
            os.replace(layout.path_of(folder, release), place)
        return True

    def _is_damaged(self, release: str) -> bool:
        """Whether the tables of a release here are damaged, as far as their sizes tell."""
        return bool(releases.damage(self.folder, release, checksums=False, tables_only=True))

    @contextmanager
    def _copy(self, release: str) -> Iterator[Path]:
        """Copy a release from there into a folder of its own, for as long as the block lasts."""
        folder = self.folder / _PULLED
        place = layout.path_of(folder, release)
        place.mkdir(parents=True)
        try:
            self._remote.fetch_release(release, place)
            yield folder
        finally:
            remove(folder)

    def _pull_records(self) -> None:
        """Take over quarantine and runs where another machine has pushed since this one did."""
        there = as_json(self._remote.read(record.FILE_NAME)).get("run")
        if not isinstance(there, str) or there == self._state().get("run"):
            return
        for run in self._remote.names(record.FOLDER):
            place = self.folder / record.FOLDER / run
            if "/" not in run and not place.exists():
                self._remote.download(f"{record.FOLDER}/{run}", place)
        folder = self.folder / quarantine.FOLDER
        if folder.exists():
            remove(folder)
        for name in self._remote.names(quarantine.FOLDER):
            if ".." not in name.split("/"):
                self._remote.download(f"{quarantine.FOLDER}/{name}", folder / name)
        self._remember(run=there, pushed=self._quarantined())

    def _push_quarantine(self) -> None:
        """Push what is new in quarantine: it may be ahead of the release, never behind it."""
        known, now = self._state().get("pushed", {}), self._quarantined()
        for name, stamp in now.items():
            if known.get(name) != stamp:
                self._remote.upload(
                    self.folder / quarantine.FOLDER / name, f"{quarantine.FOLDER}/{name}"
                )
        if known != now:
            self._remember(pushed=now)

    def _quarantined(self) -> dict[str, list[int]]:
        """Return size and time of every file in quarantine here, by name."""
        folder = self.folder / quarantine.FOLDER
        found = {}
        for path in sorted(folder.glob("[!.]*/*")) if folder.is_dir() else ():
            status = path.stat()
            found[path.relative_to(folder).as_posix()] = [status.st_size, status.st_mtime_ns]
        return found

    def _state(self) -> dict[str, Any]:
        try:
            return as_json((self.folder / _STATE).read_bytes())
        except FileNotFoundError:
            return {}

    def _remember(self, **facts: object) -> None:
        state = {**self._state(), "url": self.url, **facts}
        replace_text(self.folder / _STATE, json.dumps(state) + "\n")
