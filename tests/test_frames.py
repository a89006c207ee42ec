"""Profiles, findings and outcomes as tables: order, types, and levels that stay in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skillprofiles import contracts, frames
from skillprofiles.findings import Finding
from skillprofiles.frames import Batch
from skillprofiles.model import (
    LEVEL_LABELS,
    Figures,
    Level,
    Lineage,
    Outcome,
    Profile,
    Requirement,
    Source,
    Span,
)
from skillprofiles.rules import contract, source

ROLES = ("Data Engineer", "Backend Developer (C#/.NET)")
FETCHED = dt.datetime(2026, 2, 22, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-2)))


def profile(skill: str = "kafka", roles: tuple[str, ...] = ROLES, first_line: int = 20) -> Profile:
    """Return a whole profile; a requirement is mandatory from senior on."""
    requirements = tuple(
        Requirement(role, level, level >= Level.SENIOR, f"{skill}: {role} at {level.label}.")
        for level in Level
        for role in roles
    )
    return Profile(
        skill=skill,
        language="en",
        skill_name=skill.title(),
        skill_name_from="page",
        domain="Data Platform",
        group="Streaming",
        summary="topics, brokers",
        tags=("topics", "brokers"),
        content_language=None,
        declared=Figures(len(roles), 5, 3 * len(roles), 2 * len(roles)),
        updated_on=dt.date(2026, 2, 22),
        requirements=requirements,
        url=None,
        lineage=Lineage(
            source=Source(f"{skill}.en.txt", fetched_at=FETCHED),
            kind="md",
            sha256="0" * 64,
            lines=tuple(range(first_line, first_line + len(requirements))),
            figures={"profile": Span(1, 1, 1, 5)},
        ),
    )


NONE = replace(profile("none", ()), declared=Figures(0, 0, 0, 0))


def test_requirements_stand_in_the_order_of_profiles_and_rows() -> None:
    table = frames.requirements_table([profile("b"), NONE, profile("a", ("Solo",), 7)])
    assert table.schema.equals(contracts.arrow_schema("requirements"), check_metadata=True)
    rows = table.to_pylist()
    assert [row["skill"] for row in rows] == ["b"] * 10 + ["a"] * 5
    assert [row["line"] for row in rows] == [*range(20, 30), *range(7, 12)]
    assert rows[5] == {
        "skill": "b",
        "language": "en",
        "role": "Backend Developer (C#/.NET)",
        "level": "senior",
        "level_rank": 3,
        "mandatory": True,
        "description": "b: Backend Developer (C#/.NET) at senior.",
        "source": "b.en.txt",
        "line": 25,
    }
    assert [row["level"] for row in rows[10:]] == list(LEVEL_LABELS)
    assert [row["mandatory"] for row in rows[10:]] == [False, False, True, True, True]


def test_profiles_say_what_their_pages_say() -> None:
    bare = replace(profile("bare"), skill_name=None, skill_name_from=None, summary=None, tags=())
    table = frames.profiles_table([profile(), bare])
    assert table.schema.equals(contracts.arrow_schema("profiles"), check_metadata=True)
    assert table.to_pylist()[0] == {
        "skill": "kafka",
        "language": "en",
        "skill_name": "Kafka",
        "skill_name_from": "page",
        "domain": "Data Platform",
        "group": "Streaming",
        "summary": "topics, brokers",
        "tags": ["topics", "brokers"],
        "content_language": None,
        "roles": 2,
        "levels": 5,
        "mandatory": 6,
        "optional": 4,
        "updated_on": dt.date(2026, 2, 22),
        "source": "kafka.en.txt",
        "source_kind": "md",
        "source_sha256": "0" * 64,
        "url": None,
        "fetched_at": dt.datetime(2026, 2, 23, 1, 30, tzinfo=dt.UTC),
    }
    assert table.to_pylist()[1]["tags"] == []


def test_findings_say_where() -> None:
    found = [
        Finding(source.EMPTY, "a.txt", "the source is empty", "remove it"),
        Finding(
            contract.DUPLICATE_CELL, "b.txt", "m", "h", Span(3, 1, 3, 9), "go", "de", "R", "lead"
        ),
    ]
    table = frames.findings_table(found)
    assert table.schema.equals(contracts.arrow_schema("findings"), check_metadata=True)
    assert [list(row.values()) for row in table.to_pylist()] == [
        ["a.txt", None, None, "SP002", "empty", "error", "the source is empty", "remove it"]
        + [None] * 4,
        ["b.txt", 3, 1, "SP306", "duplicate-cell", "error", "m", "h", "go", "de", "R", "lead"],
    ]


def test_sources_say_what_became_of_them() -> None:
    outcomes = [
        Outcome("a.txt", "0" * 64, 5_000_000_000, "md", "en", "accepted", "kafka", 0, 1),
        Outcome("b.txt", None, None, None, None, "rejected", None, 1, 0),
    ]
    table = frames.sources_table(outcomes)
    assert table.schema.equals(contracts.arrow_schema("sources"), check_metadata=True)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("a.txt", "0" * 64, 5_000_000_000, "md", "en", "accepted", "kafka", 0, 1),
        ("b.txt", None, None, None, None, "rejected", None, 1, 0),
    ]


@pytest.mark.parametrize("table", contracts.TABLES)
def test_empty_tables_have_the_whole_schema(table: str) -> None:
    empty = getattr(frames, f"{table}_table")([])
    assert empty.num_rows == 0
    assert empty.schema.equals(contracts.arrow_schema(table), check_metadata=True)
    frame = empty.to_pandas(types_mapper=pd.ArrowDtype)
    assert contracts.judge(contracts.schema(table), frame) == []


@pytest.mark.parametrize("profiles", [[], [NONE], [profile()]], ids=["none", "no rows", "one"])
def test_the_dictionary_always_holds_all_levels_in_order(profiles: list[Profile]) -> None:
    levels = frames.requirements_table(profiles)["level"]
    assert levels.type == pa.dictionary(pa.int8(), pa.string(), ordered=True)
    assert [chunk.dictionary.to_pylist() for chunk in levels.chunks] == [list(LEVEL_LABELS)]


def test_a_batch_knows_where_a_row_came_from() -> None:
    given = [profile("b"), NONE, profile("a", ("Solo",), 7)]
    batch = Batch.of(given)
    assert batch.pages.tolist() == [0] * 10 + [2] * 5
    for row in range(15):
        position, requirement, line = batch.place(row)
        within = row if position == 0 else row - 10
        assert position == batch.pages[row]
        assert requirement == given[position].requirements[within]
        assert line == given[position].lineage.lines[within]


@pytest.mark.parametrize("gone", [[], [0], [1], [2], [0, 2], [0, 1, 2]], ids=str)
def test_a_batch_without_some_is_the_batch_of_the_others(gone: list[int]) -> None:
    given = [profile("b"), NONE, profile("a", ("Solo",), 7)]
    kept = [each for position, each in enumerate(given) if position not in gone]
    smaller, expected = Batch.of(given).without(gone), Batch.of(kept)
    assert smaller.profiles == kept
    assert smaller.requirements.equals(expected.requirements, check_metadata=True)
    assert smaller.profile_rows.equals(expected.profile_rows, check_metadata=True)
    assert smaller.pages.tolist() == expected.pages.tolist()


def test_found_figures_are_counted_over_the_rows() -> None:
    hole = profile("hole")
    hole = replace(
        hole,
        requirements=hole.requirements[:-3],
        lineage=replace(hole.lineage, lines=hole.lineage.lines[:-3]),
    )
    frame = Batch.of([profile("a", ("Solo",)), NONE, hole]).profiles_frame()
    names = ["roles_found", "levels_found", "mandatory_found", "optional_found"]
    assert frame[names].values.tolist() == [[1, 5, 3, 2], [0, 0, 0, 0], [2, 4, 3, 4]]


def test_a_figure_beyond_int16_is_stored_as_the_largest() -> None:
    huge = replace(profile(), declared=Figures(2, 5, 10**9, 4))
    assert frames.profiles_table([profile(), huge])["mandatory"].to_pylist() == [6, 2**15 - 1]


def test_lines_have_to_match_the_requirements_of_each_profile() -> None:
    less, more = profile("less"), profile("more")
    less = replace(less, lineage=replace(less.lineage, lines=less.lineage.lines[1:]))
    more = replace(more, lineage=replace(more.lineage, lines=(1, *more.lineage.lines)))
    with pytest.raises(ValueError, match="lines"):
        frames.requirements_table([less, more])


def test_a_name_that_is_not_utf8_can_be_reported() -> None:
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    shown = r"caf\udce9.txt"
    odd = replace(profile(), lineage=replace(profile().lineage, source=Source(name)))
    found = Finding(source.EMPTY, name, f"{name} is empty", "hint", skill=name)
    outcome = Outcome(name, None, None, None, None, "rejected", None, 1, 0)
    assert frames.profiles_table([odd])["source"].to_pylist() == [shown]
    assert set(frames.requirements_table([odd])["source"].to_pylist()) == {shown}
    assert frames.sources_table([outcome])["source"].to_pylist() == [shown]
    row = frames.findings_table([found]).to_pylist()[0]
    assert (row["source"], row["message"], row["skill"]) == (shown, f"{shown} is empty", shown)


def test_text_that_is_not_utf8_is_refused() -> None:
    odd = profile(roles=("Data \ud800 Engineer",))
    with pytest.raises(ValueError, match="surrogates"):
        frames.requirements_table([odd])


PARTS: dict[str, list[list[Profile]]] = {
    "one part": [[profile("b"), profile("a")]],
    "several parts": [[profile("b")], [], [profile("a", ("Solo",))], [NONE]],
    "empty first": [[], [profile("b")]],
}
EMPTY: list[list[Profile]] = [[]]


def shuffled(profiles: list[Profile]) -> list[Profile]:
    """Return the profiles with their rows from principal down, as no alphabet has them."""
    return [
        replace(
            each,
            requirements=each.requirements[::-1],
            lineage=replace(each.lineage, lines=each.lineage.lines[::-1]),
        )
        for each in profiles
    ]


def written(folder: Path, parts: list[list[Profile]]) -> Path:
    """Write each part as a Parquet file and return their folder."""
    for number, profiles in enumerate(parts):
        table = frames.requirements_table(shuffled(profiles))
        pq.write_table(table, folder / f"{number}.parquet", compression="zstd")
    return folder


def answer(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def in_order(labels: list[Any]) -> bool:
    ranks = [LEVEL_LABELS.index(label) for label in labels]
    return ranks == sorted(ranks) and len(set(ranks)) == 5


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_pandas_reads_levels_in_order(tmp_path: Path, parts: list[list[Profile]]) -> None:
    frame = pd.read_parquet(written(tmp_path, parts))
    assert frame["level"].dtype == pd.CategoricalDtype(list(LEVEL_LABELS), ordered=True)
    assert in_order(frame.sort_values("level")["level"].tolist())
    assert (frame["level"] > "senior").equals(frame["level_rank"] > 3)


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_polars_reads_levels_in_order(tmp_path: Path, parts: list[list[Profile]]) -> None:
    folder = written(tmp_path, parts)
    for frame in (
        pl.read_parquet(folder / "*.parquet"),
        pl.scan_parquet(folder / "*.parquet").collect(),
    ):
        assert frame.schema["level"] == pl.Enum(LEVEL_LABELS)
        assert in_order(frame.sort("level")["level"].to_list())
        above = frame.filter(pl.col("level") > "senior")
        assert above.equals(frame.filter(pl.col("level_rank") > 3))


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_duckdb_reads_levels_in_the_order_of_their_rank(
    tmp_path: Path, parts: list[list[Profile]]
) -> None:
    files = f"'{written(tmp_path, parts)}/*.parquet'"
    rows = answer(f"SELECT level FROM {files} ORDER BY level_rank")
    assert in_order([level for (level,) in rows])
    names = ", ".join(f"'{label}'" for label in LEVEL_LABELS)
    cast = f"SELECT level FROM {files} ORDER BY level::ENUM({names})"
    assert in_order([level for (level,) in answer(cast)])


def test_levels_of_an_empty_table(tmp_path: Path) -> None:
    file = written(tmp_path, EMPTY) / "0.parquet"
    assert pl.read_parquet(file).schema["level"] == pl.Enum(LEVEL_LABELS)
    assert pl.scan_parquet(file).collect_schema()["level"] == pl.Enum(LEVEL_LABELS)
    assert answer(f"SELECT level, level_rank FROM '{file}'") == []
    # pandas loses the categories (https://github.com/apache/arrow/issues/45192), not the order;
    # when this fails, Arrow has mended it and `to_pandas` may go.
    bare = pd.read_parquet(file)["level"].dtype
    assert isinstance(bare, pd.CategoricalDtype)
    assert bare.ordered
    assert list(bare.categories) == []
    mended = frames.to_pandas(pq.read_table(file))["level"].dtype
    assert mended == pd.CategoricalDtype(list(LEVEL_LABELS), ordered=True)


@pytest.mark.parametrize("parts", [*PARTS.values(), EMPTY], ids=[*PARTS, "empty"])
def test_to_pandas_gives_ordered_levels_and_arrow_columns(
    tmp_path: Path, parts: list[list[Profile]]
) -> None:
    frame = frames.to_pandas(pq.read_table(written(tmp_path, parts)))
    assert frame["level"].dtype == pd.CategoricalDtype(list(LEVEL_LABELS), ordered=True)
    assert frame["role"].dtype == pd.ArrowDtype(pa.string())
    assert (
        frame["level"]
        .astype(str)
        .map(lambda label: Level.from_label(label).value)
        .eq(frame["level_rank"])
        .all()
    )


def test_what_is_read_back_keeps_the_contract(tmp_path: Path) -> None:
    batch = Batch.of([profile("b"), profile("a")])
    for table, rows in (("requirements", batch.requirements), ("profiles", batch.profile_rows)):
        pq.write_table(rows, tmp_path / f"{table}.parquet")
        back = pq.read_table(tmp_path / f"{table}.parquet")
        assert back.equals(rows)
        assert [field.metadata for field in back.schema if field.name != "tags"] == [
            field.metadata for field in rows.schema if field.name != "tags"
        ]
        frame = pd.read_parquet(tmp_path / f"{table}.parquet", dtype_backend="pyarrow")
        assert contracts.judge(contracts.schema(table), frame) == []
