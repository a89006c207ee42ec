"""Tables written for other tools hold what the tables hold, all of it or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from frictionless import validate
from tests.datasets import profile, publish
from tests.test_cli import call

import skillprofiles as sp
from skillprofiles.analysis import NoSuchTable
from skillprofiles.export import xlsx

TABLES = ("requirements", "profiles", "findings", "sources")


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every visible file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for root, _, files in os.walk(folder, followlinks=True)
        for path in (Path(root) / name for name in files)
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_same_files_as_normalize_publishes(normalized: Path, tmp_path: Path, form: str) -> None:
    raw = Path(__file__).parent.parent / "raw"
    assert call("normalize", raw, "--out", tmp_path / "direct", "--format", form).exit_code == 0
    result = call("export", normalized, "--out", tmp_path / "out", "--format", form)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        f"requirements: 503 rows in {tmp_path}/out/requirements.{form}"
    )
    assert content(tmp_path / "out") == content(tmp_path / "direct")
    assert validate(str(tmp_path / "out" / "datapackage.json")).valid


def test_some_tables_in_the_dialect_of_spreadsheets(normalized: Path, tmp_path: Path) -> None:
    options = ("--format", "csv", "--csv-dialect", "excel", "--table", "profiles", "--quiet")
    result = call("export", normalized, "--out", tmp_path / "out", *options)
    assert (result.exit_code, result.output) == (0, "")
    assert set(content(tmp_path / "out")) == {"profiles.csv", "datapackage.json"}
    assert (tmp_path / "out" / "profiles.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("out", "file"),
    [("book.xlsx", "book.xlsx"), ("BOOK.XLSX", "BOOK.XLSX"), ("a/b", "a/b/skillprofiles.xlsx")],
)
def test_a_workbook_has_one_sheet_a_table(
    normalized: Path, tmp_path: Path, out: str, file: str
) -> None:
    result = call("export", normalized, "--out", tmp_path / out, "--format", "xlsx")
    assert result.exit_code == 0
    assert list(content(tmp_path)) == [file]
    book = openpyxl.load_workbook(tmp_path / file)
    assert book.sheetnames == list(TABLES)
    data = sp.load(normalized)
    for table in TABLES:
        frame: pd.DataFrame = getattr(data, table)
        rows = list(book[table].iter_rows(values_only=True))
        assert list(rows[0]) == list(frame.columns)
        assert len(rows) == len(frame) + 1
        assert book[table].freeze_panes == "A2"
        assert book[table]["A1"].comment is not None
    found = [row[6] for row in book["requirements"].iter_rows(min_row=2, values_only=True)]
    assert found == data.requirements["description"].tolist()


def test_normalize_writes_the_workbook_that_export_writes(
    normalized: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = Path(__file__).parent.parent / "raw"
    book = tmp_path / "a" / "direct.xlsx"
    result = call("normalize", raw, "--out", book, "--format", "xlsx")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-5:] == [
        f"Published as {book}:",
        "  requirements  503 rows",
        "  profiles      35 rows",
        "  findings      16 rows",
        "  sources       35 rows",
    ]
    call("export", normalized, "--out", tmp_path / "b" / "book.xlsx", "--format", "xlsx")
    assert book.read_bytes() == (tmp_path / "b" / "book.xlsx").read_bytes()
    assert [path.name for path in book.parent.iterdir()] == ["direct.xlsx"]
    folder = call("normalize", raw, "--out", tmp_path / "c", "--format", "xlsx", "--quiet")
    assert (folder.exit_code, folder.output) == (0, "")
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["skillprofiles.xlsx"]
    monkeypatch.setattr(xlsx, "MAX_ROWS", 503)
    small = call("normalize", raw, "--out", book, "--format", "xlsx", "--quiet")
    assert small.exit_code == 2
    assert small.stderr.startswith("Error: requirements has 503 rows; a sheet of Excel holds 503 ")
    assert [path.name for path in book.parent.iterdir()] == ["direct.xlsx"]


def test_normalize_needs_a_folder_for_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"the one of last week")
    result = call("normalize", tmp_path, "--out", tmp_path / "book.xlsx")
    assert result.exit_code == 2
    assert result.stderr.endswith("book.xlsx' is a file; tables are published into a folder\n")


def test_what_excel_cannot_hold_is_one_line_and_leaves_what_was_there(
    normalized: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"the one of last week")
    monkeypatch.setattr(xlsx, "MAX_ROWS", 503)
    result = call("export", normalized, "--out", book, "--format", "xlsx")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: requirements has 503 rows; a sheet of Excel holds 503 ")
    assert result.stderr.count("\n") == 1
    assert content(tmp_path) == {"book.xlsx": b"the one of last week"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_workbook_that_cannot_take_its_place_leaves_nothing(
    normalized: Path, tmp_path: Path
) -> None:
    (tmp_path / "book.xlsx").mkdir()
    result = call("export", normalized, "--out", tmp_path / "book.xlsx", "--format", "xlsx")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "book.xlsx" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize(
    "columns",
    [["domain"], ["domain", "language"], ["level"], ["mandatory"], ["updated_on"], ["skill"]],
    ids=",".join,
)
def test_partitions_hold_every_row_once(
    normalized: Path, tmp_path: Path, columns: list[str]
) -> None:
    data, out = sp.load(normalized), tmp_path / "lake"
    options = [part for name in columns for part in ("--partition-by", name)]
    result = call("export", normalized, "--out", out, *options)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == f"requirements: 503 rows in {out}/requirements"
    pages = data.profiles.set_index(["skill", "language"])
    for table in ("requirements", "profiles"):
        frame: pd.DataFrame = getattr(data, table)
        mine = [name for name in columns if name in frame or table == "requirements"]
        for name in set(mine) - set(frame):
            keys = frame[["skill", "language"]].itertuples(index=False, name=None)
            frame = frame.copy()
            frame[name] = [str(pages.at[key, name]) for key in keys]
        for file in (out / table).rglob("*.parquet"):
            folders = file.relative_to(out / table).parts[:-1]
            assert [folder.partition("=")[0] for folder in folders] == mine
            assert not set(mine) & set(pq.read_schema(file).names)
        told = ["source", "source_sha256" if table == "profiles" else "line", *mine]
        found = duckdb.connect().execute(
            f"SELECT {', '.join(told)} FROM read_parquet('{out}/{table}/**/*.parquet', "
            "hive_partitioning = true, hive_types_autocast = false)"
        )
        assert as_texts(found.fetchall()) == as_texts(frame[told].itertuples(index=False))


def as_texts(rows: Iterable[Iterable[object]]) -> list[list[str]]:
    """Return rows as texts, sorted: what partitions are named by is text."""
    return sorted([str(value).lower() for value in row] for row in rows)


def test_partitions_are_read_by_every_tool_and_keep_order_and_levels(
    normalized: Path, tmp_path: Path
) -> None:
    data = sp.load(normalized)
    written = data.export(tmp_path / "lake", partition_by=["domain"])
    assert [(item.table, item.rows) for item in written] == [
        (table, len(getattr(data, table))) for table in TABLES
    ]
    folder = written[0].path
    security = folder / "domain=Security" / "part-0.parquet"
    wanted = data.requirements[
        data.requirements["skill"].isin(data.profiles.query("domain == 'Security'")["skill"])
    ]
    assert pq.read_table(security)["description"].to_pylist() == wanted["description"].tolist()
    assert pl.read_parquet(security)["level"].dtype == pl.Enum(
        ["junior", "middle", "senior", "lead", "principal"]
    )
    arrow = ds.dataset(folder, partitioning="hive").to_table(
        filter=ds.field("domain") == "Embedded & IoT"
    )
    assert arrow.num_rows == 68
    assert pd.read_parquet(folder, filters=[("domain", "==", "Frontend")]).shape[0] == 52
    assert (tmp_path / "lake" / "sources" / "part-0.parquet").exists()


def test_partitions_are_the_same_bytes_every_time_and_replace_the_old_ones(tmp_path: Path) -> None:
    cells = "Data Engineer: o o o o o"
    names = ("Streams", "A/B: =x%", "../up", "数据", "a" * 60)
    out = publish(
        tmp_path,
        *(profile(f"skill-{at}a", cells, domain=name) for at, name in enumerate(names)),
    )
    data = sp.load(out)
    for folder in ("one", "two"):
        data.export(tmp_path / folder, partition_by=["domain"])
    first = content(tmp_path / "one")
    assert first == content(tmp_path / "two")
    assert len([name for name in first if name.startswith("requirements/")]) == len(names)
    found = pd.read_parquet(tmp_path / "one" / "requirements")
    assert set(found["domain"].astype(str)) == set(names)
    data.export(tmp_path / "one", partition_by=["language"])
    assert {name.split("/")[1] for name in content(tmp_path / "one") if "profiles" in name} == {
        "language=en"
    }


def test_partitions_replace_the_old_ones_without_links_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillprofiles.export.publish.can_link", lambda folder: False)
    data = sp.load(publish(tmp_path, profile("skill-1a", "Data Engineer: o o o o o")))
    for column in ("domain", "language"):
        data.export(tmp_path / "lake", partition_by=[column])
    assert not (tmp_path / "lake" / "profiles").is_symlink()
    [folder] = (tmp_path / "lake" / "profiles").iterdir()
    assert folder.name == "language=en"
    data.export(tmp_path / "lake", partition_by=["domain"], tables=["profiles"])
    assert not (tmp_path / "lake" / "requirements").exists()


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    (
        {"partition_by": ["tags"]},
        ValueError,
        "cannot partition by 'tags'; columns to choose: skill",
    ),
    ({"partition_by": ["nothing"]}, ValueError, "cannot partition by 'nothing'"),
    ({"partition_by": ["domain"], "form": "csv"}, ValueError, "written as Parquet, not as csv"),
    ({"tables": ["changes"]}, NoSuchTable, "no table 'changes' to export; there are requirements"),
]


@pytest.mark.parametrize(
    ("options", "error", "message"), REFUSED, ids=lambda value: str(value)[:30]
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    normalized: Path, tmp_path: Path, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        sp.load(normalized).export(tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []
    words = [
        part
        for name, values in options.items()
        for value in ([values] if isinstance(values, str) else values)
        for part in ({"form": "--format", "tables": "--table"}.get(name, "--partition-by"), value)
    ]
    result = call("export", normalized, "--out", tmp_path / "out", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_tables_themselves_are_never_replaced(tmp_path: Path) -> None:
    out = publish(tmp_path, profile("kafka", "Data Engineer: o o o o o"))
    before = content(tmp_path)
    for place in (out, tmp_path / "normalized" / ".." / "normalized", tmp_path):
        for options in ((), ("--partition-by", "domain"), ("--format", "csv")):
            result = call("export", out, "--out", place, *options)
            assert result.exit_code == 2
            assert "holds the tables themselves" in result.stderr
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("module", "extra", "code"),
    [
        ("xlsxwriter", "excel", "data.export('book.xlsx', 'xlsx')"),
        ("duckdb", "query", "data.duckdb()"),
        ("polars", "query", "data.to_polars().profiles"),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(
    normalized: Path, tmp_path: Path, module: str, extra: str, code: str
) -> None:
    program = f"""\
import sys
sys.modules["{module}"] = None
import skillprofiles as sp
data = sp.load({str(normalized)!r})
try: {code}
except ImportError as error: print(error)
from skillprofiles.cli import main
main(["export", {str(normalized)!r}, "--out", "book.xlsx", "--format", "xlsx"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    message = f"{module} is not installed: pip install 'skillprofiles[{extra}]'\n"
    assert done.stdout.startswith(message)
    if module == "xlsxwriter":
        assert (done.returncode, done.stderr) == (2, f"Error: {message}")
        assert list(tmp_path.iterdir()) == []
    else:
        assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_another_run_writes_to_is_busy(normalized: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"):
        result = call("export", normalized, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "another run is writing to" in result.stderr
