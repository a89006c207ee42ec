"""What every command says of a release that is damaged, missing, empty, or of another contract."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.datasets import ingest, profile
from tests.ingesting import write
from tests.test_cli import call

import skillprofiles as sp
from skillprofiles import contracts
from skillprofiles.releases import path_of, release_ids
from skillprofiles.releases.readable import CONTRACT, NEEDED

VERSION = b"skillprofiles.schema_version"


@pytest.fixture(scope="module")
def one_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one release of one skill in one language. Nobody may change it."""
    return ingest(tmp_path_factory.mktemp("damage"), profile("kafka", "Data Engineer: oa ob M M M"))


@pytest.fixture
def published(one_release: Path, tmp_path: Path) -> Path:
    """Return such a folder for a test of its own."""
    return shutil.copytree(one_release, tmp_path / "published", symlinks=True)


def commands(tables: Path, out: Path) -> Iterator[tuple[str | Path, ...]]:
    """Yield every command that is asked of published tables."""
    yield "show", tables
    yield "show", tables, "kafka"
    yield "compare", tables, "kafka"
    yield "role", tables
    yield "role", tables, "data engineer"
    yield "diff", tables
    yield "diff", tables, tables
    yield "export", tables, "--out", out / "folder"
    yield "export", tables, "--out", out / "book.xlsx", "--format", "xlsx"
    yield "export", tables, "--out", out / "lake", "--partition-by", "domain"
    yield "report", tables, "--out", out / "site"


def rewritten(table: str, change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    """Return what writes a table of a release anew, otherwise than it was."""

    def rewrite(release: Path) -> None:
        path = release / f"{table}.parquet"
        metadata = pq.read_metadata(path).metadata
        changed = change(pq.read_table(path))
        pq.write_table(
            changed.replace_schema_metadata(metadata | (changed.schema.metadata or {})), path
        )

    return rewrite


def under(version: str) -> Callable[[pa.Table], pa.Table]:
    """Return what puts a table under another version of the contract."""
    return lambda rows: rows.replace_schema_metadata({VERSION: version.encode()})


DAMAGES: Sequence[tuple[str, Callable[[Path], Any], str]] = [
    ("gone", shutil.rmtree, "its current release is gone"),
    (
        "without requirements",
        lambda release: (release / "requirements.parquet").unlink(),
        "requirements.parquet: No such file or directory",
    ),
    (
        "without profiles",
        lambda release: (release / "profiles.parquet").unlink(),
        "profiles.parquet: No such file or directory",
    ),
    (
        "cut",
        lambda release: (release / "profiles.parquet").write_bytes(b"PAR1"),
        "profiles.parquet: cannot be read as Parquet",
    ),
    (
        "no Parquet",
        lambda release: (release / "requirements.parquet").write_bytes(b"none" * 100),
        "requirements.parquet: cannot be read as Parquet",
    ),
    (
        "without a role",
        rewritten("requirements", lambda rows: rows.drop_columns(["role"])),
        "requirements.parquet: it has no column 'role'",
    ),
    (
        "of a later contract",
        rewritten("requirements", under("2.0.0")),
        "published under version 2.0.0 of the tables' contract, and this program reads version 1;",
    ),
    (
        "profiles of a later contract",
        rewritten("profiles", under("10.1")),
        "published under version 10.1 of the tables' contract",
    ),
]


@pytest.mark.parametrize(
    ("damage", "message"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES]
)
def test_every_command_says_what_is_wrong_with_a_release(
    published: Path, tmp_path: Path, damage: Callable[[Path], Any], message: str
) -> None:
    damage(path_of(published, release_ids(published)[0]))
    for command in commands(published, tmp_path / "out"):
        result = call(*command)
        assert (result.exit_code, result.stdout) == (2, ""), command
        assert message in result.stderr, command
        assert result.stderr.startswith("Error: "), command
        assert result.stderr.count("\n") == 1, command
    assert not list(tmp_path.glob("out/*"))
    with pytest.raises(OSError, match=r"release is gone|requirements|profiles"):
        sp.load(published)


def test_a_later_minor_version_and_further_columns_are_read(
    published: Path, tmp_path: Path
) -> None:
    release = path_of(published, release_ids(published)[0])

    def later(rows: pa.Table) -> pa.Table:
        return under("1.99.0")(rows.append_column("further", rows["role"]))

    rewritten("requirements", later)(release)
    assert len(sp.load(published).role("data engineer")) == 1
    assert call("report", published, "--out", tmp_path / "site").exit_code == 0


def test_a_rank_of_no_level_is_one_line(published: Path, tmp_path: Path) -> None:
    def ranked(rows: pa.Table) -> pa.Table:
        at = rows.schema.get_field_index("level_rank")
        return rows.set_column(at, "level_rank", pa.array([9] * rows.num_rows, pa.int8()))

    rewritten("requirements", ranked)(path_of(published, release_ids(published)[0]))
    result = call("report", published, "--out", tmp_path / "site")
    assert result.exit_code == 2
    assert "requirements.parquet: it has a level_rank of 9 to 9, not 1 to 5\n" in result.stderr


def test_what_is_needed_of_a_table_is_in_its_contract() -> None:
    assert str(CONTRACT) == contracts.VERSION.partition(".")[0]
    for table, columns in NEEDED.items():
        assert set(columns) <= set(contracts.arrow_schema(contracts.RELEASE_TABLES[table]).names)


def test_a_release_with_a_damaged_manifest_is_exported_as_one(
    published: Path, tmp_path: Path
) -> None:
    (path_of(published, release_ids(published)[0]) / "manifest.json").write_text("{")
    result = call("export", published, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")
    sources = pq.read_schema((tmp_path / "out" / "sources.parquet").resolve())
    assert "published_sha256" in sources.names


def test_tables_as_csv_are_told_from_no_tables(tmp_path: Path, one_release: Path) -> None:
    out = tmp_path / "csv"
    raw = one_release.parent / "raw"
    assert call("normalize", raw, "--out", out, "--format", "csv", "--quiet").exit_code == 0
    for command in commands(out, tmp_path / "out"):
        result = call(*command)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {out}: its tables are CSV")


def test_where_nothing_was_accepted_every_command_says_so(tmp_path: Path) -> None:
    write(tmp_path / "raw" / "login.txt", "Please sign in.")
    tables = tmp_path / "published"
    call("ingest", tmp_path / "raw", "--to", tables, "--quiet")
    none = "no skill is published there"
    why = f"{none}: of 1 source read none is accepted; the table findings says why\n"
    first = f"{release_ids(tables)[0]} is the first release\n"
    said = [
        (0, why),
        (2, f"Error: no skill 'kafka'; {none}\n"),
        (2, f"Error: no skill 'kafka'; {none}\n"),
        (0, why),
        (2, f"Error: no role 'data engineer'; {none}\n"),
        (0, first),
        (0, "nothing changed\n"),
        *[(0, "")] * 4,
    ]
    for command, expected in zip(commands(tables, tmp_path / "out"), said, strict=True):
        result = call(*command)
        assert (result.exit_code, result.stderr) == expected, command
    home = (tmp_path / "out" / "site" / "index.html").read_text(encoding="utf-8")
    assert "No skill is published here" in home


def test_one_skill_in_one_language_answers_every_command(published: Path, tmp_path: Path) -> None:
    for command in commands(published, tmp_path / "out"):
        result = call(*command)
        assert result.exit_code == 0, command
    data = sp.load(published)
    assert data.languages("kafka") == ["en"]
    assert data.coverage()["available"].tolist() == [True]
    assert data.reuse().empty
