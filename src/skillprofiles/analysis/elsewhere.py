"""The same tables in polars and DuckDB."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from skillprofiles.analysis.files import Files
from skillprofiles.export.extras import needing
from skillprofiles.model import LEVEL_LABELS

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_LEVEL: Final = "level"


class PolarsTables(Mapping[str, Any]):
    """The tables in polars, by name or as attributes, each read when it is asked for.

    Attributes:
        requirements, profiles, findings, sources, changes: as ``polars.DataFrame``, or
            ``polars.LazyFrame`` where lazy frames were asked for. ``level`` is an Enum in order.
    """

    def __init__(self, files: Files, lazy: bool) -> None:
        """Offer the tables of some files."""
        self._files = files
        self._lazy = lazy
        self._read: dict[str, pl.DataFrame | pl.LazyFrame] = {}

    def __getitem__(self, table: str) -> Any:
        """Return one table.

        Raises:
            KeyError: if there is no such table.
        """
        if table not in self._files.tables:
            raise KeyError(table)
        if table not in self._read:
            self._read[table] = _polars(self._files, table, self._lazy)
        return self._read[table]

    def __getattr__(self, name: str) -> Any:
        """Return one table.

        Raises:
            AttributeError: if there is no such table.
        """
        if name.startswith("_") or name not in self._files.tables:
            raise AttributeError(f"no table '{name}'; there are {', '.join(self._files.tables)}")
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files.tables)

    def __len__(self) -> int:
        return len(self._files.tables)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._files.tables]


def _polars(files: Files, table: str, lazy: bool) -> pl.DataFrame | pl.LazyFrame:
    with needing("query"):
        import polars as pl

    path = files.path(table)
    if path is not None:
        return pl.scan_parquet(path) if lazy else pl.read_parquet(path)
    frame = pl.from_arrow(files.read(table))
    assert isinstance(frame, pl.DataFrame)
    return frame.lazy() if lazy else frame


def connect(files: Files) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory with a view for each table, see `Dataset.duckdb`."""
    with needing("query"):
        import duckdb

    connection = duckdb.connect()
    levels = ", ".join(f"'{level}'" for level in LEVEL_LABELS)
    connection.execute(f"CREATE TYPE {_LEVEL} AS ENUM ({levels})")
    for table in files.tables:
        path = files.path(table)
        if path is None:
            connection.register(f"{table}_rows", files.read(table))
            rows = f"{table}_rows"
        else:
            literal = os.fspath(path).replace("'", "''")
            rows = f"read_parquet('{literal}')"
        has_level = _LEVEL in files.columns(table)
        typed = f"REPLACE ({_LEVEL}::{_LEVEL} AS {_LEVEL})" if has_level else ""
        # Names of tables are the contracts', the path is quoted.
        connection.execute(f"CREATE VIEW {table} AS SELECT * {typed} FROM {rows}")  # nosec
    return connection
