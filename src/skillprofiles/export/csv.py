r"""Tables as CSV: streamed, RFC 4180, and the same bytes for the same rows.

What stands in a file:

- UTF-8 without a byte-order mark, commas, a header line, every text quoted, a quote inside
  written twice.
- CRLF ends a line, as RFC 4180 says. It is also the default of a Data Package's dialect and
  what Excel writes; pandas, polars, DuckDB, Python's csv and frictionless read it without
  being told. Only tools that cut lines by hand (``cut``, ``awk``) see the CR, in the last
  column.
- ``true`` and ``false``; dates ``2026-02-22``; times ``2026-02-22T10:00:00.000000Z``, always
  with six digits and in UTC.
- A null is an empty cell without quotes, an empty text is ``""``. Most readers take both for
  the same.
- Tags are joined by ``|``. A ``|`` or ``\`` inside a tag has a ``\`` before it; `split_tags`
  undoes that. No tags are an empty cell, and so is a single empty tag, which the contract
  does not know.

The dialect ``excel`` adds a byte-order mark, without which Excel takes the file for the local
code page, and writes a ``'`` before a text that starts with ``=``, ``+``, ``-``, ``@``, TAB or
CR, which a spreadsheet would run as a formula. A text that starts with ``'`` and then one of
these gets another ``'``, so that taking one away from whatever looks guarded gives the text
back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from skillprofiles.export._errors import naming
from skillprofiles.export._rows import conform

Dialect = Literal["rfc4180", "excel"]
"""How a file is written: for programs, or for a spreadsheet."""

TAG_SEPARATOR: Final = "|"
"""What stands between two tags in a cell."""

_BOM = b"\xef\xbb\xbf"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_FORMULA = r"^('*[=+\-@\t\r])"
_TAG_PART = re.compile(r"\\(.)|(\|)", re.DOTALL)


class TableWriter:
    """Writes one table, piece by piece, as one CSV file.

    The interface is that of `skillprofiles.export.parquet.TableWriter`; the bytes depend on
    the rows and the dialect alone.

    Attributes:
        rows: rows written so far.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        schema: pa.Schema,
        metadata: Mapping[str, str] | None = None,
        *,
        dialect: Dialect = "rfc4180",
    ) -> None:
        """Prepare to write; the file is made on entering the context.

        Args:
            path: the file; what stands there is replaced.
            schema: columns and types the rows come in.
            metadata: taken for the sake of the common interface; CSV has no place for it.
            dialect: ``rfc4180`` or ``excel``.
        """
        self.rows = 0
        self._path = Path(path)
        self._schema = schema
        self._dialect = dialect

    def __enter__(self) -> Self:
        """Make the file and write the header.

        Raises:
            OSError: it cannot be made.
        """
        with naming(self._path):
            self._sink = pa.OSFile(os.fspath(self._path), "wb")
            try:
                if self._dialect == "excel":
                    self._sink.write(_BOM)
                self._writer = pyarrow.csv.CSVWriter(
                    self._sink,
                    pa.schema([(field.name, _written_as(field.type)) for field in self._schema]),
                    write_options=pyarrow.csv.WriteOptions(eol="\r\n"),
                )
            except BaseException:
                self._discard()
                raise
        return self

    def write(self, table: pa.Table) -> None:
        """Append rows.

        Args:
            table: any number of rows, see `skillprofiles.export._rows.conform`.

        Raises:
            OSError: the disk does not take them; the file is lost.
            KeyError: a column is missing.
            TypeError: a column has another type than the schema says.
            ValueError: there are columns too many.
        """
        cells = as_cells(conform(table, self._schema), self._dialect)
        self.rows += cells.num_rows
        with naming(self._path):
            self._writer.write_table(cells)

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
            with naming(self._path):
                self._writer.close()
                self._sink.close()
        except BaseException:
            self._discard()
            raise

    def _discard(self) -> None:
        with suppress(OSError):
            self._sink.close()
        with suppress(OSError):
            self._path.unlink()


def as_cells(table: pa.Table, dialect: Dialect = "rfc4180") -> pa.Table:
    """Return a table as it is written to CSV: texts, integers and booleans, nothing else.

    Args:
        table: rows of any table of the contract.
        dialect: ``excel`` guards texts that a spreadsheet would run.
    """
    return pa.table([_cells(column, dialect) for column in table.columns], names=table.column_names)


def join_tags(tags: pa.ChunkedArray) -> pa.ChunkedArray:
    r"""Return lists of tags as cells: ``["a", "b|c"]`` as ``a|b\|c``; no tags as null."""
    return pa.chunked_array([_join(chunk) for chunk in tags.chunks], type=pa.string())


def split_tags(cell: str) -> list[str]:
    r"""Return the tags of a cell: ``a|b\|c`` as ``["a", "b|c"]``."""
    if not cell:
        return []
    tags, start = [""], 0
    for part in _TAG_PART.finditer(cell):
        tags[-1] += cell[start : part.start()] + (part[1] or "")
        if part[2]:
            tags.append("")
        start = part.end()
    tags[-1] += cell[start:]
    return tags


def _written_as(kind: pa.DataType) -> pa.DataType:
    return kind if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else pa.string()


def _cells(column: pa.ChunkedArray, dialect: Dialect) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, format=_TIME)
    if pa.types.is_date(kind):
        return column.cast(pa.string())
    texts = join_tags(column) if pa.types.is_list(kind) else column.cast(pa.string())
    return texts if dialect == "rfc4180" else pc.replace_substring_regex(texts, _FORMULA, r"'\1")


def _join(lists: pa.ListArray) -> pa.StringArray:
    items = lists.flatten()
    for special in ("\\", TAG_SEPARATOR):
        items = pc.replace_substring(items, special, "\\" + special)
    ends = pc.cumulative_sum(pc.fill_null(pc.list_value_length(lists), 0))
    offsets = pa.concat_arrays([pa.repeat(pa.scalar(0, ends.type), 1), ends])
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, items), TAG_SEPARATOR)
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
