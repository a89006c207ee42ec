"""Names of sources that no table can hold: those whose bytes are no UTF-8.

Python reads such a name with the bytes in question as lone surrogates. A skill is named after its file,
so nothing is made of one: it is rejected, under its name with these bytes as escapes.
"""

from __future__ import annotations

import errno

from skillprofiles.findings import Finding
from skillprofiles.read.walk import File, unreadable


def as_text(name: str) -> str:
    """Return a name as tables hold it."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode("utf-8")


def nameless(name: str) -> Finding:
    """Return the finding on a source whose name is no text; the name is given as tables hold it."""
    return unreadable(name, OSError(errno.EILSEQ, "its name is not UTF-8: rename it"))


def with_text_name(file: File) -> File:
    """Return a file as it is, one whose name is no text with that as its problem."""
    name = as_text(file.name)
    if name == file.name:
        return file
    return file._replace(name=name, problem=file.problem or nameless(name))
