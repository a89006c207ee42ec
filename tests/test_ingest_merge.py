"""Tables sorted by source, merged: the rows are those that sorting everything gives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skillprofiles.ingest.merge import Stream, ahead, merge, without

# Few names in one stream and many in another, so that rows are inserted as well as sorted.
names = st.integers(0, 400).map(lambda number: f"area/{number:03d}.txt")
streams = st.lists(
    st.one_of(
        st.lists(names, max_size=8),
        st.builds(range, st.integers(0, 9), st.just(400), st.integers(1, 5)).map(
            lambda numbers: [f"area/{number:03d}.txt" for number in numbers]
        ),
    ),
    max_size=4,
)


def table(sources: list[str], stream: int) -> pa.Table:
    """Return rows that tell which stream they come from, and in which order."""
    return pa.table(
        {
            "source": pa.array(sources, pa.string()),
            "stream": pa.array([stream] * len(sources), pa.int64()),
            "row": pa.array(range(len(sources)), pa.int64()),
        }
    )


def cut(whole: pa.Table, size: int) -> Iterator[pa.Table]:
    """Yield the rows in pieces, with one behind each that has none: filters leave such."""
    for start in range(0, whole.num_rows, size):
        yield whole.slice(start, size)
        yield whole.slice(start, 0)


def _read_ahead(whole: pa.Table, size: int) -> Iterator[pa.Table]:
    return ahead(cut(whole, size))


MANY = [f"area/{number:03d}.txt" for number in range(0, 400, 2)]
FEW = ["area/101.txt", "area/101.txt", "area/200.txt", "area/301.txt", "area/302.txt"]


@example([MANY, FEW], 500)
@example([FEW, MANY], 500)
@example([MANY, FEW[:2], FEW[3:4]], 500)
@settings(deadline=None)
@given(streams, st.sampled_from([1, 7, 500]))
def test_merged_rows_are_the_sorted_rows(given: list[list[str]], size: int) -> None:
    tables = [table(sorted(sources), number) for number, sources in enumerate(given)]
    merged = list(
        merge(
            Stream(
                min(whole["source"].to_pylist(), default=""),
                partial(_read_ahead, whole, size),
            )
            for whole in tables
        )
    )
    rows = [row for piece in merged for row in piece.to_pylist()]
    every = [row for whole in tables for row in whole.to_pylist()]
    assert rows == sorted(every, key=lambda row: (row["source"], row["stream"], row["row"]))


@pytest.mark.parametrize("gone", [[], ["area/000.txt", "area/398.txt"], ["nowhere.txt"]])
def test_rows_of_other_sources_stay_and_the_rest_is_told(gone: list[str]) -> None:
    whole = table(MANY, 0)
    dropped: list[pa.Table] = []
    kept = pa.concat_tables(without(cut(whole, 7), gone, dropped.append))
    assert kept["source"].to_pylist() == [name for name in MANY if name not in gone]
    told = [name for piece in dropped for name in piece["source"].to_pylist()]
    assert told == [name for name in MANY if name in gone]
