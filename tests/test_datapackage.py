"""The data package: what it says, and that frictionless agrees."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
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
}  # fmt: skip


def rows_of(table: str) -> pa.Table:
    """The rows of the example in the types of the contract."""
    schema = contracts.arrow_schema(table)
    plain = [pa.string() if pa.types.is_dictionary(f.type) else f.type for f in schema]
    columns = [
        pa.array([row.get(field.name) for row in ROWS[table]], kind)
        for field, kind in zip(schema, plain, strict=True)
    ]
    return conform(pa.table(columns, names=schema.names), schema)


def publish(folder: Path, form: str, *, empty: bool = False) -> dict[str, Any]:
    """Write all tables and the descriptor, and return the descriptor."""
    resources = []
    for table in contracts.TABLES:
        rows = rows_of(table).slice(0, 0 if empty else None)
        path = folder / f"{table}.{'parquet' if form == 'parquet' else 'csv'}"
        schema = contracts.arrow_schema(table)
        dialect: csv.Dialect = "excel" if form == "excel" else "rfc4180"
        writer = (
            parquet.TableWriter(path, schema, {"skillprofiles.version": "1"})
            if form == "parquet"
            else csv.TableWriter(path, schema, dialect=dialect)
        )
        with writer:
            writer.write(rows)
        resources.append(datapackage.Resource(table, path, rows.num_rows, table_schema(table)))
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
    assert len(report["tasks"]) == len(contracts.TABLES) or errors
    return [f"{error['type']}: {error['note']}" for error in errors]


@pytest.mark.parametrize("form", FORMATS)
def test_frictionless_accepts_what_is_published(form: str, tmp_path: Path) -> None:
    publish(tmp_path, form)
    assert validate(tmp_path) == []


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_frictionless_accepts_empty_tables(form: str, tmp_path: Path) -> None:
    publish(tmp_path, form, empty=True)
    assert validate(tmp_path) == []


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
