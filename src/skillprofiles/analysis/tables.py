"""The tables of one release, in pandas, polars and DuckDB."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from skillprofiles.analysis.elsewhere import PolarsTables, connect
from skillprofiles.analysis.files import Files
from skillprofiles.frames import to_pandas

if TYPE_CHECKING:
    import duckdb

    from skillprofiles.analysis.exports import Form, Written
    from skillprofiles.export.csv import Dialect


class PinnedTables:
    """The tables of one release, each read when it is first asked for, and then kept.

    The release is settled when it is loaded. It stays the same when ``latest`` moves on, and stays
    readable when it is pruned. Frames are handed out as they are kept: copy one before changing it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Find and open the tables; nothing is read yet.

        Args:
            path: a published folder, of which the current release counts, the folder of one
                release, or a folder that ``skillprofiles normalize`` published Parquet into.

        Raises:
            FileNotFoundError: if there are no tables.
            OSError: if they cannot be opened.
        """
        self._files = Files(path)

    def __repr__(self) -> str:
        name = f"release {self.release}" if self.release else str(self.folder)
        counts = (f"{self._files.rows(table):,} {table}" for table in ("requirements", "profiles"))
        return f"<{type(self).__name__} {name}: {', '.join(counts)}>"

    @property
    def folder(self) -> Path:
        """The folder the tables lie in, without links."""
        return self._files.folder

    @property
    def release(self) -> str | None:
        """The id of the release; None where the folder is no release."""
        return self._files.manifest.release if self._files.manifest else None

    @property
    def previous(self) -> str | None:
        """The id of the release it was made from; None for the first, and for no release."""
        return self._files.manifest.previous if self._files.manifest else None

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables there are: ``changes`` is one of them in a release only."""
        return self._files.tables

    @cached_property
    def requirements(self) -> pd.DataFrame:
        """What is expected of each role at each level of each skill; ``level`` is ordered."""
        return self._frame("requirements")

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """One row a skill and language; ``tags`` holds lists."""
        return self._frame("profiles")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What is wrong or could be better, with its place."""
        return self._frame("findings")

    @cached_property
    def sources(self) -> pd.DataFrame:
        """What became of each source."""
        return self._frame("sources")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What this release changed against the one before it.

        Raises:
            skillprofiles.analysis.NoSuchTable: if this is no release.
        """
        return self._frame("changes")

    def to_polars(self, *, lazy: bool = False) -> PolarsTables:
        """Return the tables in polars, each read when it is asked for.

        Args:
            lazy: as ``LazyFrame``, so that polars reads no more of a file than a query needs.

        Returns:
            The tables, by name or as attributes. ``level`` is an Enum, in order.

        Raises:
            ImportError: if polars is not installed.

        Example:
            >>> import skillprofiles as sp
            >>> tables = sp.load("normalized").to_polars(lazy=True)
            >>> tables.requirements.filter(level="senior", mandatory=True).collect().height
            65
        """
        return PolarsTables(self._files, lazy)

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB in memory with a view for each table; DuckDB reads only what it needs.

        ``level`` is an ENUM of the type ``level``: it sorts as a career does. A comparison needs
        the type (``level >= 'senior'::level``), or ``level_rank``: a bare ``level >= 'senior'``
        compares letters.

        Raises:
            ImportError: if duckdb is not installed.

        Example:
            >>> import skillprofiles as sp
            >>> con = sp.load("normalized").duckdb()
            >>> con.sql("SELECT count(*) FROM requirements WHERE level >= 'lead'::level").fetchall()
            [(192,)]
        """
        return connect(self._files)

    def export(
        self,
        out: str | os.PathLike[str],
        form: Form = "parquet",
        *,
        tables: Sequence[str] = (),
        partition_by: Sequence[str] = (),
        dialect: Dialect = "rfc4180",
    ) -> list[Written]:
        """Write tables for other tools.

        Args:
            out: the folder to write into; readers see all new files or all old ones. A workbook is
                written as ``skillprofiles.xlsx`` in it, or as ``out`` where that ends in ``.xlsx``.
            form: ``parquet``, ``csv`` or ``xlsx``: a workbook with one sheet a table.
            tables: the tables to write; all where there are none.
            partition_by: write Parquet in folders ``column=value``, as lakes have it. A requirement
                takes columns it does not have from its profile; other tables are partitioned by the
                columns they have.
            dialect: of CSV; ``excel`` guards cells that a spreadsheet would run.

        Returns:
            What was written, table by table.

        Raises:
            NoSuchTable: if there is no such table.
            ValueError: if tables cannot be partitioned by a column, or not in that form.
            skillprofiles.export.xlsx.TooLarge: if a table does not fit into a sheet, or a text into
                a cell: a workbook is whole or not there.
            skillprofiles.export.publish.Locked: if another run is writing there.
            OSError: if the files cannot be written.
            ImportError: if xlsxwriter is not installed.

        Example:
            >>> import skillprofiles as sp
            >>> dataset = sp.load("normalized")
            >>> [written.table for written in dataset.export("lake", partition_by=["domain"])]
            ['requirements', 'profiles', 'findings', 'sources']
        """
        from skillprofiles.analysis.exports import export, partition

        if not partition_by:
            return export(self._files, out, form, tables, dialect)
        if form != "parquet":
            raise ValueError(f"partitions are written as Parquet, not as {form}")
        return partition(self._files, out, partition_by, tables)

    def _frame(self, table: str) -> pd.DataFrame:
        return to_pandas(self._files.read(table))
