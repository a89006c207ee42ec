"""Tables as an Excel workbook: one sheet a table, for people who want to look and filter.

- Row 1 holds the column names, stays in view, and has filter buttons. Pointing at a name shows what
  the column means.
- Texts are written as texts, whatever they look like: no formula, no link, no number comes of one.
  Those that Excel would run when they are typed carry its mark for "this is text" (the quote prefix).
- Dates are dates, times are UTC, booleans are TRUE and FALSE, tags are joined as in CSV, a null is
  an empty cell.
- Excel holds 1,048,576 rows a sheet and 32,767 characters (UTF-16 units) a cell. What does not fit
  is refused: nothing is ever cut.

The same rows give the same bytes. Rows are streamed; a workbook needs disk for them, not memory.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import pyarrow as pa

from skillprofiles.export._errors import naming
from skillprofiles.export._rows import Regrouper
from skillprofiles.export.csv import join_tags
from skillprofiles.export.extras import needing

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS: Final = 1_048_576
"""Rows of a sheet, with the one for the column names."""
MAX_CHARACTERS: Final = 32_767
"""Characters of a cell, as UTF-16 counts them."""

_CREATED: Final = dt.datetime(2000, 1, 1)
_FIRST_DAY: Final = dt.date(
    1900, 3, 1
)  # Excel takes 1900 for a leap year; before it is off by one.
_RUN: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 60
_NARROWEST: Final = 8
_LOOKED_AT: Final = 1_000
_ROWS: Final = 10_000


class TooLarge(ValueError):
    """Something does not fit into a workbook; the message says what, where, and what else to do."""


class Workbook:
    """Writes tables as the sheets of one workbook.

    Example:
        ``with Workbook(path) as book: book.add("profiles", schema, pieces, rows=35)``
    """

    def __init__(self, path: str | os.PathLike[str], *, comments: str = "") -> None:
        """Prepare to write; the file is made on leaving the context.

        Args:
            path: the file; what stands there is replaced.
            comments: what the properties of the document say about it.
        """
        self._path = Path(path)
        self._comments = comments

    def __enter__(self) -> Self:
        """Begin a workbook without sheets.

        Raises:
            MissingExtra: if XlsxWriter is not installed.
        """
        with needing("excel"):
            import xlsxwriter

        self._scratch = TemporaryDirectory(prefix=".xlsx-", dir=self._path.parent)
        self._book = xlsxwriter.Workbook(
            os.fspath(self._path),
            {
                "constant_memory": True,
                "tmpdir": self._scratch.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {"title": "Skill profiles", "comments": self._comments, "created": _CREATED}
        )
        styles: dict[str, dict[str, Any]] = {
            "header": {"bold": True, "bottom": 1, "bg_color": "#E8EDF2"},
            "text": {},
            "long": {"text_wrap": True},
            "guarded": {"quote_prefix": True},
            "guarded long": {"quote_prefix": True, "text_wrap": True},
            "date": {"num_format": "yyyy-mm-dd"},
            "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
        }
        self._formats: dict[str, Format] = {
            name: self._book.add_format({"valign": "top", **style})
            for name, style in styles.items()
        }
        return self

    def add(
        self,
        table: str,
        schema: pa.Schema,
        pieces: Iterable[pa.Table],
        *,
        rows: int,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Add a sheet.

        Args:
            table: its name, at most 31 characters.
            schema: columns and types of the rows.
            pieces: the rows.
            rows: how many there are.
            notes: what columns mean, by name.

        Raises:
            TooLarge: if they do not fit.
        """
        if rows >= MAX_ROWS:
            raise TooLarge(
                f"{table} has {rows:,} rows; a sheet of Excel holds {MAX_ROWS:,} with its header. "
                "Choose other tables, or Parquet or CSV"
            )
        sheet = self._book.add_worksheet(table)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, rows, len(schema) - 1)
        regrouper = Regrouper(_ROWS)
        groups = chain.from_iterable(map(regrouper.push, pieces))
        line = 1
        for group in chain(groups, regrouper.rest()):
            if line == 1:
                self._head(sheet, group, notes or {})
            with naming(self._path):
                self._rows(sheet, table, group, line)
            line += group.num_rows
        if line == 1:
            self._head(sheet, schema.empty_table(), notes or {})

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Complete the file; after an exception there is none.

        Raises:
            OSError: the disk does not take it.
        """
        try:
            if error is None:
                self._complete()
        finally:
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()
            self._scratch.cleanup()

    def _complete(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            with naming(self._path):
                self._book.close()
        except FileCreateError as failure:
            self._path.unlink(missing_ok=True)
            with naming(self._path):
                raise failure.args[0] from None

    def _head(self, sheet: Worksheet, first: pa.Table, notes: Mapping[str, str]) -> None:
        """Write the column names, and settle widths by the first rows."""
        for at, name in enumerate(first.column_names):
            values = _values(first.column(name).slice(0, _LOOKED_AT))
            longest = max(map(_width, values), default=0)
            sheet.set_column(at, at, min(max(longest, len(name) + 3, _NARROWEST), _WIDEST) + 1)
            sheet.write_string(0, at, name, self._formats["header"])
            if name in notes:
                sheet.write_comment(0, at, notes[name], {"x_scale": 2, "author": ""})

    def _rows(self, sheet: Worksheet, table: str, piece: pa.Table, line: int) -> None:
        """Write rows from a line on."""
        columns = [_values(column) for column in piece.columns]
        for down, cells in enumerate(zip(*columns, strict=True)):
            for at, value in enumerate(cells):
                if value is not None:
                    name = f"{table}.{piece.column_names[at]}"
                    self._write(sheet, (line + down, at), value, name)

    def _write(self, sheet: Worksheet, cell: tuple[int, int], value: Any, column: str) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(*cell, value, self._formats["text"])
        elif isinstance(value, int):
            sheet.write_number(*cell, value, self._formats["text"])
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(*cell, value.replace(tzinfo=None), self._formats["time"])
        elif isinstance(value, dt.date) and value >= _FIRST_DAY:
            sheet.write_datetime(*cell, value, self._formats["date"])
        else:
            self._write_text(sheet, cell, str(value), column)

    def _write_text(self, sheet: Worksheet, cell: tuple[int, int], text: str, column: str) -> None:
        style = "guarded" if text.startswith(_RUN) else "text"
        if len(text) > _WIDEST:
            style = "guarded long" if style == "guarded" else "long"
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for markup of its own; in two pieces it does not.
            plain = self._formats["text"]
            sheet.write_rich_string(*cell, text[:1], plain, text[1:], self._formats[style])
        elif sheet.write_string(*cell, text, self._formats[style]) != 0:
            raise TooLarge(
                f"row {cell[0] + 1} of {column} has a text of {len(text):,} characters; a cell of "
                f"Excel holds {MAX_CHARACTERS:,}. Choose Parquet or CSV"
            )


def _values(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_list(column.type):
        column = join_tags(column)
    values: list[Any] = column.to_pylist()
    return values


def _width(value: Any) -> int:
    """Return how wide a value is, in characters; wide letters count twice."""
    text = str(value)
    return len(text) if text.isascii() else len(text) + sum(letter > "ᄀ" for letter in text)
