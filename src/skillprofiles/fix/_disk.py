"""Repaired bytes in place of the original ones, all of them or none."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress


def write_back(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the bytes of a file at once: whoever opens it sees the old ones or the new ones.

    The file keeps its mode, and its owner where that is allowed; a symbolic link stays, and what it
    points to is replaced. Killed at any moment this leaves the old file or the new one, and at most
    a hidden file beside it.

    Raises:
        OSError: if the file cannot be replaced; then it is as it was.
    """
    target = os.path.realpath(path)
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", os.fspath(path))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    folder = os.path.dirname(target)
    handle, beside = tempfile.mkstemp(prefix=".skillprofiles-", dir=folder)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            _take_after(beside, status)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    _settle(folder)


def _take_after(path: str, status: os.stat_result) -> None:
    """Give a file the owner and the mode of another; the mode last, a new owner may clear bits."""
    if hasattr(os, "chown") and (os.geteuid(), os.getegid()) != (status.st_uid, status.st_gid):
        with suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, stat.S_IMODE(status.st_mode))


def _settle(folder: str) -> None:
    """Have the folder's entry written too, where folders can be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
