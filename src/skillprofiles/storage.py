"""What SQLite says when a file of its own cannot be used: whose fault that is."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# What SQLite reports of the disk, or of other programs, and not of the file.
_FAILURES: Final = {
    sqlite3.SQLITE_BUSY: errno.EBUSY,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_LOCKED: errno.EBUSY,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EROFS,
}


class UnusableFile(Exception):
    """A database is damaged, or of another kind or version; it is to be made again."""


@contextmanager
def failing(path: Path | None) -> Iterator[None]:
    """Tell a database that cannot be used from a disk that fails.

    Args:
        path: its file; None for one in memory.

    Raises:
        UnusableFile: if the file is damaged, or no database.
        OSError: if the disk fails, or another program has locked the file.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _FAILURES:
            raise OSError(_FAILURES[code], str(error), os.fspath(path or "")) from None
        raise UnusableFile(str(error)) from None
