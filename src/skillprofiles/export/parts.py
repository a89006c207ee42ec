"""Pieces of tables that one process hands to another as files.

A part is an Arrow IPC file. A worker writes it, its parent reads it batch by batch, so that
neither holds more than a batch and nothing is pickled. A part that is cut off is recognized:
its end is written last.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from skillprofiles.export._errors import naming

BATCH_ROWS: Final = 16_384
"""Rows of a batch: what a reader of a part holds in memory at a time."""


def write_part(path: str | os.PathLike[str], table: pa.Table) -> None:
    """Write a table as a part.

    Args:
        path: the file; what stands there is replaced.
        table: rows with any schema; all dictionaries of a column must be equal.

    Raises:
        OSError: the disk does not take it.
    """
    with (
        naming(path),
        pa.OSFile(os.fspath(path), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        writer.write_table(table, max_chunksize=BATCH_ROWS)


def read_part(path: str | os.PathLike[str]) -> Iterator[pa.Table]:
    """Yield the rows of a part in order, batch by batch.

    Raises:
        OSError: the file cannot be read, or is no whole part.
    """
    with naming(path), pa.OSFile(os.fspath(path), "rb") as source:
        try:
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                yield pa.Table.from_batches([reader.get_batch(number)])
        except pa.ArrowInvalid as error:
            raise OSError(f"not a whole part: {error}") from error
