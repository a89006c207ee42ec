"""A fingerprint of what a table says, whatever file it stands in.

`content_sha256` of two tables is equal exactly when they have the same columns and the same
rows in the same order. Batches, row groups, compression, the version of the writer and the
encoding of categories do not count. It is defined so that anybody can compute it again:

- A column is three byte streams over all its rows: *validity*, one byte a row, 1 or 0;
  *lengths*, for strings the bytes and for lists the items of each row, as little-endian
  int32, 0 for a null; *data*, the UTF-8 bytes of all strings one after another, or the values
  little-endian in the width of their type, a bool as one byte, a null as zeroes.
- A list column has no data of its own; the column of its items follows it.
- Categories count as the strings they stand for.
- The fingerprint is the SHA-256 over, for each column in order, its name, a zero byte, its
  type (``string``, ``int32``, ``list<string>`` ...), a zero byte, and the SHA-256 of each of
  its streams; the item column of a list is named ``[]``.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc


class ContentHash:
    """The fingerprint of a table that passes by in pieces."""

    def __init__(self, schema: pa.Schema) -> None:
        """Start on a table without rows."""
        self._columns = [_Column(field.name, field.type) for field in schema]

    def update(self, table: pa.Table) -> None:
        """Take in more rows.

        Args:
            table: any number of rows with the columns of the schema, in its order.
        """
        for column, values in zip(self._columns, table.columns, strict=True):
            for chunk in values.chunks:
                column.update(chunk)

    def hexdigest(self) -> str:
        """Return the fingerprint of the rows so far, as 64 hex digits."""
        total = hashlib.sha256()
        for column in self._columns:
            total.update(column.digest())
        return total.hexdigest()


def content_sha256(table: pa.Table) -> str:
    """Return the fingerprint of a whole table, for example of a Parquet file read back.

    Raises:
        TypeError: a column has a type that the tables of this project do not use.
    """
    fingerprint = ContentHash(table.schema)
    fingerprint.update(table)
    return fingerprint.hexdigest()


class _Column:
    """The three streams of one column, and its items where it is a list."""

    def __init__(self, name: str, kind: pa.DataType) -> None:
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        self._items = _Column("[]", kind.value_type) if pa.types.is_list(kind) else None
        self._label = f"{name}\0{_type_name(kind)}\0".encode()
        self._validity = hashlib.sha256()
        self._lengths = hashlib.sha256()
        self._data = hashlib.sha256()

    def update(self, array: pa.Array) -> None:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        self._validity.update(_validity(array))
        if pa.types.is_string(array.type):
            self._lengths.update(_fixed(pc.binary_length(array)))
            self._data.update(_text(array))
        elif self._items is not None:
            self._lengths.update(_fixed(pc.list_value_length(array)))
            self._items.update(array.flatten())
        else:
            self._data.update(_fixed(array))

    def digest(self) -> bytes:
        own = (self._validity.digest(), self._lengths.digest(), self._data.digest())
        items = self._items.digest() if self._items is not None else b""
        return self._label + b"".join(own) + items


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list<{_type_name(kind.value_type)}>"
    if pa.types.is_string(kind) or (pa.types.is_primitive(kind) and kind.bit_width in _WIDTHS):
        return str(kind)
    raise TypeError(f"no fingerprint is defined for a column of type {kind}")


# Views of equal width: the bits of a date or a float are hashed as they stand.
_WIDTHS = {1: pa.uint8(), 8: pa.int8(), 16: pa.int16(), 32: pa.int32(), 64: pa.int64()}


def _validity(array: pa.Array) -> bytes | memoryview:
    if not array.null_count:
        return b"\1" * len(array)
    return _fixed(array.is_valid())


def _fixed(array: pa.Array) -> memoryview:
    """The values of a fixed-width array as bytes, nulls as zeroes."""
    width = _WIDTHS[array.type.bit_width]
    plain = array.cast(width) if pa.types.is_boolean(array.type) else array.view(width)
    if plain.null_count:
        plain = pc.fill_null(plain, 0)
    size = width.bit_width // 8
    start = plain.offset * size
    return memoryview(plain.buffers()[1])[start : start + len(plain) * size]


def _text(array: pa.Array) -> memoryview:
    """The bytes of all strings that are not null, one after another."""
    # What lies in the bytes of a null slot is nobody's content.
    strings = array.drop_null() if array.null_count else array
    if not len(strings):
        return memoryview(b"")
    _, offsets, data = strings.buffers()
    bounds = memoryview(offsets).cast("i")
    first, last = bounds[strings.offset], bounds[strings.offset + len(strings)]
    return memoryview(data)[first:last] if last > first else memoryview(b"")
