"""The contracts: every check broken once, and what other rooms derive from the models."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pandera.config import config_context
from pandera.errors import SchemaErrors

from skillprofiles import contracts
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.releases import layout
from skillprofiles.vocabulary import LANGUAGES

SHA = "0" * 64
ENUM = {b"_PL_ENUM_VALUES2": b"6;junior6;middle6;senior4;lead9;principal"}

ROWS: dict[str, dict[str, Any]] = {
    "requirements": {
        "skill": "apache-kafka",
        "language": "en",
        "role": "Backend Developer (C#/.NET)",
        "level": "lead",
        "level_rank": 4,
        "mandatory": True,
        "description": "Sets the direction → for ~50% of it.",
        "source": "kafka.en.txt",
        "line": 7,
    },
    "profiles": {
        "skill": "apache-kafka",
        "language": "zh",
        "skill_name": "Apache Kafka",
        "skill_name_from": "page",
        "domain": "Data Platform",
        "group": "领域",
        "summary": "topics, brokers",
        "tags": ["topics", "brokers"],
        "content_language": "en",
        "roles": 2,
        "levels": 5,
        "mandatory": 6,
        "optional": 4,
        "updated_on": dt.date(2026, 2, 22),
        "source": "pages.zip!/kafka.zh.html",
        "source_kind": "html",
        "source_sha256": SHA,
        "url": "https://example.org/skills/kafka?lang=zh",
        "fetched_at": dt.datetime(2026, 2, 23, 4, 5, 6, tzinfo=dt.UTC),
    },
    "findings": {
        "source": "kafka.en.txt",
        "line": 7,
        "column": 1,
        "code": "SP301",
        "name": "mandatory-count",
        "severity": "error",
        "message": "the page declares 7 mandatory requirements, its tables hold 6",
        "hint": "compare the tables with the web page",
        "skill": "apache-kafka",
        "language": "en",
        "role": None,
        "level": "lead",
    },
    "sources": {
        "source": "kafka.en.txt",
        "sha256": SHA,
        "bytes": 6000,
        "kind": "md",
        "language": "en",
        "status": "accepted",
        "skill": "apache-kafka",
        "errors": 0,
        "warnings": 2,
    },
    "changes": {
        "release": "000012-0123456789ab",
        "skill": "apache-kafka",
        "language": "en",
        "role": "Data Engineer",
        "level": "lead",
        "change": "changed",
        "field": "mandatory",
        "before": "false",
        "after": "true",
    },
}
ROWS["released_sources"] = {**ROWS["sources"], "published_sha256": SHA}
OF_PROFILE = {"role": None, "level": None}
ADDED = {"change": "added", "field": None, "before": None, "after": "Sets the direction."}
REMOVED = {"change": "removed", "field": None, "before": "Sets the direction.", "after": None}

BREAKS: list[tuple[str, dict[str, Any], str]] = [
    ("requirements", {"skill": "Apache-kafka"}, "slug"),
    ("requirements", {"skill": "Äpfel"}, "slug"),
    ("requirements", {"skill": "a b"}, "slug"),
    ("requirements", {"skill": "-a"}, "slug"),
    ("requirements", {"skill": "a/b"}, "slug"),
    ("requirements", {"skill": ""}, "slug"),
    ("requirements", {"skill": "s" * 501}, "str_length"),
    ("requirements", {"language": "fr"}, "isin"),
    ("requirements", {"role": ""}, "folded"),
    ("requirements", {"role": "Data  Engineer"}, "folded"),
    ("requirements", {"role": "Data\u00a0Engineer"}, "folded"),
    ("requirements", {"role": "r" * 501}, "str_length"),
    ("requirements", {"level": "guru"}, "isin"),
    ("requirements", {"level_rank": 0}, "greater_than_or_equal_to"),
    ("requirements", {"level_rank": 6}, "less_than_or_equal_to"),
    ("requirements", {"level_rank": 5}, "level_rank_of_level"),
    ("requirements", {"description": ""}, "one_line"),
    ("requirements", {"description": "two\nlines"}, "one_line"),
    ("requirements", {"description": "two\rlines"}, "one_line"),
    ("requirements", {"description": "d" * 20_001}, "str_length"),
    ("requirements", {"source": ""}, "str_length"),
    ("requirements", {"line": 0}, "greater_than_or_equal_to"),
    ("profiles", {"skill": "?"}, "slug"),
    ("profiles", {"skill": "s" * 501}, "str_length"),
    ("profiles", {"language": ""}, "isin"),
    ("profiles", {"skill_name": " Kafka"}, "folded"),
    ("profiles", {"skill_name": "n" * 501}, "str_length"),
    ("profiles", {"skill_name": None}, "origin_of_name"),
    ("profiles", {"skill_name_from": None}, "origin_of_name"),
    ("profiles", {"skill_name_from": "guessed"}, "isin"),
    ("profiles", {"domain": ""}, "folded"),
    ("profiles", {"domain": "d" * 501}, "str_length"),
    ("profiles", {"group": "a\tb"}, "folded"),
    ("profiles", {"group": "g" * 501}, "str_length"),
    ("profiles", {"summary": ""}, "one_line"),
    ("profiles", {"summary": "s" * 20_001}, "str_length"),
    ("profiles", {"tags": ["topics", ""]}, "filled_items"),
    ("profiles", {"tags": ["topics", " brokers"]}, "filled_items"),
    ("profiles", {"tags": [None]}, "filled_items"),
    ("profiles", {"content_language": "fr"}, "isin"),
    ("profiles", {"roles": 0}, "greater_than_or_equal_to"),
    ("profiles", {"roles": 10_001}, "less_than_or_equal_to"),
    ("profiles", {"levels": 0}, "greater_than_or_equal_to"),
    ("profiles", {"levels": 6}, "less_than_or_equal_to"),
    ("profiles", {"mandatory": -1}, "greater_than_or_equal_to"),
    ("profiles", {"mandatory": 10_001}, "less_than_or_equal_to"),
    ("profiles", {"optional": -1}, "greater_than_or_equal_to"),
    ("profiles", {"optional": 10_001}, "less_than_or_equal_to"),
    ("profiles", {"source": ""}, "str_length"),
    ("profiles", {"source_kind": "pdf"}, "isin"),
    ("profiles", {"source_sha256": "0" * 63}, "str_matches"),
    ("profiles", {"source_sha256": "F" * 64}, "str_matches"),
    ("profiles", {"url": ""}, "str_length"),
    ("findings", {"source": ""}, "str_length"),
    ("findings", {"line": 0}, "greater_than_or_equal_to"),
    ("findings", {"column": 0}, "greater_than_or_equal_to"),
    ("findings", {"line": None}, "column_of_line"),
    ("findings", {"column": None}, "column_of_line"),
    ("findings", {"code": "SP31"}, "str_matches"),
    ("findings", {"name": "Mandatory"}, "str_matches"),
    ("findings", {"severity": "fatal"}, "isin"),
    ("findings", {"message": ""}, "str_length"),
    ("findings", {"hint": ""}, "str_length"),
    ("findings", {"language": "fr"}, "isin"),
    ("findings", {"level": "guru"}, "isin"),
    ("sources", {"source": ""}, "str_length"),
    ("sources", {"sha256": "x"}, "str_matches"),
    ("sources", {"bytes": -1}, "greater_than_or_equal_to"),
    ("sources", {"kind": "pdf"}, "isin"),
    ("sources", {"language": "fr"}, "isin"),
    ("sources", {"status": "lost"}, "isin"),
    ("sources", {"errors": -1}, "greater_than_or_equal_to"),
    ("sources", {"warnings": -1}, "greater_than_or_equal_to"),
    ("sources", {"errors": 1}, "rejected_by_errors"),
    ("sources", {"status": "rejected"}, "rejected_by_errors"),
    ("released_sources", {"published_sha256": "x"}, "str_matches"),
    ("released_sources", {"published_sha256": None}, "accepted_is_published"),
    ("released_sources", {"published_sha256": "1" * 64}, "accepted_is_published"),
    ("released_sources", {"sha256": None, "published_sha256": None}, "accepted_is_published"),
    ("changes", {"release": "12-0123456789ab"}, "str_matches"),
    ("changes", {"release": "000012-0123456789abc"}, "str_matches"),
    ("changes", {"skill": "Apache-kafka"}, "slug"),
    ("changes", {"skill": "s" * 501}, "str_length"),
    ("changes", {"language": "fr"}, "isin"),
    ("changes", {"role": "Data  Engineer"}, "folded"),
    ("changes", {"role": "r" * 501}, "str_length"),
    ("changes", {"level": "guru"}, "isin"),
    ("changes", {"change": "renamed"}, "isin"),
    ("changes", {"before": ""}, "str_length"),
    ("changes", {"after": ""}, "str_length"),
    ("changes", {"role": None}, "level_of_role"),
    ("changes", {"level": None}, "level_of_role"),
    ("changes", {"field": None}, "field_of_change"),
    ("changes", {**ADDED, "field": "description"}, "field_of_change"),
    ("changes", {**REMOVED, "field": "description"}, "field_of_change"),
    ("changes", {"field": "colour"}, "field_of_table"),
    ("changes", {"field": "tags"}, "field_of_table"),
    ("changes", {"field": "level"}, "field_of_table"),
    ("changes", {**OF_PROFILE, "field": "description"}, "field_of_table"),
    ("changes", {**ADDED, "before": "Reads about it."}, "one_side"),
    ("changes", {**REMOVED, "after": "Reads about it."}, "one_side"),
    ("changes", {**ADDED, **OF_PROFILE, "before": "Kafka"}, "one_side"),
    ("changes", {**ADDED, "after": None}, "description_of_requirement"),
    ("changes", {**REMOVED, "before": None}, "description_of_requirement"),
    ("changes", {"before": "true"}, "values_differ"),
    ("changes", {"before": None, "after": None}, "values_differ"),
]
BREAKS += [
    ("released_sources", changes, check) for table, changes, check in BREAKS if table == "sources"
]

GOOD: list[tuple[str, dict[str, Any]]] = [
    *((table, {}) for table in ROWS),
    *(("requirements", {"language": language}) for language in LANGUAGES),
    *(
        ("requirements", {"level": label, "level_rank": rank})
        for rank, label in enumerate(LEVEL_LABELS, 1)
    ),
    *(
        ("profiles", {"skill": skill})
        for skill in ("c", "机器学习", "diseño-web", "node.js", "a_b", "k8s", "ci--cd", "größe")
    ),
    ("requirements", {"description": "d" * 20_000, "role": "r" * 500, "skill": "s" * 500}),
    ("requirements", {"description": "d", "role": "r", "skill": "s", "source": "s", "line": 1}),
    ("profiles", dict.fromkeys(("skill_name", "domain", "group", "summary", "url"), "x")),
    (
        "profiles",
        {"skill": "s" * 500, **dict.fromkeys(("domain", "group", "skill_name"), "x" * 500)},
    ),
    ("profiles", {"roles": 10_000, "mandatory": 10_000, "optional": 0, "summary": "x" * 20_000}),
    ("profiles", {"roles": 1, "optional": 10_000, "source": "s", "tags": ["t"]}),
    ("findings", {"line": 1, "column": 1, "source": "s", "message": "m", "hint": "h", "name": "n"}),
    ("sources", {"source": "s", "bytes": 0, "warnings": 0}),
    ("sources", {"status": "rejected", "errors": 1}),
    (
        "changes",
        {"role": "r" * 500, "skill": "s" * 500, "field": "line", "before": "1", "after": "2"},
    ),
    ("requirements", {"description": "→ — ~ ² @ # % 领域"}),
    ("profiles", {"skill_name": None, "skill_name_from": None, "summary": None, "tags": []}),
    ("profiles", {"content_language": None, "url": None, "fetched_at": None}),
    ("profiles", {"mandatory": 0, "levels": 1, "roles": 70, "optional": 350}),
    ("findings", {"line": None, "column": None, "skill": None, "language": None, "level": None}),
    ("findings", {"skill": "Not A Slug", "role": ""}),
    ("sources", {"sha256": None, "bytes": None, "kind": None, "language": None, "skill": None}),
    ("sources", {"status": "rejected", "errors": 3}),
    ("sources", {"status": "skipped"}),
    ("released_sources", {"status": "rejected", "errors": 1, "published_sha256": "1" * 64}),
    ("released_sources", {"status": "rejected", "errors": 1, "published_sha256": None}),
    ("released_sources", {"status": "rejected", "errors": 1, "sha256": None}),
    ("released_sources", {"status": "skipped", "published_sha256": None}),
    *(("changes", {"level": label}) for label in LEVEL_LABELS),
    ("changes", {"field": "description", "before": "One → two.", "after": "Two."}),
    ("changes", ADDED),
    ("changes", REMOVED),
    *(
        ("changes", {**OF_PROFILE, "field": field, "before": before, "after": after})
        for field, before, after in (
            ("mandatory", "3", "4"),
            ("updated_on", "2026-02-22", "2026-03-01"),
            ("tags", "topics|brokers", None),
            ("skill_name", None, "Apache Kafka"),
            ("summary", "s" * 20_000, "topics"),
        )
    ),
    *(
        ("changes", {**OF_PROFILE, "change": change, "field": None, **sides})
        for change, side in (("added", "after"), ("removed", "before"))
        for sides in ({"before": None, "after": None}, {"before": None, "after": None, side: "C++"})
    ),
]


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return rows that are good but for the changes given, as the contracts judge them."""
    full = [{**ROWS[table], **row} for row in rows]
    arrow = pa.Table.from_pylist(full, schema=contracts.arrow_schema(table))
    return arrow.to_pandas(types_mapper=pd.ArrowDtype)


def label(value: object) -> str | None:
    return str(value)[:40] if isinstance(value, dict) else None


@pytest.mark.parametrize(("table", "changes"), GOOD, ids=label)
def test_good_rows_are_accepted(table: str, changes: dict[str, Any]) -> None:
    assert contracts.judge(contracts.schema(table), frame(table, changes)) == []


@pytest.mark.parametrize(("table", "changes", "check"), BREAKS, ids=label)
def test_a_broken_check_names_itself_and_its_row(
    table: str, changes: dict[str, Any], check: str
) -> None:
    column = next(iter(changes))
    other = {"source": "other.txt", "skill": "other"}
    broken = contracts.judge(contracts.schema(table), frame(table, other, changes))
    found = {item.check: item for item in broken}
    assert check in found
    whole_rows = {item.name for item in contracts.schema(table).checks}
    assert found[check].column == (None if check in whole_rows else column)
    assert found[check].rows == [1]
    if check not in whole_rows and column != "tags":
        assert found[check].values == [changes[column]]
    assert found[check].demand


def test_every_check_is_broken_above() -> None:
    tried = {(table, next(iter(changes)), check) for table, changes, check in BREAKS}
    for table in contracts.CONTRACTS:
        schema = contracts.schema(table)
        for name, column in schema.columns.items():
            for check in column.checks:
                assert (table, name, check.name) in tried
        for check in schema.checks:
            assert any((table, name, check.name) in tried for name in schema.columns)


# What a null breaks beside the demand that there is none.
BY_NULL = {
    ("requirements", "level"): {"level_rank_of_level"},
    ("requirements", "level_rank"): {"level_rank_of_level"},
    ("profiles", "skill_name"): {"origin_of_name"},
    ("profiles", "skill_name_from"): {"origin_of_name"},
    ("findings", "line"): {"column_of_line"},
    ("findings", "column"): {"column_of_line"},
    ("sources", "errors"): {"rejected_by_errors"},
    ("released_sources", "errors"): {"rejected_by_errors"},
    ("released_sources", "sha256"): {"accepted_is_published"},
    ("released_sources", "published_sha256"): {"accepted_is_published"},
    ("changes", "role"): {"level_of_role"},
    ("changes", "level"): {"level_of_role"},
    ("changes", "change"): {"field_of_change"},
    ("changes", "field"): {"field_of_change"},
}


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_null_is_refused_exactly_where_the_table_says_so(table: str) -> None:
    for column in contracts.describe(table):
        nulls = frame(table, {column.name: None})
        broken = {item.check for item in contracts.judge(contracts.schema(table), nulls)}
        missing = set() if column.nullable else {"not_nullable"}
        assert broken == missing | BY_NULL.get((table, column.name), set()), column.name


@pytest.mark.parametrize(("table", "changes", "check"), BREAKS, ids=label)
def test_nulls_elsewhere_hide_nothing(table: str, changes: dict[str, Any], check: str) -> None:
    kept = {*changes, *(name for other, name in BY_NULL if other == table), "before", "after"}
    nulls = {
        column.name: None
        for column in contracts.describe(table)
        if column.nullable and column.name not in kept
    }
    rows = frame(table, {**nulls, **changes})
    assert check in {item.check for item in contracts.judge(contracts.schema(table), rows)}


@pytest.mark.parametrize(
    ("table", "same", "other"),
    [
        ("requirements", {"mandatory": False}, {"role": "Other"}),
        ("profiles", {"domain": "Other"}, {"language": "en"}),
        ("sources", {"bytes": 1}, {"source": "other.txt"}),
        ("released_sources", {"bytes": 1}, {"source": "other.txt"}),
        ("changes", {"before": "true", "after": "false"}, {"field": "description"}),
        ("changes", {"release": "000013-0123456789ab"}, {"level": "junior"}),
    ],
)
def test_a_key_occurs_once(table: str, same: dict[str, Any], other: dict[str, Any]) -> None:
    [broken] = contracts.judge(contracts.schema(table), frame(table, other, {}, same))
    assert broken.check == contracts.UNIQUE
    assert broken.rows == [1, 2]
    assert ", ".join(contracts.primary_key(table)) in broken.demand


@pytest.mark.parametrize("place", [OF_PROFILE, {}], ids=["profile", "requirement"])
def test_a_null_in_a_key_counts_as_a_value(place: dict[str, Any]) -> None:
    rows = frame(
        "changes", {**ADDED, **place}, {**OF_PROFILE, "field": "tags"}, {**REMOVED, **place}
    )
    [broken] = contracts.judge(contracts.schema("changes"), rows)
    assert (broken.check, broken.rows) == (contracts.UNIQUE, [0, 2])


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_no_rows_keep_every_contract(table: str) -> None:
    assert contracts.judge(contracts.schema(table), frame(table)) == []


def test_a_row_of_nulls_is_judged_too() -> None:
    row = dict.fromkeys(ROWS["sources"])
    broken = contracts.judge(contracts.schema("sources"), frame("sources", row))
    assert "rejected_by_errors" in {item.check for item in broken}


def test_findings_may_repeat() -> None:
    assert contracts.primary_key("findings") == ()
    assert contracts.judge(contracts.schema("findings"), frame("findings", {}, {})) == []


def test_everything_broken_is_told_at_once() -> None:
    rows = frame("requirements", {"line": 0, "role": ""}, {}, {"line": -1, "language": "fr"})
    broken = {
        (item.column, item.check): item.rows
        for item in contracts.judge(contracts.schema("requirements"), rows)
    }
    assert broken == {
        ("line", "greater_than_or_equal_to"): [0, 2],
        ("role", "folded"): [0],
        ("language", "isin"): [2],
    }


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_a_wrong_frame_is_a_fault_of_the_program(table: str) -> None:
    schema, good = contracts.schema(table), frame(table, {})
    first, *rest = good.columns
    wrong = {
        "missing column": good[rest],
        "extra column": good.assign(extra=1),
        "order": good[[*rest, first]],
        "plain strings": good.assign(**{first: ["x"]}),
        "large strings": good.astype({first: pd.ArrowDtype(pa.large_string())}),
    }
    for bad in wrong.values():
        with pytest.raises(SchemaErrors):
            contracts.judge(schema, bad)


def figures(*found: int | None) -> pd.DataFrame:
    """Return profiles that declare 1, beside what is found of everything."""
    small = {"roles": 1, "levels": 1, "mandatory": 1, "optional": 1}
    rows = frame("profiles", *(small for _ in found))
    for name in small:
        rows[f"{name}_found"] = pd.Series(found, dtype=pd.ArrowDtype(pa.int32()))
    return rows


def on_pages(*pages: int) -> pd.DataFrame:
    rows = frame("requirements", *({} for _ in pages))
    rows["page"] = pd.Series(pages, dtype=pd.ArrowDtype(pa.int32()))
    return rows


@pytest.mark.parametrize(
    ("table", "good"), [("profiles", figures(1)), ("requirements", on_pages(0))]
)
def test_a_wrong_frame_of_a_batch_is_a_fault_of_the_program(table: str, good: pd.DataFrame) -> None:
    schema = contracts.batch_schema(table)
    assert contracts.judge(schema, good) == []
    first, *rest = good.columns
    last = rest[-1]
    wrong = [
        good[rest],
        good.assign(extra=1),
        good[[*rest, first]],
        good.astype({last: pd.ArrowDtype(pa.int64())}),
    ]
    for bad in wrong:
        with pytest.raises(SchemaErrors):
            contracts.judge(schema, bad)


def test_what_is_found_is_a_number_of_things() -> None:
    broken = contracts.judge(contracts.batch_schema("profiles"), figures(1, -1, None, 0))
    found = {(item.check, item.column): item.rows for item in broken}
    for name in ("roles", "levels", "mandatory", "optional"):
        assert found.pop(("greater_than_or_equal_to", f"{name}_found")) == [1]
        assert found.pop(("not_nullable", f"{name}_found")) == [2]
        assert found.pop((f"{name}_as_declared", None)) == [1, 2, 3]
    assert found == {}
    [page] = contracts.judge(contracts.batch_schema("requirements"), on_pages(0, -1))
    assert (page.check, page.column, page.rows) == ("greater_than_or_equal_to", "page", [1])


def test_a_demand_is_said_in_words() -> None:
    rows = frame("requirements", {"skill": "A", "line": 0, "level_rank": 1})
    demands = {
        item.check: item.demand for item in contracts.judge(contracts.schema("requirements"), rows)
    }
    assert demands == {
        "slug": "is letters and digits of any script in lower case, joined by '-', '_' or '.'",
        "greater_than_or_equal_to": "greater_than_or_equal_to(1)",
        "level_rank_of_level": (
            "level_rank is the position of level: junior 1, middle 2, senior 3, lead 4, "
            "principal 5."
        ),
    }


WITHOUT_DASK = """
import sys
from skillprofiles import contracts
schemas = [contracts.schema("sources"), contracts.batch_schema("profiles")]
print("dask" in sys.modules)
import dask.dataframe
contracts.schema("findings")
print(sys.modules["dask"] is dask)
import pandera.typing
print(pandera.typing.dask.DASK_INSTALLED)
"""


def test_dask_is_left_alone_until_somebody_uses_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DASK], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "True"]


def test_judging_changes_nothing() -> None:
    rows = frame("requirements", {}, {"line": 0})
    before = rows.copy(deep=True)
    contracts.judge(contracts.schema("requirements"), rows)
    pd.testing.assert_frame_equal(rows, before)


def test_validation_switched_off_elsewhere_is_on_here() -> None:
    with config_context(validation_enabled=False):
        assert contracts.judge(contracts.schema("sources"), frame("sources", {"bytes": -1}))


def test_rows_of_a_batch_have_a_key_inside_their_page() -> None:
    rows = frame("requirements", {}, {}, {"role": "Other"}, {})
    rows["page"] = pd.Series([0, 1, 1, 1], dtype=pd.ArrowDtype(pa.int32()))
    [broken] = contracts.judge(contracts.batch_schema("requirements"), rows)
    assert (broken.check, broken.rows) == (contracts.UNIQUE, [1, 3])


@pytest.mark.parametrize("figure", ["roles", "levels", "mandatory", "optional"])
def test_every_declared_figure_equals_what_is_found(figure: str) -> None:
    rows = frame("profiles", {}, {}, {"domain": "same skill and language: no fault here"})
    for name in ("roles", "levels", "mandatory", "optional"):
        found = [value - (name == figure and row == 1) for row, value in enumerate(rows[name])]
        rows[f"{name}_found"] = pd.Series(found, dtype=pd.ArrowDtype(pa.int32()))
    [broken] = contracts.judge(contracts.batch_schema("profiles"), rows)
    assert (broken.check, broken.rows) == (f"{figure}_as_declared", [1])


def test_arrow_schemas_are_those_of_the_design() -> None:
    text, level = pa.string(), pa.dictionary(pa.int8(), pa.string(), ordered=True)
    assert contracts.arrow_schema("requirements").equals(
        pa.schema(
            [
                pa.field("skill", text, False),
                pa.field("language", text, False),
                pa.field("role", text, False),
                pa.field("level", level, False, ENUM),
                pa.field("level_rank", pa.int8(), False),
                pa.field("mandatory", pa.bool_(), False),
                pa.field("description", text, False),
                pa.field("source", text, False),
                pa.field("line", pa.int32(), False),
            ]
        ),
        check_metadata=True,
    )
    assert contracts.arrow_schema("profiles").equals(
        pa.schema(
            [
                pa.field("skill", text, False),
                pa.field("language", text, False),
                pa.field("skill_name", text),
                pa.field("skill_name_from", text),
                pa.field("domain", text, False),
                pa.field("group", text, False),
                pa.field("summary", text),
                pa.field("tags", pa.list_(text), False),
                pa.field("content_language", text),
                *(
                    pa.field(name, pa.int16(), False)
                    for name in ("roles", "levels", "mandatory", "optional")
                ),
                pa.field("updated_on", pa.date32(), False),
                *(
                    pa.field(name, text, False)
                    for name in ("source", "source_kind", "source_sha256")
                ),
                pa.field("url", text),
                pa.field("fetched_at", pa.timestamp("us", "UTC")),
            ]
        ),
        check_metadata=True,
    )
    assert contracts.arrow_schema("findings").names == (
        "source line column code name severity message hint skill language role level".split()
    )
    assert contracts.arrow_schema("sources").names == (
        "source sha256 bytes kind language status skill errors warnings".split()
    )
    released = contracts.arrow_schema("released_sources")
    assert released.remove(9).equals(contracts.arrow_schema("sources"), check_metadata=True)
    assert released.field(9).equals(pa.field("published_sha256", text))
    assert contracts.arrow_schema("changes").equals(
        pa.schema(
            [
                *(pa.field(name, text, False) for name in ("release", "skill", "language")),
                pa.field("role", text),
                pa.field("level", level, True, ENUM),
                pa.field("change", text, False),
                *(pa.field(name, text) for name in ("field", "before", "after")),
            ]
        ),
        check_metadata=True,
    )


def test_a_run_publishes_four_tables_and_a_release_five() -> None:
    assert contracts.TABLES == ("requirements", "profiles", "findings", "sources")
    assert list(contracts.RELEASE_TABLES.items()) == [
        ("requirements", "requirements"),
        ("profiles", "profiles"),
        ("findings", "findings"),
        ("sources", "released_sources"),
        ("changes", "changes"),
    ]
    assert set(contracts.CONTRACTS) == {*contracts.TABLES, *contracts.RELEASE_TABLES.values()}


def test_changes_name_releases_as_they_are_named() -> None:
    [check] = contracts.schema("changes").columns["release"].checks
    assert check.statistics["pattern"] == f"^{layout.ID.pattern}$"
    named = layout.release_id(12, "0123456789abcdef")
    assert contracts.judge(contracts.schema("changes"), frame("changes", {"release": named})) == []


def test_keys() -> None:
    assert contracts.primary_key("requirements") == ("skill", "language", "role", "level")
    assert contracts.primary_key("profiles") == ("skill", "language")
    assert contracts.primary_key("sources") == ("source",)
    assert contracts.primary_key("released_sources") == ("source",)
    assert contracts.primary_key("changes") == ("skill", "language", "role", "level", "field")
    for table in contracts.CONTRACTS:
        for columns, other, key in contracts.foreign_keys(table):
            assert contracts.primary_key(other) == key
            here, there = contracts.arrow_schema(table), contracts.arrow_schema(other)
            assert [here.field(name).type for name in columns] == [
                there.field(name).type for name in key
            ]
    references = {(table, ref[1]) for table in ROWS for ref in contracts.foreign_keys(table)}
    assert references == {
        ("requirements", "profiles"),
        ("requirements", "sources"),
        ("profiles", "sources"),
        ("findings", "sources"),
    }


def test_every_column_has_words_in_both_languages() -> None:
    for table in contracts.CONTRACTS:
        about = contracts.about(table)
        texts = [about.title, about.row, about.text]
        for column in contracts.describe(table):
            assert all(column.title)
            judged = contracts.schema(table).columns[column.name]
            assert (judged.title, judged.description) == (column.title.en, column.description.en)
            texts.append(column.description)
        for words in texts:
            assert all(words)
            assert words.en != words.de


@pytest.mark.parametrize("call", [contracts.model, contracts.schema, contracts.arrow_schema])
def test_an_unknown_table_is_a_key_error(call: Any) -> None:
    with pytest.raises(KeyError):
        call("skills")


def test_importing_the_package_imports_neither_pandas_nor_pandera() -> None:
    program = "import skillprofiles, sys; print(sorted({'pandas', 'pandera'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("build", "table"),
    [
        (contracts.schema, "sources"),
        (contracts.batch_schema, "profiles"),
        (contracts.arrow_schema, "sources"),
    ],
)
def test_schemas_are_built_once(build: Any, table: str) -> None:
    assert build(table) is build(table)
