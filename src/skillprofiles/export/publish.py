"""Publishing files into a folder that others may be reading.

The files of a publication live in a folder of their own, and one rename makes them current:

    out/.data-5e1f.../requirements.parquet     the files themselves
    out/.data -> .data-5e1f...                 what is current
    out/requirements.parquet -> .data/requirements.parquet
    out/.lock                                  held while publishing

This is how Kubernetes writes the files of a ConfigMap volume. Whoever opens a name gets the old
files or the new ones; a killed run, or a machine that loses power, leaves the old ones or the new
ones. Names which a publication is the first to have are linked before the switch and lead nowhere
until it is made; names it no longer has are unlinked after it.

A reader that opens several files and must not mix two publications asks `current` for the folder
once, opens the files in it, and starts over when one is missing: the folder of the publication
before goes when the next one is current. Files already open stay readable.

Where symbolic links cannot be made (Windows without the right to, FAT), the files are moved to
their names one after another instead: each is old or new as a whole, but a reader may see some
of both, and a kill between two moves leaves that. ``out/.published`` then lists them, so that the
next publication knows them for its own.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from filelock import FileLock, Timeout

from skillprofiles.export._errors import naming
from skillprofiles.export.durable import NEXT, can_link, link, remove, sync, target, write_names

_CURRENT: Final = ".data"
_LOCK: Final = ".lock"
_MOVED: Final = ".published"
_FOLDER = re.compile(r"\.data-[0-9a-f]{16}")


class Locked(Exception):
    """Another run is publishing into the folder.

    Attributes:
        folder: the folder both want to publish into.
    """

    def __init__(self, folder: Path) -> None:
        """Say which folder is taken."""
        super().__init__(f"another run is writing to {folder}")
        self.folder = folder


class Publication:
    """Publishes a set of files at once, or not at all.

    On entering the context the folder is made where it is missing, locked, checked, and rid of
    what killed runs left. The context gives an empty folder on the same file system; the block
    writes the files there, and may use it for scratch files too. On leaving, the files become
    current; an exception discards them instead.

    The lock belongs to the process and dies with it. A child made by ``fork`` without ``exec``
    inherits it, so start worker processes by spawn or forkserver.

    Example:
        ``with Publication(out, ["a.parquet"]) as folder: write(folder / "a.parquet")``
    """

    def __init__(
        self, out: str | os.PathLike[str], names: Iterable[str], *, links: bool = True
    ) -> None:
        """Plan a publication; nothing is touched yet.

        Args:
            out: the folder to publish into.
            names: the names of all files of the publication.
            links: publish by symbolic links where they can be made; False: move the files.

        Raises:
            ValueError: a name is not that of a visible file directly in the folder.
        """
        self.out = Path(out)
        self.names = tuple(dict.fromkeys(names))
        self._links = links
        self._lock = FileLock(self.out / _LOCK)
        self._folder = self.out / f"{_CURRENT}-{secrets.token_hex(8)}"
        for name in self.names:
            if not name or name != Path(name).name or name.startswith(".") or "\\" in name:
                raise ValueError(f"not the name of a file to publish: {name!r}")

    def check(self) -> None:
        """Find out, before any work is done, whether publishing would be refused.

        Nothing is locked, made or changed.

        Raises:
            OSError: the folder cannot be written to, or something that no publication put
                there has one of the names.
        """
        place = self.out
        while not os.path.lexists(place):
            place = place.parent
        # A folder answers for its own kind: what is no folder says so here.
        os.scandir(place).close()
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(place))
        self._refuse_foreign()

    def __enter__(self) -> Path:
        """Lock the folder and return the one to write the files to.

        Raises:
            Locked: another run holds the lock.
            OSError: as from `check`, or the folder cannot be made.
        """
        self.out.mkdir(parents=True, exist_ok=True)
        with naming(self.out / _LOCK):
            try:
                self._lock.acquire(blocking=False)
            except Timeout:
                raise Locked(self.out) from None
        try:
            self.check()
            self._sweep()
            self._folder.mkdir()
        except BaseException:
            self._lock.release()
            raise
        return self._folder

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Make the files current, or discard them after an exception; unlock the folder.

        Raises:
            OSError: a file of the publication is missing, or the disk fails; what was current
                before still is.
        """
        try:
            if error is None:
                self._settle()
                if self._links and can_link(self.out):
                    self._switch()
                else:
                    self._move()
        finally:
            try:
                self._sweep()
            finally:
                self._lock.release()

    def _settle(self) -> None:
        """Leave the files of the publication in their folder, and have them on the disk."""
        for name in self.names:
            sync(self._folder / name)
        for entry in os.scandir(self._folder):
            if entry.name not in self.names:
                remove(Path(entry.path))
        sync(self._folder)

    def _switch(self) -> None:
        plain = _moved(self.out)
        for name in self.names:
            if name not in plain:
                link(f"{_CURRENT}/{name}", self.out / name)
        # The names must not be lost to a power cut that the switch survives.
        sync(self.out)
        link(self._folder.name, self.out / _CURRENT)
        sync(self.out)
        for name in plain.intersection(self.names):
            link(f"{_CURRENT}/{name}", self.out / name)
        self._forget(plain)
        with suppress(FileNotFoundError):
            (self.out / _MOVED).unlink()

    def _move(self) -> None:
        former = _moved(self.out)
        write_names(self.out / _MOVED, former.union(self.names))
        for name in self.names:
            if (self.out / name).is_dir():
                # Files replace each other, folders do not.
                remove(self.out / name)
            os.replace(self._folder / name, self.out / name)
        self._forget(former)
        write_names(self.out / _MOVED, self.names)
        with suppress(FileNotFoundError):
            (self.out / _CURRENT).unlink()
        sync(self.out)

    def _forget(self, plain: set[str]) -> None:
        """Remove the plain files of the publication before that this one does not have."""
        for name in plain.difference(self.names):
            with suppress(FileNotFoundError):
                remove(self.out / name)

    def _refuse_foreign(self) -> None:
        reserved = self.out / _CURRENT
        if os.path.lexists(reserved) and not _FOLDER.fullmatch(target(reserved) or ""):
            raise _foreign(reserved)
        plain = _moved(self.out)
        for name in self.names:
            path = self.out / name
            if os.path.lexists(path) and name not in plain and not _is_ours(path):
                raise _foreign(path)

    def _sweep(self) -> None:
        """Remove every folder that is not current, and every link of ours that leads nowhere.

        Such are the publication before, a discarded one, and what killed runs left. The lock
        proves that nobody writes to them.
        """
        active = target(self.out / _CURRENT)
        for path in list(self.out.iterdir()):
            stale = _FOLDER.fullmatch(path.name) and path.name != active
            if path.name == NEXT or stale or (_is_ours(path) and not path.exists()):
                # What resists (a file open on Windows) is tried again by the next publication.
                with suppress(OSError):
                    remove(path)


def current(out: str | os.PathLike[str]) -> Path:
    """Return the folder that holds the files now current in ``out``.

    Read all files of one publication from it, and ask again when one is missing. Where nothing
    was published, or without links, this is ``out`` itself.
    """
    folder = target(Path(out) / _CURRENT) or ""
    return Path(out) / folder if _FOLDER.fullmatch(folder) else Path(out)


def _foreign(path: Path) -> FileExistsError:
    reason = "not published by skillprofiles, so it is not replaced; move it away"
    return FileExistsError(errno.EEXIST, reason, os.fspath(path))


def _is_ours(path: Path) -> bool:
    """Whether a name is the link that a publication makes of it."""
    return target(path) == f"{_CURRENT}/{path.name}"


def _moved(out: Path) -> set[str]:
    """The names of the plain files that a publication without links left."""
    try:
        listed = (out / _MOVED).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    return {name for name in listed if not (out / name).is_symlink()}
