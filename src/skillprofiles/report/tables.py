"""The tables that a site is made from, as Arrow columns of one moment."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from skillprofiles.model import Level
from skillprofiles.releases import locate, path_of, release_ids
from skillprofiles.releases.readable import check_table

_TABLES: Final = ("requirements", "profiles", "findings", "sources")
_ATTEMPTS: Final = 5
_CODED: Final = ("skill", "language", "role", "source")


class Coded(NamedTuple):
    """A column as numbers: ``values[codes[row]]`` is the text of a row.

    Attributes:
        values: the distinct texts.
        codes: int32, one a row.
    """

    values: list[str]
    codes: np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one release, or of one run of ``normalize``.

    Attributes:
        folder: where they are, resolved.
        release: id of the release; None where the folder is no release.
        requirements: see `skillprofiles.contracts`; skill, language, role and source are
            dictionaries.
        profiles: likewise, plain.
        findings: likewise.
        sources: likewise; with ``published_sha256`` in a release.
    """

    folder: Path
    release: str | None
    requirements: pa.Table
    profiles: pa.Table
    findings: pa.Table
    sources: pa.Table

    @property
    def published(self) -> Path | None:
        """The folder of all releases; None where there are none."""
        return self.folder.parent.parent if self.release else None


def read_tables(path: str | os.PathLike[str]) -> Tables:
    """Read the tables that a path means.

    Args:
        path: a published folder, of which the current release counts, the folder of one release, or
            a folder that ``skillprofiles normalize`` published Parquet into.

    Raises:
        FileNotFoundError: if there are none.
        OSError: if one cannot be read, or is not as published.
    """
    for attempt in range(_ATTEMPTS):
        folder = locate(path)
        try:
            tables = {name: _read(folder, name) for name in _TABLES}
            return Tables(folder, _release(folder), **tables)
        except FileNotFoundError:
            # Published into between the look and the reading: what counts now is elsewhere.
            if attempt == _ATTEMPTS - 1 or locate(path) == folder:
                raise
    raise AssertionError("unreachable")


def read_changes(published: Path, release: str) -> pa.Table:
    """Read what a release changed.

    Raises:
        OSError: if that cannot be read.
    """
    return _read(path_of(published, release), "changes")


def coded(column: pa.ChunkedArray) -> Coded:
    """Return a column of strings as numbers. Null is no value of it."""
    array = column.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = np.asarray(array.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
    return Coded(array.dictionary.to_pylist(), codes)


def _release(folder: Path) -> str | None:
    """Return the release that a folder is: one of those that stand together."""
    published = folder.parent.parent
    stands = path_of(published, folder.name) == folder and folder.name in release_ids(published)
    return folder.name if stands else None


def _read(folder: Path, name: str) -> pa.Table:
    path = folder / f"{name}.parquet"
    try:
        with pa.OSFile(os.fspath(path)) as file:
            about = pq.read_metadata(file)
            check_table(path, name, about.schema.to_arrow_schema().names, about.metadata)
            coded_columns = _CODED if name == "requirements" else ()
            table = pq.ParquetFile(file, metadata=about, read_dictionary=coded_columns).read()
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from error
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        reason = f"cannot be read as Parquet: {str(error).partition(chr(10))[0]}"
        raise OSError(errno.EIO, reason, str(path)) from error
    if name == "requirements":
        _check_levels(table, path)
    return table


def _check_levels(table: pa.Table, path: Path) -> None:
    """Refuse ranks that are of no level: rows are arranged by them."""
    ranks = pc.min_max(table["level_rank"]).as_py()
    if table.num_rows and not min(Level) <= ranks["min"] <= ranks["max"] <= max(Level):
        reason = f"it has a level_rank of {ranks['min']} to {ranks['max']}, not 1 to {len(Level)}"
        raise OSError(errno.EINVAL, reason, str(path))
