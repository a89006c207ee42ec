"""The data package: what it says, and that frictionless agrees."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pytest

from skillprofiles import contracts
from skillprofiles.export import csv, datapackage, parquet
from skillprofiles.export._rows import conform
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.schema import table_schema

LEVELS = list(LEVEL_LABELS)
FORMATS = ["parquet", "csv", "excel"]
SHA = "0" * 64
ROWS: dict[str, list[dict[str, Any]]] = {
    "sources": [
        {"source": name, "sha256": SHA, "bytes": 7, "kind": "md", "language": "de", "skill": "go"}
        | {"status": "accepted", "errors": 0, "warnings": 0}
        for name in ("raw/a.md", "raw/b.md")
    ]
    + [{"source": "raw/c", "status": "rejected", "errors": 1, "warnings": 0}],
    "profiles": [
        {"skill": skill, "language": "de", "domain": "+D", "group": "G", "tags": tags, "roles": 1}
        | {"skill_name": name, "skill_name_from": name and "page", "summary": name}
        | {"levels": 5, "mandatory": 5, "optional": 0, "updated_on": dt.date(2026, 2, 22)}
        | {"source": source, "source_kind": "md", "source_sha256": SHA, "fetched_at": fetched}
        for skill, name, tags, source, fetched in (
            ("go", "Go", ["a|b", "c"], "raw/a.md", dt.datetime(2026, 2, 22, 1, tzinfo=dt.UTC)),
            ("rust", None, [], "raw/b.md", None),
        )
    ],
    "requirements": [
        {"skill": skill, "language": "de", "role": 'Dev, "Ops"', "level": level, "line": rank}
        | {"mandatory": True, "description": "=knows it", "source": "raw/a.md", "level_rank": rank}
        for skill in ("go", "rust")
        for rank, level in enumerate(LEVELS, 1)
    ],
    "findings": [
        {"source": "raw/c", "line": line, "column": line, "code": "SP001", "name": "empty"}
        | {"severity": "error", "message": "-- nothing", "hint": "@ look", "level": level}
        for line, level in ((3, "lead"), (None, None))
    ],
    "changes": [
        {"release": "000002-0123456789ab", "skill": "go", "language": "de", "role": role}
        | {"level": level, "change": change, "field": field, "before": before, "after": after}
        for role, level, change, field, before, after in (
            ('Dev, "Ops"', "lead", "changed", "mandatory", "false", "true"),
            ('Dev, "Ops"', "lead", "changed", "description", "=knew it", "=knows it"),
            ('Dev, "Ops"', "junior", "added", None, None, "=knows it"),
            (None, None, "changed", "mandatory", "3", "5"),
            (None, None, "changed", "tags", None, "a\\|b|c"),
            (None, None, "removed", None, None, None),
        )
    ],
}  # fmt: skip
ROWS["released_sources"] = [
    {**row, "published_sha256": SHA if row["status"] == "accepted" else "1" * 64}
    for row in ROWS["sources"]
]
OF_A_RUN = {table: table for table in contracts.TABLES}


def rows_of(contract: str) -> pa.Table:
    """The rows of the example in the types of the contract."""
    schema = contracts.arrow_schema(contract)
    plain = [pa.string() if pa.types.is_dictionary(f.type) else f.type for f in schema]
    columns = [
        pa.array([row.get(field.name) for row in ROWS[contract]], kind)
        for field, kind in zip(schema, plain, strict=True)
    ]
    return conform(pa.table(columns, names=schema.names), schema)


def publish(
    folder: Path,
    form: str,
    *,
    empty: Collection[str] = (),
    tables: Mapping[str, str] = OF_A_RUN,
) -> dict[str, Any]:
    """Write tables, some of them without rows, and the descriptor; return the descriptor."""
    resources = []
    for table, contract in tables.items():
        rows = rows_of(contract).slice(0, 0 if table in empty else None)
        path = folder / f"{table}.{'parquet' if form == 'parquet' else 'csv'}"
        schema = contracts.arrow_schema(contract)
        dialect: csv.Dialect = "excel" if form == "excel" else "rfc4180"
        writer = (
            parquet.TableWriter(path, schema, {"skillprofiles.version": "1"})
            if form == "parquet"
            else csv.TableWriter(path, schema, dialect=dialect)
        )
        with writer:
            writer.write(rows)
        described_by = "" if contract == table else contract
        resources.append(
            datapackage.Resource(table, path, rows.num_rows, table_schema(contract), described_by)
        )
    path = datapackage.write_descriptor(folder, resources, version="0.1.0")
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return described


def validate(folder: Path) -> list[str]:
    """What the real program has to say: type and note of each error."""
    program = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    errors = report["errors"] + [e for task in report["tasks"] for e in task["errors"]]
    assert done.returncode == (1 if errors else 0)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert len(report["tasks"]) == len(package["resources"]) or errors
    return [f"{error['type']}: {error['note']}" for error in errors]


@pytest.mark.parametrize("form", FORMATS)
def test_frictionless_accepts_what_is_published(form: str, tmp_path: Path) -> None:
    publish(tmp_path, form)
    assert validate(tmp_path) == []


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_frictionless_accepts_empty_tables(form: str, tmp_path: Path) -> None:
    publish(tmp_path, form, empty=contracts.TABLES)
    assert validate(tmp_path) == []


@pytest.mark.parametrize("empty", [(), ("changes",)], ids=["changed", "unchanged"])
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_frictionless_accepts_a_release(form: str, empty: tuple[str, ...], tmp_path: Path) -> None:
    described = publish(tmp_path, form, empty=empty, tables=contracts.RELEASE_TABLES)
    names = [resource["name"] for resource in described["resources"]]
    assert names == ["requirements", "profiles", "findings", "sources", "changes"]
    assert validate(tmp_path) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("sources", "published_sha256", "x"),
        ("changes", "change", "renamed"),
        ("changes", "language", None),
    ],
)
def test_frictionless_sees_what_is_wrong_in_a_release(
    table: str, column: str, value: str | None, tmp_path: Path
) -> None:
    publish(tmp_path, "parquet", tables=contracts.RELEASE_TABLES)
    rows = rows_of(contracts.RELEASE_TABLES[table])
    wrong = pa.array([value] * rows.num_rows, pa.string())
    broken = rows.set_column(rows.schema.get_field_index(column), column, wrong)
    with parquet.TableWriter(tmp_path / f"{table}.parquet", broken.schema) as writer:
        writer.write(broken)
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    kinds = {error.type for task in report.tasks for error in task.errors}
    assert kinds == {"constraint-error"}


def test_a_release_describes_its_sources_by_their_own_contract(tmp_path: Path) -> None:
    described = publish(tmp_path, "parquet", tables=contracts.RELEASE_TABLES)
    sources = next(each for each in described["resources"] if each["name"] == "sources")
    assert sources["path"] == "sources.parquet"
    assert sources["title"] == contracts.about("released_sources").title.en
    names = [field["name"] for field in sources["schema"]["fields"]]
    assert names == contracts.arrow_schema("released_sources").names


def test_frictionless_sees_a_changed_file(tmp_path: Path) -> None:
    publish(tmp_path, "csv")
    path = tmp_path / "requirements.csv"
    path.write_bytes(path.read_bytes().replace(b'"lead"', b'"guru"', 1))
    kinds = {error.split(":")[0] for error in validate(tmp_path)}
    assert kinds == {"constraint-error", "hash-count"}


def test_frictionless_sees_a_broken_reference_in_parquet(tmp_path: Path) -> None:
    publish(tmp_path, "parquet")
    schema = contracts.arrow_schema("profiles")
    with parquet.TableWriter(tmp_path / "profiles.parquet", schema) as writer:
        writer.write(rows_of("profiles").slice(0, 1))
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    errors = {(error.type, error.note) for task in report.tasks for error in task.errors}
    assert {kind for kind, _ in errors} == {"foreign-key", "row-count"}
    assert any('"rust, de"' in note for _, note in errors)


@pytest.mark.parametrize("form", FORMATS)
def test_the_descriptor_says_what_the_files_are(form: str, tmp_path: Path) -> None:
    described = publish(tmp_path, form)
    assert described["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (described["name"], described["version"]) == ("skillprofiles", "0.1.0")
    assert [resource["name"] for resource in described["resources"]] == list(contracts.TABLES)
    for resource in described["resources"]:
        content = (tmp_path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["byteSize" if form == "parquet" else "bytes"] == len(content)
        assert resource["rows"] == len(ROWS[resource["name"]])
        about = contracts.about(resource["name"])
        assert (resource["title"], resource["type"]) == (about.title.en, "table")
        assert about.row.en in resource["description"]
        assert resource["format"] == ("parquet" if form == "parquet" else "csv")
        assert resource.get("encoding") == (None if form == "parquet" else "utf-8")
        assert "$schema" not in resource["schema"]


@pytest.mark.parametrize("form", FORMATS)
def test_keys_categories_and_words_are_kept(form: str, tmp_path: Path) -> None:
    for resource in publish(tmp_path, form)["resources"]:
        source = table_schema(resource["name"])
        schema = resource["schema"]
        assert schema.get("primaryKey") == source.get("primaryKey")
        assert schema.get("foreignKeys") == source.get("foreignKeys")
        for found, given in zip(schema["fields"], source["fields"], strict=True):
            assert found["description"] == given["description"]
            if given["type"] == "list":
                assert found["type"] == ("any" if form == "parquet" else "list")
                continue
            kept = {key: value for key, value in found.items() if key in given}
            assert kept == given


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (
            "parquet",
            {"type": "any", "arrowType": "list<string>", "constraints": {"required": True}},
        ),
        ("csv", {"type": "list", "itemType": "string", "delimiter": csv.TAG_SEPARATOR}),
    ],
)
def test_lists_are_described_as_far_as_frictionless_goes(
    form: str, kind: dict[str, Any], tmp_path: Path
) -> None:
    described = {resource["name"]: resource for resource in publish(tmp_path, form)["resources"]}
    fields = {field["name"]: field for field in described["profiles"]["schema"]["fields"]}
    words = {"name", "title", "description"}
    assert {key: value for key, value in fields["tags"].items() if key not in words} == kind


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_files_give_the_same_descriptor(form: str, tmp_path: Path) -> None:
    texts = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        publish(tmp_path / name, form)
        texts.add((tmp_path / name / "datapackage.json").read_bytes())
    (text,) = texts
    assert str(tmp_path).encode() not in text


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    gone = datapackage.Resource("profiles", tmp_path / "profiles.csv", 0, table_schema("profiles"))
    with pytest.raises(FileNotFoundError) as caught:
        datapackage.describe([gone], version="1")
    assert caught.value.filename == os.fspath(gone.path)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profiles.xlsx"
    path.touch()
    with pytest.raises(ValueError, match=r"profiles\.xlsx"):
        datapackage.describe(
            [datapackage.Resource("profiles", path, 0, {"fields": []})], version="1"
        )
