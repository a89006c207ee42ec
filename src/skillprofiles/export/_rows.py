"""Tables of any cut in, tables of one schema and one size out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyarrow as pa
from pyarrow.lib import StringBuilder

from skillprofiles.model import LEVEL_LABELS


@cache
def level_values() -> pa.StringArray:
    """The five published level names in order: the dictionary of every ``level`` column."""
    # pa.array(list) would import pandas when called first, which a writer does not need.
    builder = StringBuilder()
    builder.append_values(list(LEVEL_LABELS))
    return builder.finish()


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return ``table`` with exactly the columns of ``schema``, its dictionaries made whole.

    A dictionary column may come as strings or with any dictionary; it leaves with the five
    levels in order, so that every part of a table counts its levels alike. Nothing else is
    converted: a column of another type is a mistake of the caller.

    Args:
        table: the rows; its columns may stand in any order.
        schema: the names, order, types and field metadata that count.

    Raises:
        KeyError: a column of the schema is missing.
        TypeError: a column has another type than the schema says.
        ValueError: there are columns too many, or a level that is none of the five.
    """
    if table.num_columns > len(schema):
        extra = sorted(set(table.column_names) - set(schema.names))
        raise ValueError(f"columns the schema does not know: {', '.join(extra)}")
    columns = [_column(table.column(field.name), field) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    if pa.types.is_dictionary(field.type):
        chunks = [_levels(chunk, field) for chunk in column.chunks]
        return pa.chunked_array(chunks, type=field.type)
    if not column.type.equals(field.type):
        raise TypeError(f"column {field.name} is {column.type}, the schema says {field.type}")
    return column


def _levels(chunk: pa.Array, field: pa.Field) -> pa.DictionaryArray:
    import pyarrow.compute as pc

    known = level_values()
    if chunk.type.equals(field.type) and chunk.dictionary.equals(known):
        return chunk
    labels = chunk.cast(pa.string())
    indices = pc.index_in(labels, value_set=known).cast(field.type.index_type)
    if indices.null_count != labels.null_count:
        strange = pc.unique(labels.filter(pc.is_null(indices))).drop_null()
        raise ValueError(f"column {field.name} holds no level: {', '.join(strange.to_pylist())}")
    return pa.DictionaryArray.from_arrays(indices, known, ordered=field.type.ordered)


class Regrouper:
    """Cuts a stream of tables into groups of equal size, whatever sizes they come in.

    It holds at most one group, and what the last table pushed has beyond it.
    """

    def __init__(self, size: int) -> None:
        """Cut into groups of ``size`` rows; only the last may be smaller."""
        self._size = size
        self._pending: list[pa.Table] = []
        self._rows = 0

    def push(self, table: pa.Table) -> Iterator[pa.Table]:
        """Take ``table`` and yield every group that is full, as one chunk a column."""
        start = 0
        while start < table.num_rows:
            piece = table.slice(start, self._size - self._rows)
            self._pending.append(piece)
            self._rows += piece.num_rows
            start += piece.num_rows
            if self._rows == self._size:
                yield from self.rest()

    def rest(self) -> Iterator[pa.Table]:
        """Yield the rows not yet yielded, as one group; nothing where there are none."""
        if self._rows:
            group = pa.concat_tables(self._pending).combine_chunks()
            self._pending, self._rows = [], 0
            yield group
