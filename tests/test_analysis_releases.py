"""A dataset is one release, whatever is published meanwhile; and what two releases say differently."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.datasets import ingest, profile, publish
from tests.test_analysis import told

import skillprofiles as sp
from skillprofiles.analysis import NoSuchTable
from skillprofiles.releases import NoSuchRelease, locate, prune, release_ids

KAFKA = profile("kafka", "Data Engineer: oa ob Mc Md Me")
DBT = profile("dbt", "Data Engineer: o o o o o\nBI Analyst: o o o o o")


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two releases, and the raw pages beside it. Nobody may change it."""
    folder = tmp_path_factory.mktemp("releases")
    ingest(folder, KAFKA, DBT)
    later = profile(
        "kafka",
        "Data Engineer: oa Mb Mx Md Me\nQA Engineer: oa - - - -",
        updated_on=dt.date(2026, 3, 1),
    )
    return ingest(folder, later, profile("sql", "BI Analyst: M M M M M"))


@pytest.fixture
def published(two_releases: Path, tmp_path: Path) -> Path:
    """Return a folder with two releases for a test of its own."""
    shutil.copytree(two_releases.parent, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / two_releases.name


def test_the_current_release_counts(published: Path) -> None:
    first, second = release_ids(published)
    data = sp.load(published)
    assert data.release == second
    assert data.folder == (published / "releases" / second).resolve()
    assert data.tables == ("requirements", "profiles", "findings", "sources", "changes")
    assert list(data.skills["skill"]) == ["kafka", "sql"]
    assert sp.load(published, release="1").release == first
    assert sp.load(published, release=first).release == first
    assert sp.load(published / "releases" / first).release == first
    assert sp.load(published / "latest").release == second
    assert repr(data) == f"<Dataset release {second}: 11 requirements, 2 profiles>"
    with pytest.raises(NoSuchRelease):
        sp.load(published, release="3")


def test_without_links_the_pointer_counts(published: Path) -> None:
    (published / "latest").unlink()
    assert sp.load(published).release == release_ids(published)[-1]


def test_what_is_loaded_stays_when_a_new_release_comes_and_the_old_one_goes(
    published: Path, tmp_path: Path
) -> None:
    data, untouched = sp.load(published), sp.load(published)
    before = data.matrix("kafka", values="description")
    frames = {table: getattr(untouched, table) for table in untouched.tables}
    ingest(tmp_path, DBT)
    assert prune(published, 1)
    assert not data.folder.exists()
    pd.testing.assert_frame_equal(data.matrix("kafka", values="description"), before)
    for table, frame in frames.items():
        pd.testing.assert_frame_equal(getattr(data, table), frame)
    assert data.to_polars().requirements.height == 11
    assert data.to_polars(lazy=True)["changes"].collect().height == len(frames["changes"])
    count = data.duckdb().sql("SELECT count(*) FROM requirements WHERE level = 'senior'").fetchall()
    assert count == [(2,)]
    assert list(sp.load(published).skills["skill"]) == ["dbt"]


def test_what_is_loaded_stays_when_a_folder_is_published_into_again(tmp_path: Path) -> None:
    out = publish(tmp_path, KAFKA)
    data = sp.load(out)
    publish(tmp_path, DBT)
    assert list(data.requirements["skill"].unique()) == ["kafka"]
    assert list(data.profiles["skill"]) == ["kafka"]
    assert list(sp.load(out).profiles["skill"]) == ["dbt"]


def test_a_folder_that_is_published_into_while_it_is_opened_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = publish(tmp_path, KAFKA)
    seen = [locate(out)]
    publish(tmp_path, DBT)
    monkeypatch.setattr(
        "skillprofiles.analysis.files.locate",
        lambda path: seen.pop() if seen else locate(path),
    )
    assert list(sp.load(out).profiles["skill"]) == ["dbt"]
    assert not seen


def test_every_change_is_told_once(published: Path) -> None:
    data = sp.load(published)
    found = data.diff(sp.load(published, release="1"))
    assert set(found["release"]) == {data.release}
    about_profiles = found[found["role"].isna()]
    assert told(about_profiles, "skill", "change", "field", "before", "after") == [
        ("dbt", "removed", None, "Dbt", None),
        ("kafka", "changed", "mandatory", "3", "4"),
        ("kafka", "changed", "roles", "1", "2"),
        ("kafka", "changed", "updated_on", "2026-02-22", "2026-03-01"),
        ("sql", "added", None, None, "Sql"),
    ]
    kafka = found[(found["skill"] == "kafka") & found["role"].notna()]
    assert told(kafka, "role", "level", "change", "field", "before", "after") == [
        ("Data Engineer", "middle", "changed", "mandatory", "false", "true"),
        (
            *("Data Engineer", "senior", "changed", "description"),
            "Does c for the team and keeps notes on it.",
            "Does x for the team and keeps notes on it.",
        ),
        (
            *("QA Engineer", "junior", "added", None, None),
            "Does a for the team and keeps notes on it.",
        ),
    ]
    assert len(found[found["skill"] == "dbt"]) == 11
    assert len(found[found["skill"] == "sql"]) == 6


def test_diff_says_what_the_table_of_changes_says(published: Path) -> None:
    data = sp.load(published)
    by_hand = data.diff(published / "releases" / release_ids(published)[0])
    pd.testing.assert_frame_equal(by_hand, data.changes)
    pd.testing.assert_frame_equal(data.diff(), data.changes)


def test_diff_the_other_way_round_says_the_opposite(published: Path) -> None:
    new, old = sp.load(published), sp.load(published, release="1")
    there, back = new.diff(old), old.diff(new)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert list(there["change"].map(opposite)) == list(back["change"])
    assert told(there, "before", "after") == told(back, "after", "before")


def test_the_same_is_no_difference(published: Path, tmp_path: Path) -> None:
    data = sp.load(published)
    assert data.diff(published).empty
    assert list(data.diff(published).columns) == list(data.changes.columns)
    again = publish(tmp_path / "again", KAFKA, DBT)
    assert sp.load(published, release="1").diff(again).empty


def test_where_something_was_read_is_no_difference(tmp_path: Path) -> None:
    out = publish(tmp_path, KAFKA)
    moved = tmp_path / "moved"
    shutil.copytree(out, moved)
    for table, columns in {
        "requirements": {"source": "elsewhere.txt", "line": 77},
        "profiles": {
            "source": "elsewhere.txt",
            "source_kind": "html",
            "source_sha256": "0" * 64,
            "fetched_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        },
    }.items():
        rows = pq.read_table(moved / f"{table}.parquet")
        for name, value in columns.items():
            at, field = rows.schema.get_field_index(name), rows.schema.field(name)
            rows = rows.set_column(at, field, pa.array([value] * len(rows), field.type))
        pq.write_table(rows.replace_schema_metadata(), moved / f"{table}.parquet")
    assert sp.load(moved).diff(out).empty
    rows = rows.set_column(
        rows.schema.get_field_index("url"), "url", pa.array(["https://example.org/"])
    )
    pq.write_table(rows, moved / "profiles.parquet")
    found = sp.load(moved).diff(out)
    assert told(found, "field", "before", "after") == [("url", None, "https://example.org/")]


def test_a_folder_that_is_no_release_is_compared_with_what_is_named(tmp_path: Path) -> None:
    one = publish(tmp_path / "one", KAFKA)
    two = publish(tmp_path / "two", KAFKA, DBT)
    found = sp.load(two).diff(one)
    assert found["release"].isna().all()
    assert set(found["change"]) == {"added"}
    with pytest.raises(NoSuchTable):
        sp.load(two).diff()


def test_what_is_no_dataset_says_so_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        sp.load(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="empty"):
        sp.load(tmp_path / "empty")
    out = publish(tmp_path, KAFKA)
    for table in ("profiles", "requirements"):
        broken = tmp_path / f"broken-{table}"
        broken.mkdir()
        for file in out.glob("*.parquet"):
            (broken / file.name).write_bytes(file.read_bytes())
        (broken / f"{table}.parquet").write_bytes(b"PAR1 and nothing else PAR1")
        with pytest.raises(OSError, match="cannot be read as Parquet") as caught:
            sp.load(broken).matrix("Kafka!")
        assert caught.value.filename == str(broken / f"{table}.parquet")


def test_only_row_groups_that_hold_the_skill_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillprofiles.export.parquet.ROW_GROUP_ROWS", 5)
    out = publish(
        tmp_path, *(profile(f"skill-{at}a", "Data Engineer: o o o o o") for at in range(6))
    )
    data = sp.load(out)
    _ = data.matrix("skill-0a")  # the keys are known from here on
    file = data._files._open("requirements")
    assert file.num_row_groups > 3
    read: list[int] = []

    class Watched:
        num_row_groups, metadata, schema_arrow = (
            file.num_row_groups,
            file.metadata,
            file.schema_arrow,
        )

        def read_row_group(self, number: int, **options: object) -> object:
            read.append(number)
            return file.read_row_group(number, **options)

    monkeypatch.setitem(data._files._files, "requirements", Watched())
    assert data.matrix("skill-3a").shape == (1, 5)
    assert read == [3]


def test_polars_and_duckdb_have_every_table_with_ordered_levels(published: Path) -> None:
    data = sp.load(published)
    tables = data.to_polars()
    assert list(tables) == list(data.tables)
    assert tables["requirements"] is tables.requirements
    assert str(tables.requirements.schema["level"]).startswith(
        "Enum(categories=['junior', 'middle'"
    )
    assert str(tables.changes.schema["level"]).startswith("Enum(")
    with pytest.raises(KeyError):
        tables["nothing"]
    with pytest.raises(AttributeError, match="there are requirements, profiles"):
        _ = tables.nothing
    con = data.duckdb()
    assert con.sql(
        "SELECT level FROM requirements WHERE skill = 'sql' ORDER BY level DESC"
    ).fetchall()[0] == ("principal",)
    assert con.sql("SELECT count(*) FROM requirements WHERE level >= 'lead'::level").fetchall() == [
        (4,)
    ]
    assert con.sql("SELECT count(*) FROM changes WHERE level IS NULL").fetchall() == [(5,)]


def test_a_folder_with_quotes_in_its_name_is_a_folder(tmp_path: Path) -> None:
    out = publish(tmp_path / 'it\'s "here"; DROP', KAFKA)
    data = sp.load(out)
    assert data.duckdb().sql("SELECT count(*) FROM profiles").fetchall() == [(1,)]
    assert data.to_polars(lazy=True).profiles.collect().height == 1
