"""The table of changes, whose levels may be null: written, and read by every reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skillprofiles import contracts, frames
from skillprofiles.export import csv as csv_export
from skillprofiles.export._rows import conform
from skillprofiles.export.content import content_sha256
from skillprofiles.export.parquet import CONTENT_KEY, TableWriter
from skillprofiles.model import LEVEL_LABELS

LEVELS = list(LEVEL_LABELS)
SCHEMA = contracts.arrow_schema("changes")
LEVEL = SCHEMA.get_field_index("level")
CASES: dict[str, list[str | None]] = {
    "no rows": [],
    "profiles only": [None, None, None],
    "null first": [None, "principal", "junior"],
    "null last": ["lead", "middle", None],
    "one level": ["senior", None, "senior"],
    "requirements only": ["principal", "lead", "senior", "middle", "junior"],
}


def plain(levels: list[str | None]) -> pa.Table:
    """A change of another skill for each level given, with levels as text."""
    rows = [
        {"release": "000002-0123456789ab", "skill": f"skill-{number}", "language": "en"}
        | {"role": level and "Data Engineer", "level": level, "change": "changed"}
        | {"field": "mandatory", "before": None, "after": "1"}
        for number, level in enumerate(levels)
    ]
    text = pa.schema([pa.field(field.name, pa.string()) for field in SCHEMA])
    return pa.Table.from_pylist(rows, schema=text)


def with_levels(levels: list[str | None], column: pa.Array) -> pa.Table:
    return plain(levels).set_column(LEVEL, "level", column)


def texts(levels: list[str | None]) -> pa.Array:
    return pa.array(levels, pa.string())


ARRIVE: dict[str, Callable[[list[str | None]], pa.Table]] = {
    "as text": plain,
    "as the contract has them": lambda levels: conform(plain(levels), SCHEMA),
    "in order of appearance": lambda levels: with_levels(levels, texts(levels).dictionary_encode()),
    "with null in the dictionary": lambda levels: with_levels(
        levels, texts(levels).dictionary_encode(null_encoding="encode")
    ),
}


def pieces(table: pa.Table, size: int) -> Iterator[pa.Table]:
    return (table.slice(start, size) for start in range(0, table.num_rows, size))


def written(path: Path, tables: Iterator[pa.Table]) -> Path:
    with TableWriter(path, SCHEMA) as writer:
        for table in tables:
            writer.write(table)
    return path


@pytest.mark.parametrize("way", ARRIVE)
@pytest.mark.parametrize("levels", CASES.values(), ids=CASES)
def test_levels_are_made_whole_however_they_arrive(way: str, levels: list[str | None]) -> None:
    table = conform(ARRIVE[way](levels), SCHEMA)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table["level"].to_pylist() == levels
    assert table["level"].null_count == levels.count(None)
    assert all(chunk.dictionary.to_pylist() == LEVELS for chunk in table["level"].chunks)
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    assert contracts.judge(contracts.schema("changes"), frame) == []


def test_a_level_that_is_none_is_refused_beside_nulls() -> None:
    with pytest.raises(ValueError, match="column level holds no level: guru"):
        conform(plain([None, "guru", "lead"]), SCHEMA)


@pytest.mark.parametrize("levels", CASES.values(), ids=CASES)
def test_the_bytes_depend_on_the_rows_alone(levels: list[str | None], tmp_path: Path) -> None:
    found = {
        written(tmp_path / "t.parquet", pieces(arrive(levels), size)).read_bytes()
        for arrive in ARRIVE.values()
        for size in (1, 2, 9)
    }
    [content] = found
    file = pq.ParquetFile(io.BytesIO(content))
    assert file.read()["level"].to_pylist() == levels
    footer = file.metadata.metadata[CONTENT_KEY.encode()].decode()
    assert footer == content_sha256(conform(plain(levels), SCHEMA))


@pytest.mark.parametrize("levels", CASES.values(), ids=CASES)
def test_every_reader_finds_levels_and_nulls(levels: list[str | None], tmp_path: Path) -> None:
    path = written(tmp_path / "changes.parquet", pieces(plain(levels), 2))
    ordered = pd.CategoricalDtype(LEVELS, ordered=True)

    by_pandas = pd.read_parquet(path)["level"]
    assert [None if pd.isna(level) else level for level in by_pandas] == levels
    assert by_pandas.dtype == ordered if levels else by_pandas.cat.ordered

    frame = frames.to_pandas(pq.read_table(path))
    assert frame["level"].dtype == ordered
    assert frame["level"].isna().tolist() == [level is None for level in levels]
    above = frame["level"] > "senior"
    assert above.tolist() == [level in ("lead", "principal") for level in levels]
    assert frame["role"].dtype == pd.ArrowDtype(pa.string())

    by_polars = pl.read_parquet(path)
    assert by_polars.schema["level"] == pl.Enum(LEVELS)
    assert by_polars["level"].to_list() == levels
    known = sorted(filter(None, levels), key=LEVELS.index)
    assert by_polars["level"].drop_nulls().sort().to_list() == known
    assert pl.scan_parquet(path).collect_schema()["level"] == pl.Enum(LEVELS)

    with duckdb.connect() as db:
        assert db.sql(f"SELECT level FROM '{path}'").fetchall() == [(level,) for level in levels]


def test_polars_and_pandas_read_releases_with_and_without_levels_as_one(tmp_path: Path) -> None:
    for number, levels in enumerate(CASES.values()):
        written(tmp_path / f"{number}.parquet", pieces(plain(levels), 9))
    expected = [level for levels in CASES.values() for level in levels]
    whole = pl.read_parquet(tmp_path / "*.parquet")["level"]
    assert whole.dtype == pl.Enum(LEVELS)
    assert whole.to_list() == expected
    frame = frames.to_pandas(pq.read_table(tmp_path))
    assert frame["level"].dtype == pd.CategoricalDtype(LEVELS, ordered=True)
    assert [None if pd.isna(level) else level for level in frame["level"]] == expected


@pytest.mark.parametrize("dialect", ["rfc4180", "excel"])
@pytest.mark.parametrize("levels", CASES.values(), ids=CASES)
def test_in_csv_a_level_that_is_null_is_an_empty_cell(
    dialect: csv_export.Dialect, levels: list[str | None], tmp_path: Path
) -> None:
    path = tmp_path / "changes.csv"
    with csv_export.TableWriter(path, SCHEMA, dialect=dialect) as writer:
        writer.write(plain(levels))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["level"] for row in rows] == [level or "" for level in levels]
    assert path.read_text("utf-8-sig").splitlines()[0].count(",") == len(SCHEMA) - 1
