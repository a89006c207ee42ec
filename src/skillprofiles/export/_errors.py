"""One way for I/O to fail: an OSError that names its file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Name ``path`` in an OSError raised inside the block, where the error names no file.

    pyarrow, and the write calls of the operating system, know a number and no name: the user
    would read "no space left on device" without learning on which.

    Raises:
        OSError: the error of the block, of the class its number calls for, with ``filename``.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        number = error.errno or errno.EIO
        reason = os.strerror(number) if error.errno else str(error)
        raise OSError(number, reason, os.fspath(path)) from error
