"""CSV: the bytes as documented, and every value back from every reader."""

from __future__ import annotations

import csv
import datetime as dt
import os
import resource
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillprofiles import contracts
from skillprofiles.export.csv import Dialect, TableWriter, as_cells, join_tags, split_tags

REQUIREMENTS = contracts.arrow_schema("requirements")
LEVEL = REQUIREMENTS.field("level").type
SCHEMA = pa.schema(
    [
        pa.field("text", pa.string()),
        pa.field("level", LEVEL),
        pa.field("number", pa.int32()),
        pa.field("flag", pa.bool_()),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("day", pa.date32()),
        pa.field("moment", pa.timestamp("us", "UTC")),
    ]
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(*values: tuple[Any, ...]) -> pa.Table:
    """A table of SCHEMA."""
    columns = list(zip(*values, strict=True)) or [()] * len(SCHEMA)
    plain = [pa.string() if field.type == LEVEL else field.type for field in SCHEMA]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, plain, strict=True)]
    return pa.table(arrays, names=SCHEMA.names)


def texts(values: Iterable[str | None]) -> pa.Table:
    """A table with one column of strings."""
    return pa.table({"text": pa.array(values, pa.string())})


def write(path: Path, pieces: Iterable[pa.Table], schema: pa.Schema, dialect: Dialect) -> Path:
    """Write the pieces to one file."""
    with TableWriter(path, schema, {"not": "kept"}, dialect=dialect) as writer:
        for piece in pieces:
            writer.write(piece)
    return path


WHOLE = rows(
    (
        "a",
        "junior",
        1,
        True,
        ["x"],
        dt.date(2026, 2, 22),
        dt.datetime(2026, 2, 22, 10, tzinfo=dt.UTC),
    ),
    ("Köln, 日本", "principal", -7, False, [], dt.date(1999, 12, 31), None),
    (
        'say "hi"',
        None,
        None,
        None,
        ["a|b", "c\\d", "e"],
        None,
        dt.datetime(2026, 1, 2, 3, 4, 5, 60, dt.UTC),
    ),
    ("", "lead", 0, True, None, None, None),
    (None, "senior", 0, True, ["|", "\\"], None, None),
    ("=1+1", "middle", 0, True, ["=x"], None, None),
)

EXPECTED = [
    '"text","level","number","flag","tags","day","moment"',
    '"a","junior",1,true,"x","2026-02-22","2026-02-22T10:00:00.000000Z"',
    '"Köln, 日本","principal",-7,false,,"1999-12-31",',
    '"say ""hi""",,,,"a\\|b|c\\\\d|e",,"2026-01-02T03:04:05.000060Z"',
    '"","lead",0,true,,,',
    ',"senior",0,true,"\\||\\\\",,',
    '"=1+1","middle",0,true,"=x",,',
]


def test_the_bytes_are_as_documented(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [WHOLE], SCHEMA, "rfc4180")
    assert path.read_bytes() == "".join(f"{line}\r\n" for line in EXPECTED).encode()


def test_the_dialect_for_spreadsheets_has_a_mark_and_no_formulas(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [WHOLE], SCHEMA, "excel")
    lines = [*EXPECTED[:-1], '"\'=1+1","middle",0,true,"\'=x",,']
    assert path.read_bytes() == b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode()


@pytest.mark.parametrize("dialect", ["rfc4180", "excel"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_bytes_do_not_depend_on_the_batches(size: int, dialect: Dialect, tmp_path: Path) -> None:
    many = pa.concat_tables([WHOLE] * 200)
    whole = write(tmp_path / "whole.csv", [many], SCHEMA, dialect)
    cuts = (many.slice(start, size) for start in range(0, many.num_rows, size))
    pieces = write(tmp_path / "pieces.csv", cuts, SCHEMA, dialect)
    assert pieces.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_an_empty_table_has_its_header(table: str, tmp_path: Path) -> None:
    schema = contracts.arrow_schema(table)
    path = write(tmp_path / "t.csv", [], schema, "rfc4180")
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [schema.names]


def test_readers_find_types_without_being_told(tmp_path: Path) -> None:
    name = str(write(tmp_path / "t.csv", [WHOLE.slice(0, 2)], SCHEMA, "rfc4180"))
    moment = dt.datetime(2026, 2, 22, 10, tzinfo=dt.UTC)
    frame = pd.read_csv(name, parse_dates=["day", "moment"])
    assert (list(frame["number"]), list(frame["flag"])) == ([1, -7], [True, False])
    assert (frame["day"][0].date(), frame["moment"][0]) == (dt.date(2026, 2, 22), moment)
    lazy = pl.read_csv(name, try_parse_dates=True)
    assert lazy.row(0)[2:6] == (1, True, "x", dt.date(2026, 2, 22))
    assert lazy["moment"][0].replace(tzinfo=dt.UTC) == moment
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        query = f"SELECT number, flag, day, moment::TIMESTAMP FROM '{name}'"
        found = db.sql(query).fetchall()[0]
        assert found == (1, True, dt.date(2026, 2, 22), moment.replace(tzinfo=None))


def by_python(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return [cells[0] if cells else "" for cells in csv.reader(file)][1:]


def by_pandas(path: Path) -> list[str]:
    return list(pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False)["text"])


def by_polars(path: Path) -> list[str]:
    return pl.read_csv(path, infer_schema=False)["text"].to_list()


def by_duckdb(path: Path) -> list[str]:
    with duckdb.connect() as db:
        options = "header=true, all_varchar=true, delim=',', quote='\"', escape='\"'"
        found = db.sql(f"SELECT text FROM read_csv('{path}', {options})").fetchall()
        return [row[0] or "" for row in found]


def by_pyarrow(path: Path) -> list[str]:
    options = pyarrow.csv.ConvertOptions(column_types={"text": pa.string()})
    values = pyarrow.csv.read_csv(path, convert_options=options)["text"].to_pylist()
    return [value or "" for value in values]


READERS = [by_python, by_pandas, by_polars, by_duckdb, by_pyarrow]
HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\"',;|\\=+-@\t #_xä日\u00a0\u2028👩"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("reader", READERS)
@given(values=st.lists(HOSTILE, min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_every_text_comes_back(
    reader: Callable[[Path], list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    values: list[str],
) -> None:
    path = tmp_path_factory.getbasetemp() / f"{reader.__name__}.csv"
    write(path, [texts(values)], texts([]).schema, "rfc4180")
    assert reader(path) == values


@given(values=st.lists(st.text(st.sampled_from("'=+-@\t\r|x"), max_size=5)))
@settings(deadline=None)
def test_no_text_is_a_formula_and_each_can_be_had_back(values: list[str]) -> None:
    guarded = as_cells(texts(values), "excel")["text"].to_pylist()
    assert not any(cell.startswith(FORMULA) for cell in guarded)
    back = [cell[1:] if cell.lstrip("'").startswith(FORMULA) else cell for cell in guarded]
    assert back == values


@given(values=st.lists(st.lists(st.text("a|\\,\"='ü", min_size=1, max_size=4), max_size=4)))
@settings(deadline=None)
def test_tags_come_back(values: list[list[str]]) -> None:
    column = pa.chunked_array([pa.array([["before"], *values], pa.list_(pa.string())).slice(1)])
    cells = join_tags(column).to_pylist()
    assert [split_tags(cell or "") for cell in cells] == values


def test_tags_without_special_characters_split_at_every_bar() -> None:
    cell = join_tags(pa.chunked_array([pa.array([["Go", "C++", "f, g"]])]))[0].as_py()
    assert cell == "Go|C++|f, g"
    assert cell.split("|") == split_tags(cell)


def test_a_text_with_line_ends_stays_one_cell(tmp_path: Path) -> None:
    values = ["a\nb", "c\r\nd", "\n"]
    path = write(tmp_path / "t.csv", [texts(values)], texts([]).schema, "rfc4180")
    assert by_python(path) == values


@contextmanager
def small_files() -> Iterator[None]:
    """The operating system refuses to let any file grow beyond 1,000 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with (
        small_files(),
        pytest.raises(OSError, match="File too large") as caught,
        TableWriter(path, SCHEMA) as writer,
    ):
        writer.write(pa.concat_tables([WHOLE] * 100))
    assert caught.value.filename == os.fspath(path)
    assert not path.exists()


def test_a_file_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "t.csv"
    with pytest.raises(FileNotFoundError) as caught, TableWriter(path, SCHEMA):
        pass
    assert caught.value.filename == os.fspath(path)


def test_wrong_rows_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with pytest.raises(KeyError), TableWriter(path, SCHEMA) as writer:
        writer.write(WHOLE.drop_columns(["day"]))
    assert not path.exists()


def test_frictionless_reads_what_is_written(tmp_path: Path) -> None:
    from frictionless.resources import TableResource

    path = write(tmp_path / "t.csv", [WHOLE], SCHEMA, "rfc4180")
    with TableResource(path=path.name, basepath=str(tmp_path)) as resource_:
        found = [row.to_list() for row in resource_.row_stream]
    assert len(found) == WHOLE.num_rows
