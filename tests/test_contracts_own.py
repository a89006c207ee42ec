"""A frame of one's own is held against a contract in whatever types it comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandera.errors import SchemaErrors
from tests.datasets import ingest, profile

import skillprofiles as sp
from skillprofiles.contracts import TABLES, validate

READERS: list[Callable[[Path], Any]] = [
    pd.read_parquet,
    lambda path: pd.read_parquet(path, dtype_backend="pyarrow"),
    pl.read_parquet,
    pq.read_table,
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("read", READERS, ids=["numpy", "arrow-backed", "polars", "arrow"])
def test_what_is_published_is_valid_however_it_is_read(
    normalized: Path, table: str, read: Callable[[Path], Any]
) -> None:
    valid = validate(table, read(normalized / f"{table}.parquet"))
    pd.testing.assert_frame_equal(valid, getattr(sp.load(normalized), table))


def test_what_a_release_publishes_is_valid(tmp_path: Path) -> None:
    data = sp.load(ingest(tmp_path, profile("kafka", "Data Engineer: o o o o o")))
    assert validate("changes", data.changes).empty
    assert validate("changes", pd.read_parquet(data.folder / "changes.parquet")).empty
    assert list(validate("released_sources", data.sources).columns)[-1] == "published_sha256"
    with pytest.raises(SchemaErrors, match="COLUMN_NOT_IN_SCHEMA"):
        validate("sources", data.sources)


def test_types_are_converted_only_where_nothing_is_lost(normalized: Path) -> None:
    frame = sp.load(normalized).requirements
    loose = frame.assign(
        level=frame["level"].astype(str),
        line=frame["line"].astype("float64"),
        level_rank=frame["level_rank"].astype("int64"),
        mandatory=frame["mandatory"].astype(object),
    )
    pd.testing.assert_frame_equal(validate("requirements", loose), frame)
    half = loose.assign(line=loose["line"] + 0.5)
    with pytest.raises(SchemaErrors, match="WRONG_DATATYPE"):
        validate("requirements", half)


BROKEN: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str, str]] = [
    (lambda frame: frame.assign(level_rank=9), "level_rank", "less_than_or_equal_to(5)"),
    (lambda frame: frame.assign(level="boss"), "level", "isin"),
    (lambda frame: frame.assign(role=None), "role", "not_nullable"),
    (lambda frame: frame.assign(line="one"), "line", "dtype"),
    (lambda frame: frame.assign(extra=1), "extra", "column_in_schema"),
    (lambda frame: frame.drop(columns="role"), "role", "column_in_dataframe"),
    (lambda frame: frame.assign(skill="Not A Slug"), "skill", "is letters and digits"),
    (lambda frame: pd.concat([frame, frame], ignore_index=True), "", "multiple_fields_uniqueness"),
    (lambda frame: pd.concat([frame, frame["role"]], axis="columns"), "role", ""),
]


@pytest.mark.parametrize(("change", "column", "check"), BROKEN, ids=lambda value: str(value)[:20])
def test_what_breaks_the_contract_is_listed(
    normalized: Path, change: Callable[[pd.DataFrame], pd.DataFrame], column: str, check: str
) -> None:
    frame = change(sp.load(normalized).requirements.head(3))
    with pytest.raises(SchemaErrors) as caught:
        validate("requirements", frame)
    cases = caught.value.failure_cases
    named = {*cases["column"].astype(str), *cases["failure_case"].astype(str)}
    assert not column or column in named
    assert cases["check"].astype(str).str.contains(check, regex=False).any()


def test_an_unknown_contract_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        validate("nothing", pa.table({}))


def test_the_package_is_the_door_to_it() -> None:
    assert sp.contracts.validate is validate
    assert {"contracts", "load", "Dataset"} <= set(dir(sp))
    assert sp.Dataset.__name__ == "Dataset"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sp.nothing
