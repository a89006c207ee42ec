"""The Parquet files of one release: opened once, read when asked for, only as far as asked for.

Files that are open stay readable when their release is pruned or the folder is published into
again, so what was loaded never changes and never mixes.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skillprofiles.analysis.errors import NoSuchTable
from skillprofiles.releases import DamagedManifest, ReleaseManifest, locate, read_manifest
from skillprofiles.releases.readable import check_table

TABLES: Final = ("requirements", "profiles", "findings", "sources", "changes")
_OPTIONAL: Final = ("changes",)
_ATTEMPTS: Final = 5

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Coded(NamedTuple):
    """A column as numbers: ``values[codes[row]]`` is the text of a row.

    Attributes:
        values: the distinct texts.
        codes: int32, one a row.
    """

    values: list[str]
    codes: np.ndarray[Any, np.dtype[np.int32]]

    def among(self, wanted: Iterable[str]) -> Mask:
        """Return for each row whether its text is one of those wanted."""
        kept = set(wanted)
        fits = np.array([value in kept for value in self.values], dtype=np.bool_)
        mask: Mask = fits[self.codes] if len(fits) else np.zeros(len(self.codes), dtype=np.bool_)
        return mask


class Keys(NamedTuple):
    """The keys of all requirements, row by row.

    Attributes:
        skill: the skills.
        language: the languages.
        role: the roles as written.
        rank: ranks of the levels, 1 to 5: int8.
    """

    skill: Coded
    language: Coded
    role: Coded
    rank: np.ndarray[Any, np.dtype[np.int8]]


class Files:
    """The tables of one release, or of one run of ``normalize``.

    Attributes:
        folder: the folder of the files, resolved: no link leads to it.
        manifest: what the release says about itself; None where the folder is no release.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Find the tables that a path means, and open them; no row is read yet.

        Raises:
            FileNotFoundError: if there are none, or not all.
            OSError: if one cannot be opened, or is no table as this program knows it.
        """
        self._asked = os.fspath(path)
        for attempt in range(_ATTEMPTS):
            self.folder = locate(path)
            try:
                self._handles = _opened(self.folder)
                break
            except FileNotFoundError:
                # Published into between the look and the opening: what counts now is elsewhere.
                if attempt == _ATTEMPTS - 1 or locate(path) == self.folder:
                    raise
        self._files: dict[str, pq.ParquetFile] = {}
        for table in self._handles:
            file, path = self._open(table), self.folder / f"{table}.parquet"
            check_table(path, table, file.schema_arrow.names, file.metadata.metadata)
        self.manifest = _manifest(self.folder)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables there are."""
        return tuple(self._handles)

    def path(self, table: str) -> Path | None:
        """Return the file of a table; None where it is no longer there under its name.

        Raises:
            NoSuchTable: if there was none.
        """
        self._open(table)
        path = self.folder / f"{table}.parquet"
        return path if path.exists() else None

    def rows(self, table: str) -> int:
        """Return the number of rows of a table.

        Raises:
            NoSuchTable: if there is none.
        """
        count: int = self._open(table).metadata.num_rows
        return count

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns.

        Raises:
            NoSuchTable: if there is none.
        """
        names: list[str] = self.schema(table).names
        return names

    def schema(self, table: str) -> pa.Schema:
        """Return the columns of a table, with their types.

        Raises:
            NoSuchTable: if there is none.
        """
        return self._open(table).schema_arrow

    def metadata(self, table: str) -> Mapping[bytes, bytes]:
        """Return what the file of a table says about itself.

        Raises:
            NoSuchTable: if there is none.
        """
        return self._open(table).metadata.metadata or {}

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a table, or some of its columns.

        Raises:
            NoSuchTable: if there is none.
        """
        file = self._open(table)
        with _readable(self.folder / f"{table}.parquet"):
            return file.read(columns=columns)

    def pieces(self, table: str) -> Iterator[pa.Table]:
        """Yield the rows of a table, a row group at a time.

        Raises:
            NoSuchTable: if there is none.
        """
        file = self._open(table)
        for number in range(file.num_row_groups):
            with _readable(self.folder / f"{table}.parquet"):
                yield file.read_row_group(number)

    def read_where(self, table: str, mask: Mask, columns: Sequence[str]) -> pa.Table:
        """Read some columns of the rows where a mask is true; row groups without any are not read.

        Args:
            table: name of the table.
            mask: one value for each row of the table.
            columns: names of columns.
        """
        file, start, pieces = self._open(table), 0, []
        for number in range(file.num_row_groups):
            end = start + file.metadata.row_group(number).num_rows
            wanted = mask[start:end]
            if wanted.any():
                with _readable(self.folder / f"{table}.parquet"):
                    group = file.read_row_group(number, columns=list(columns))
                pieces.append(group.filter(pa.array(wanted)))
            start = end
        if not pieces:
            return file.schema_arrow.empty_table().select(list(columns))
        return pa.concat_tables(pieces)

    @cached_property
    def keys(self) -> Keys:
        """The keys of ``requirements``, 13 bytes a row in memory."""
        names = ["skill", "language", "role"]
        file = pq.ParquetFile(
            self._handles["requirements"],
            metadata=self._open("requirements").metadata,
            read_dictionary=names,
        )
        with _readable(self.folder / "requirements.parquet"):
            table = file.read(columns=[*names, "level_rank"]).unify_dictionaries()
        skill, language, role = (coded(table[name]) for name in names)
        return Keys(skill, language, role, table["level_rank"].to_numpy())

    def _open(self, table: str) -> pq.ParquetFile:
        if table not in self._handles:
            if table not in TABLES:
                raise NoSuchTable(f"no table '{table}'; there are {', '.join(self.tables)}")
            raise NoSuchTable(
                f"{self._asked} holds no {table}: only a release does, as `skillprofiles ingest` "
                "publishes it"
            )
        if table not in self._files:
            with _readable(self.folder / f"{table}.parquet"):
                self._files[table] = pq.ParquetFile(self._handles[table])
        return self._files[table]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read as what its name says."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        reason = f"cannot be read as Parquet: {str(error).partition(chr(10))[0]}"
        raise OSError(errno.EIO, reason, os.fspath(path)) from error


def _opened(folder: Path) -> dict[str, pa.NativeFile]:
    handles = {}
    for table in TABLES:
        with suppress(FileNotFoundError) if table in _OPTIONAL else nullcontext():
            handles[table] = _handle(folder / f"{table}.parquet")
    return handles


def _handle(path: Path) -> pa.NativeFile:
    try:
        return pa.OSFile(os.fspath(path))
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path)) from error


def _manifest(folder: Path) -> ReleaseManifest | None:
    try:
        return read_manifest(folder)
    except DamagedManifest:
        return None


def coded(column: pa.ChunkedArray) -> Coded:
    """Return a dictionary column whose chunks share one dictionary as numbers."""
    if not column.num_chunks:
        return Coded([], np.empty(0, dtype=np.int32))
    coded = column.combine_chunks()
    return Coded(coded.dictionary.to_pylist(), coded.indices.to_numpy())
