"""The files below a folder, in the order of their names.

Hidden files and folders are passed over, and so are the records that `skillprofiles fetch` leaves
beside a page: these belong to the page. A link that leads back into its own path is not followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from skillprofiles.findings import Finding, finding_on
from skillprofiles.rules import source as rules

SIDECAR: Final = ".fetch.json"
"""What follows the name of a page in the name of the record of how it was fetched."""

_NAME: Final = attrgetter("name")
# What a named tuple does when it is made, without its step of Python: there are many.
_new: Final = tuple.__new__


class File(NamedTuple):
    """A file that was found, or a folder that could not be looked into.

    Attributes:
        path: where it is.
        name: its path below the folder that was walked, in posix form; a folder's ends in ``/``.
        entry: what the operating system tells of it; None for a folder, or where it was named itself.
        sidecar: path of the record beside it, where there is one.
        problem: why it cannot be read, where that showed.
    """

    path: str
    name: str
    entry: os.DirEntry[str] | None = None
    sidecar: str | None = None
    problem: Finding | None = None


def walk(folder: str, name: str = "") -> Iterator[File]:
    """Yield every file below a folder; folders that cannot be read come with a problem.

    Args:
        folder: the folder.
        name: what the names shall start with.
    """
    # Without recursion: folders may lie deeper in each other than Python calls itself.
    opened = [_entries(_Folder(folder, name, ()))]
    while opened:
        for item in opened[-1]:
            if isinstance(item, _Folder):
                opened.append(_entries(item))
                break
            yield item
        else:
            opened.pop()


class _Folder(NamedTuple):
    """A folder to look into: its path, its name, and what identifies those it lies in."""

    path: str
    name: str
    above: tuple[tuple[int, int], ...]


def _entries(folder: _Folder) -> Iterator[File | _Folder]:
    """Yield what lies in a folder, in the order of names."""
    prefix = f"{folder.name}/" if folder.name else ""
    try:
        status = os.stat(folder.path)
        with os.scandir(folder.path) as found:
            entries = sorted(found, key=_NAME)
    except OSError as error:
        yield File(folder.path, prefix or ".", problem=unreadable(prefix or ".", error))
        return
    here = (status.st_dev, status.st_ino)
    if here in folder.above:
        return
    sidecars = {entry.name: entry.path for entry in entries if is_record(entry.name)}
    for entry in entries:
        if entry.name.startswith(".") or entry.name in sidecars:
            continue
        full = prefix + entry.name
        try:
            is_folder = entry.is_dir()
        except OSError as error:
            yield File(entry.path, full, entry, problem=unreadable(full, error))
            continue
        if is_folder:
            yield _Folder(entry.path, full, (*folder.above, here))
        elif sidecars:
            yield File(entry.path, full, entry, sidecars.get(entry.name + SIDECAR))
        else:
            yield _new(File, (entry.path, full, entry, None, None))


def is_record(name: str) -> bool:
    """Whether a file is a record of `skillprofiles fetch`: of a page, or of a whole run."""
    return name.endswith(SIDECAR) or name == SIDECAR[1:]


def not_to_be_opened(path: str, name: str) -> Finding | None:
    """Return the finding on a path that is no file one could open; None where it is one.

    Opening a named pipe to see what it is would wait for a writer for ever.
    """
    try:
        if stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "rb"):
                return None
    except OSError as error:
        return unreadable(name, error)
    return unreadable(name, OSError(errno.EINVAL, "it is not a regular file"))


def unreadable(name: str, error: OSError) -> Finding:
    """Return the finding on a file or folder that cannot be read."""
    return finding_on(name, rules.UNREADABLE, reason=error.strerror or str(error))
