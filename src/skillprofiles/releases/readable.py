"""Whether a file holds a table as this program knows it: its columns, and the contract's version."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from typing import Final

CONTRACT: Final = 1
"""The major version of the contract: another one may mean something else by the same column."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "requirements": (
        *("skill", "language", "role", "level", "level_rank", "mandatory", "description"),
        *("source", "line"),
    ),
    "profiles": (
        *("skill", "language", "skill_name", "domain", "group", "summary", "tags"),
        *("content_language", "mandatory", "optional", "updated_on", "source"),
        *("source_sha256", "url"),
    ),
    "findings": ("source", "line", "code", "name", "severity", "message", "hint"),
    "sources": ("source", "sha256", "status", "skill"),
    "changes": ("skill", "language", "role", "level", "change", "field", "before", "after"),
}
"""The columns that questions and pages are made of; a table may have more."""

_VERSION: Final = b"skillprofiles.schema_version"


def check_table(
    path: str | os.PathLike[str],
    table: str,
    columns: Iterable[str],
    metadata: Mapping[bytes, bytes] | None,
) -> None:
    """Find out, before anything is made of a table, whether it can be.

    Args:
        path: its file, for the message.
        table: its name.
        columns: the columns it has.
        metadata: what the file says about itself. One that names no version was not written by this
            program; then its columns are all there is to go by.

    Raises:
        OSError: if it was published under another contract, or lacks a column.
    """
    version = (metadata or {}).get(_VERSION, b"").decode("utf-8", "replace")
    if version and version.partition(".")[0] != str(CONTRACT):
        reason = (
            f"published under version {version} of the tables' contract, and this program reads "
            f"version {CONTRACT}; use the program that wrote it, or publish the sources again"
        )
        raise OSError(errno.EINVAL, reason, os.fspath(path))
    there = set(columns)
    if lacking := [name for name in NEEDED[table] if name not in there]:
        reason = f"it has no column '{lacking[0]}', so it is no table of {table}"
        raise OSError(errno.EINVAL, reason, os.fspath(path))
