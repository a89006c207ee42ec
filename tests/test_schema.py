"""What is generated from the contracts: it says everything, it is valid, and it is kept fresh."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pandas as pd
import pandera.pandas as pandera
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package, system

from skillprofiles import contracts, schema
from skillprofiles.contracts import Statement, Words
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.schema import Inexpressible
from skillprofiles.schema._examples import EXAMPLES
from skillprofiles.schema._express import (
    check_keywords,
    column_keywords,
    frame_keywords,
    rules,
)

SHA = "0" * 64
TEXT = pd.ArrowDtype(pa.string())

ROWS: dict[str, list[dict[str, Any]]] = {
    "requirements": [
        {
            "skill": skill,
            "language": "en",
            "role": "Data Engineer",
            "level": level,
            "level_rank": rank,
            "mandatory": rank > 2,
            "description": f"Knows → {level}.",
            "source": f"{skill}.txt",
            "line": 20 + rank,
        }
        for skill in ("kafka", "机器学习")
        for rank, level in enumerate(LEVEL_LABELS, 1)
    ],
    "profiles": [
        {
            "skill": skill,
            "language": "en",
            "skill_name": name,
            "skill_name_from": name and "address",
            "domain": "Data Platform",
            "group": "Streaming",
            "summary": name and "topics, brokers",
            "tags": tags,
            "content_language": "en",
            "roles": 1,
            "levels": 5,
            "mandatory": 3,
            "optional": 2,
            "updated_on": dt.date(2026, 2, 22),
            "source": f"{skill}.txt",
            "source_kind": "flat",
            "source_sha256": SHA,
            "url": None,
            "fetched_at": name and dt.datetime(2026, 2, 23, 4, 5, 6, tzinfo=dt.UTC),
        }
        for skill, name, tags in (
            ("kafka", "Apache Kafka", ["topics", "brokers"]),
            ("机器学习", None, []),
        )
    ],
    "findings": [
        {
            "source": "broken.txt",
            "line": line,
            "column": line and 1,
            "code": "SP301",
            "name": "mandatory-count",
            "severity": "error",
            "message": "the page declares 7 mandatory requirements, its tables hold 6",
            "hint": "compare the tables with the web page",
            "skill": None,
            "language": None,
            "role": None,
            "level": line and "lead",
        }
        for line in (None, 7)
    ],
    "sources": [
        {
            "source": source,
            "sha256": SHA,
            "bytes": 6000,
            "kind": "flat",
            "language": "en",
            "status": "rejected" if errors else "accepted",
            "skill": None,
            "errors": errors,
            "warnings": 0,
        }
        for source, errors in (("kafka.txt", 0), ("机器学习.txt", 0), ("broken.txt", 2))
    ],
    "changes": [
        {
            "release": "000012-0123456789ab",
            "skill": skill,
            "language": "en",
            "role": level and "Data Engineer",
            "level": level,
            "change": change,
            "field": field,
            "before": before,
            "after": after,
        }
        for skill, level, change, field, before, after in (
            ("kafka", "lead", "changed", "mandatory", "false", "true"),
            ("kafka", "senior", "changed", "mandatory", "false", "true"),
            ("kafka", "junior", "changed", "mandatory", "true", "false"),
            ("kafka", "junior", "changed", "description", "Knows it.", "Knows → junior."),
            ("kafka", "middle", "added", None, None, "Knows → middle."),
            ("kafka", None, "changed", "mandatory", "2", "3"),
            ("机器学习", "lead", "changed", "mandatory", "false", "true"),
            ("机器学习", None, "changed", "tags", "topics|brokers", None),
            ("nats", "lead", "removed", None, "Knows it.", None),
            ("nats", None, "removed", None, None, None),
        )
    ],
}
ROWS["released_sources"] = [
    {**row, "published_sha256": None if row["errors"] else SHA} for row in ROWS["sources"]
]
ADDED = {"change": "added", "field": None, "before": None}
REMOVED = {"change": "removed", "field": None, "after": None}

BREAKS: list[tuple[str, dict[str, Any]]] = [
    ("requirements", {"skill": "Apache Kafka"}),
    ("requirements", {"skill": "s" * 501}),
    ("requirements", {"skill": None}),
    ("requirements", {"language": "fr"}),
    ("requirements", {"role": "Data  Engineer"}),
    ("requirements", {"role": ""}),
    ("requirements", {"level": "guru"}),
    ("requirements", {"level_rank": 2}),
    ("requirements", {"level_rank": "1"}),
    ("requirements", {"mandatory": None}),
    ("requirements", {"description": ""}),
    ("requirements", {"description": "two\nlines"}),
    ("requirements", {"description": "d" * 20_001}),
    ("requirements", {"line": 0}),
    ("requirements", {"extra": 1}),
    ("profiles", {"skill_name": None}),
    ("profiles", {"skill_name_from": "guess"}),
    ("profiles", {"tags": [""]}),
    ("profiles", {"tags": [" topics"]}),
    ("profiles", {"tags": None}),
    ("profiles", {"content_language": "fr"}),
    ("profiles", {"levels": 6}),
    ("profiles", {"updated_on": "22.2.2026"}),
    ("profiles", {"source_sha256": "x"}),
    ("findings", {"line": 3}),
    ("findings", {"code": "301"}),
    ("findings", {"level": "guru"}),
    ("sources", {"status": "rejected"}),
    ("sources", {"errors": 1}),
    ("sources", {"bytes": -1}),
    ("released_sources", {"errors": 1}),
    ("released_sources", {"published_sha256": "x"}),
    ("released_sources", {"published_sha256": None}),
    ("released_sources", {"sha256": None}),
    ("changes", {"release": "latest"}),
    ("changes", {"skill": "Apache Kafka"}),
    ("changes", {"level": "guru"}),
    ("changes", {"level": None}),
    ("changes", {"role": None}),
    ("changes", {"change": "renamed"}),
    ("changes", {"field": None}),
    ("changes", {"field": "tags"}),
    ("changes", {"role": None, "level": None, "field": "line"}),
    ("changes", {"before": None, "after": None}),
    ("changes", {"after": ""}),
    ("changes", {**ADDED, "field": "mandatory"}),
    ("changes", {**ADDED, "before": "Knows it."}),
    ("changes", {**ADDED, "after": None}),
    ("changes", {**REMOVED, "after": "Knows it."}),
    ("changes", {**REMOVED, "before": None}),
    ("changes", {**REMOVED, "role": None, "level": None, "after": "Apache Kafka"}),
]


def arrow(table: str) -> pa.Table:
    return pa.Table.from_pylist(ROWS[table], schema=contracts.arrow_schema(table))


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it is written in JSON."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in row.items()
    }


def validator(table: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        schema.json_schema(table), format_checker=jsonschema.FormatChecker()
    )


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_rows_that_keep_the_contract_keep_the_json_schema(table: str) -> None:
    frame = arrow(table).to_pandas(types_mapper=pd.ArrowDtype)
    assert contracts.judge(contracts.schema(table), frame) == []
    jsonschema.Draft202012Validator.check_schema(schema.json_schema(table))
    for row in arrow(table).to_pylist():
        validator(table).validate(as_json(row))


@pytest.mark.parametrize(("table", "changes"), BREAKS, ids=lambda part: str(part)[:40])
def test_rows_that_break_the_contract_break_the_json_schema(
    table: str, changes: dict[str, Any]
) -> None:
    row = as_json({**arrow(table).to_pylist()[0], **changes})
    assert not validator(table).is_valid(row)


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_every_column_is_required_and_no_other_allowed(table: str) -> None:
    document = schema.json_schema(table)
    names = contracts.arrow_schema(table).names
    assert list(document["properties"]) == document["required"] == names
    assert document["additionalProperties"] is False
    row = as_json(arrow(table).to_pylist()[0])
    for name in names:
        assert not validator(table).is_valid({key: row[key] for key in row if key != name})


def test_what_keywords_do_not_reach_stands_in_words() -> None:
    document = schema.json_schema("profiles")
    named = {rule["name"]: rule for rule in document["x-rules"]}
    assert set(named) == {
        "slug",
        "folded",
        "one_line",
        "filled_items",
        "origin_of_name",
        "roles_as_declared",
        "levels_as_declared",
        "mandatory_as_declared",
        "optional_as_declared",
    }
    assert named["roles_as_declared"]["en"] != named["roles_as_declared"]["de"]
    assert schema.json_schema("requirements")["x-primary-key"] == [
        "skill",
        "language",
        "role",
        "level",
    ]


def package(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> Package:
    """Write rows as CSV and return the data package of them."""
    resources = []
    for table in contracts.TABLES:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, contracts.arrow_schema(table).names)
            writer.writeheader()
            for row in rows[table]:
                writer.writerow(
                    {
                        name: "|".join(value)
                        if isinstance(value, list)
                        else str(value).lower()
                        if isinstance(value, bool)
                        else value.strftime("%Y-%m-%dT%H:%M:%SZ")
                        if isinstance(value, dt.datetime)
                        else value
                        for name, value in row.items()
                    }
                )
        resources.append(
            {"name": table, "path": f"{table}.csv", "schema": schema.table_schema(table)}
        )
    descriptor = {"name": "skillprofiles", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return Package(str(folder / "datapackage.json"))


FRICTIONLESS_BREAKS: dict[str, tuple[str, dict[str, Any], str]] = {
    "key": ("profiles", {"skill": "kafka", "source": "kafka.txt"}, "primary-key"),
    "foreign key": ("requirements", {"skill": "rust"}, "foreign-key"),
    "source": ("findings", {"source": "nowhere.txt"}, "foreign-key"),
    "null": ("requirements", {"role": None}, "constraint-error"),
    "level": ("requirements", {"level": "guru"}, "constraint-error"),
    "rank": ("requirements", {"level_rank": 6}, "constraint-error"),
    "pattern": ("sources", {"sha256": "x"}, "constraint-error"),
    "type": ("profiles", {"roles": "one"}, "type-error"),
    "date": ("profiles", {"updated_on": "22.2.2026"}, "type-error"),
}


def test_frictionless_agrees_on_good_rows(tmp_path: Path) -> None:
    with system.use_context(trusted=True):
        report = package(tmp_path, ROWS).validate()
    assert report.flatten(["type", "note"]) == []


@pytest.mark.parametrize(
    ("table", "changes", "error"), FRICTIONLESS_BREAKS.values(), ids=FRICTIONLESS_BREAKS
)
def test_frictionless_sees_what_is_broken(
    tmp_path: Path, table: str, changes: dict[str, Any], error: str
) -> None:
    rows = {**ROWS, table: [*ROWS[table][:-1], {**ROWS[table][-1], **changes}]}
    with system.use_context(trusted=True):
        report = package(tmp_path, rows).validate()
    assert error in [kind for (kind,) in report.flatten(["type"])]


def test_table_schemas_know_the_order_of_levels() -> None:
    fields = {field["name"]: field for field in schema.table_schema("requirements")["fields"]}
    assert fields["level"]["categories"] == list(LEVEL_LABELS)
    assert fields["level"]["categoriesOrdered"] is True
    assert "categories" not in fields["level_rank"]
    tags = next(
        field for field in schema.table_schema("profiles")["fields"] if field["name"] == "tags"
    )
    assert (tags["type"], tags["itemType"], tags["delimiter"]) == ("list", "string", "|")


def test_a_key_with_nulls_is_no_primary_key_of_a_table_schema() -> None:
    for contract in contracts.CONTRACTS:
        document = schema.table_schema(contract)
        key = list(contracts.primary_key(contract))
        if contract == "changes":
            assert "primaryKey" not in document
            assert document["uniqueKeys"] == [key]
            assert ", ".join(key) in document["rules"][-1]
        else:
            assert "uniqueKeys" not in document
            assert document.get("primaryKey", []) == key


def column(*checks: pandera.Check, **settings: Any) -> pandera.Column:
    return pandera.Column(TEXT, checks=list(checks), name="text", **settings)


def table(**settings: Any) -> pandera.DataFrameSchema:
    return pandera.DataFrameSchema(
        {"text": column()}, **{"name": "texts", "strict": True, "ordered": True, **settings}
    )


def odd(values: Any) -> Any:
    return values.notna()


IN_WORDS = {"statement": Statement(Words("is odd", "ist seltsam"))}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(column(pandera.Check(odd)), id="odd"),
        pytest.param(column(pandera.Check(odd, name="nameless-limits")), id="nameless-limits"),
        pytest.param(column(pandera.Check.str_endswith("x")), id="str_endswith"),
        pytest.param(column(pandera.Check.notin(["x"])), id="notin"),
        pytest.param(column(pandera.Check.isin(["x"], raise_warning=True)), id="isin"),
        pytest.param(column(unique=True), id="unique"),
        pytest.param(column(coerce=True), id="coerce"),
        pytest.param(column(regex=True), id="regex"),
        pytest.param(column(parsers=pandera.Parser(odd)), id="parsers"),
        pytest.param(pandera.Column(pd.ArrowDtype(pa.duration("s")), name="text"), id="duration"),
    ],
)
def test_a_column_that_cannot_be_said_is_refused(
    bad: pandera.Column, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Inexpressible, match=request.node.callspec.id):
        column_keywords(bad)


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        (table(checks=pandera.Check(odd)), "odd"),
        (table(checks=pandera.Check(odd, name="a < b")), "a < b"),
        (table(strict=False), "strict"),
        (table(ordered=False), "strict"),
        (table(coerce=True), "coerce"),
        (table(index=pandera.Index(int)), "index"),
    ],
)
def test_a_table_that_cannot_be_said_is_refused(bad: pandera.DataFrameSchema, name: str) -> None:
    with pytest.raises(Inexpressible, match=name):
        frame_keywords(bad)


def test_a_contract_that_cannot_be_said_makes_generating_fail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks = contracts.schema("sources").columns["bytes"].checks
    monkeypatch.setattr(
        contracts.schema("sources").columns["bytes"],
        "checks",
        [*checks, pandera.Check(odd, name="whole-blocks")],
    )
    with pytest.raises(Inexpressible, match="whole-blocks"):
        schema.generate()


def test_words_make_a_check_expressible() -> None:
    check = pandera.Check(odd, name="odd", statistics=IN_WORDS)
    assert check_keywords(check) == {}
    told = list(rules(table(checks=check)))
    assert [(rule.name, rule.column, rule.text.de) for rule in told] == [
        ("odd", None, "ist seltsam")
    ]


@pytest.mark.parametrize(
    ("check", "keywords"),
    [
        (pandera.Check.equal_to(3), {"const": 3}),
        (pandera.Check.greater_than(3), {"exclusiveMinimum": 3}),
        (pandera.Check.greater_than_or_equal_to(3), {"minimum": 3}),
        (pandera.Check.less_than(3), {"exclusiveMaximum": 3}),
        (pandera.Check.less_than_or_equal_to(3), {"maximum": 3}),
        (pandera.Check.in_range(1, 3), {"minimum": 1, "maximum": 3}),
        (
            pandera.Check.in_range(1, 3, include_min=False, include_max=False),
            {"exclusiveMinimum": 1, "exclusiveMaximum": 3},
        ),
        (pandera.Check.isin(["a", "b"]), {"enum": ["a", "b"]}),
        (pandera.Check.str_matches("a|b"), {"pattern": "^(?:a|b)"}),
        (pandera.Check.str_matches(re.compile("^a$")), {"pattern": "^a$"}),
        (pandera.Check.str_length(min_value=1), {"minLength": 1}),
        (pandera.Check.str_length(1, 3), {"minLength": 1, "maxLength": 3}),
        (pandera.Check.str_length(exact_value=3), {"minLength": 3, "maxLength": 3}),
    ],
    ids=lambda part: getattr(part, "error", None) or str(part),
)
def test_built_in_checks_have_keywords(check: pandera.Check, keywords: dict[str, Any]) -> None:
    assert check_keywords(check) == keywords


def test_two_patterns_both_hold() -> None:
    both = column_keywords(
        column(pandera.Check.str_matches("^a"), pandera.Check.str_matches("^.b$"))
    )
    valid = jsonschema.Draft202012Validator(both).is_valid
    assert [valid(text) for text in ("ab", "ac", "bb")] == [True, False, False]


def test_files_are_whole_and_the_same_each_time() -> None:
    files = schema.generate()
    assert sorted(files) == sorted(
        [
            *(f"{contract}.schema.json" for contract in contracts.CONTRACTS),
            *(f"{contract}.tableschema.json" for contract in contracts.CONTRACTS),
            "data-dictionary.de.md",
            "data-dictionary.en.md",
        ]
    )
    assert schema.generate() == files
    for name, content in files.items():
        assert content.endswith("\n")
        assert not content.endswith("\n\n")
        assert not re.search(r"[ \t]\n", content)
        if name.endswith(".json"):
            json.loads(content)


def test_stale_files_are_named(tmp_path: Path) -> None:
    files = schema.generate()
    assert schema.stale(tmp_path) == sorted(files)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode())
    (tmp_path / "README.md").write_text("not generated")
    assert schema.stale(tmp_path) == []
    (tmp_path / "data-dictionary.de.md").unlink()
    (tmp_path / "profiles.schema.json").write_text(files["profiles.schema.json"] + " ")
    assert schema.stale(str(tmp_path)) == ["data-dictionary.de.md", "profiles.schema.json"]


def test_what_is_published_about_the_contracts_is_what_they_say() -> None:
    assert schema.stale(Path(__file__).parents[1] / "schemas") == []


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_the_dictionary_tells_everything(tongue: Any) -> None:
    text = schema.data_dictionary(tongue)
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    for name, contract in contracts.RELEASE_TABLES.items():
        section = sections[name]
        about = contracts.about(name)
        for words in (about.title, about.row, about.text):
            assert getattr(words, tongue) in section
        for described in contracts.describe(contract):
            [line] = re.findall(rf"^\| `{described.name}` .*$", section, re.MULTILINE)
            assert getattr(described.title, tongue) in line
            assert getattr(described.description, tongue).replace("|", "\\|") in line
            assert line.count(" | ") == 3
        for rule in schema.json_schema(contract).get("x-rules", []):
            assert rule[tongue] in section
        example = EXAMPLES[name]
        for line in (example.pandas, example.polars, example.duckdb):
            assert line in section


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_the_dictionary_tells_what_only_releases_have(tongue: Any) -> None:
    text = schema.data_dictionary(tongue)
    mark = {"en": "In releases only", "de": "Nur in Releases"}[tongue]
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    assert {name for name in contracts.RELEASE_TABLES if mark in sections[name]} == {
        "sources",
        "changes",
    }
    always, released = sections["sources"].split(mark)
    assert re.findall(r"^\| `(\w+)`", always, re.MULTILINE) == (
        contracts.arrow_schema("sources").names
    )
    assert re.findall(r"^\| `(\w+)`", released, re.MULTILINE) == ["published_sha256"]
    assert len(re.findall(r"^- ", released, re.MULTILINE)) == 1
    assert "`latest/`" in text


@pytest.mark.parametrize("name", contracts.RELEASE_TABLES)
def test_the_one_liners_answer_their_question(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(arrow(name), tmp_path / f"{name}.parquet")
    monkeypatch.chdir(tmp_path)
    example = EXAMPLES[name]
    names = {"pd": pd, "pl": pl}
    series = eval(example.pandas, names)
    by_pandas = [(*(key if isinstance(key, tuple) else (key,)), n) for key, n in series.items()]
    by_polars = eval(example.polars, names).rows()
    with duckdb.connect() as connection:
        by_duckdb = connection.execute(example.duckdb).fetchall()
    if name == "requirements":
        expected = [("junior", 0), ("middle", 0), ("senior", 2), ("lead", 2), ("principal", 2)]
        assert by_pandas == by_polars == by_duckdb == expected
    elif name == "changes":
        assert by_pandas == by_polars == by_duckdb == [("kafka", "en", 2), ("机器学习", "en", 1)]
    else:
        assert sorted(by_pandas) == sorted(by_polars) == sorted(by_duckdb)
        assert by_pandas
