"""Tables as Parquet: streamed, and the same bytes for the same rows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from skillprofiles.export._errors import naming
from skillprofiles.export._rows import Regrouper, conform
from skillprofiles.export.content import ContentHash

ROW_GROUP_ROWS: Final = 50_000
"""Rows of every row group but the last: what a writer holds in memory."""

CONTENT_KEY: Final = "skillprofiles.content_sha256"
"""Key of the footer under which the fingerprint of the rows stands."""


class TableWriter:
    """Writes one table, piece by piece, as one Parquet file.

    The bytes depend on the rows, the schema and the metadata alone, not on how the rows were
    cut into pieces. Every row group carries all five levels in its dictionary. A table without
    rows keeps its schema and metadata and has no row group; a reader that takes categories
    from the data (pandas) then finds none, one that takes them from the schema (polars) does.

    Attributes:
        rows: rows written so far.
        content_sha256: their fingerprint, see `skillprofiles.export.content`; empty before the
            file is complete.

    Example:
        ``with TableWriter(path, schema, {"skillprofiles.version": "1"}) as writer: ...``
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        schema: pa.Schema,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to write; the file is made on entering the context.

        Args:
            path: the file; what stands there is replaced.
            schema: columns, types and field metadata, as they shall be found in the file.
            metadata: what to put into the footer beside the fingerprint.
        """
        self.rows = 0
        self.content_sha256 = ""
        self._path = Path(path)
        self._schema = schema
        self._metadata = dict(metadata or {})
        self._groups = Regrouper(ROW_GROUP_ROWS)
        self._hash = ContentHash(schema)

    def __enter__(self) -> Self:
        """Make the file.

        Raises:
            OSError: it cannot be made.
        """
        with naming(self._path):
            self._sink = pa.OSFile(os.fspath(self._path), "wb")
            self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd")
        return self

    def write(self, table: pa.Table) -> None:
        """Append rows.

        Args:
            table: any number of rows, see `skillprofiles.export._rows.conform`.

        Raises:
            OSError: the disk does not take them; the file is lost.
            KeyError: a column is missing.
            TypeError: a column has another type than the schema says.
            ValueError: there are columns too many or values the schema forbids.
        """
        conformed = conform(table, self._schema)
        self.rows += conformed.num_rows
        for group in self._groups.push(conformed):
            self._write(group)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Complete the file, or remove it where the block or completing it fails.

        Raises:
            OSError: the disk does not take the rest.
        """
        if error is not None:
            self._discard()
            return
        try:
            self._complete()
        except BaseException:
            self._discard()
            raise

    def _write(self, group: pa.Table) -> None:
        self._hash.update(group)
        with naming(self._path):
            self._writer.write_table(group, row_group_size=ROW_GROUP_ROWS)

    def _complete(self) -> None:
        for group in self._groups.rest():
            self._write(group)
        digest = self._hash.hexdigest()
        self._writer.add_key_value_metadata({**self._metadata, CONTENT_KEY: digest})
        with naming(self._path):
            self._writer.close()
            self._sink.close()
        self.content_sha256 = digest

    def _discard(self) -> None:
        # A writer left open would try to write its footer when it is collected.
        with suppress(OSError, ValueError, pa.ArrowException):
            self._writer.close()
        self._writer.is_open = False
        with suppress(OSError):
            self._sink.close()
        with suppress(OSError):
            self._path.unlink()
