"""The examples run, and give what they are said to give."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient
from tests.datasets import ingest, profile

import skillprofiles as sp

ROOT = Path(__file__).parent.parent
EXPECTED = Path(__file__).parent / "examples"
UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
RECIPES = sorted(path for path in (ROOT / "examples").glob("*.sql") if path.stem != "views")


def answer(connection: duckdb.DuckDBPyConnection, recipe: Path) -> str:
    """Return what a recipe gives, as CSV."""
    found = connection.execute(recipe.read_text("utf-8"))
    sink = StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([column[0] for column in found.description])
    writer.writerows(found.fetchall())
    return sink.getvalue()


def check(recipe: Path, said: str) -> None:
    """Hold an answer against the expected file."""
    file = EXPECTED / f"{recipe.stem}.expected.csv"
    if UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text("utf-8")
    assert said.count("\n") > 1


@pytest.fixture(scope="module")
def views(
    normalized: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a DuckDB with the views that the examples bring along, over a release's tables."""
    folder = tmp_path_factory.mktemp("views")
    (folder / "normalized").mkdir()
    shutil.copytree(normalized, folder / "normalized" / "latest")
    cells = "Data Engineer: o o o o o"
    changes = sp.load(ingest(folder / "release", profile("kafka", cells))).folder
    shutil.copy(changes / "changes.parquet", folder / "normalized" / "latest")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        connection = duckdb.connect()
        connection.execute((ROOT / "examples" / "views.sql").read_text("utf-8"))
        yield connection


@pytest.mark.parametrize(
    "recipe", [path for path in RECIPES if path.stem != "changes"], ids=lambda path: path.stem
)
def test_a_recipe_gives_what_is_expected(
    recipe: Path, normalized: Path, views: duckdb.DuckDBPyConnection
) -> None:
    check(recipe, answer(sp.load(normalized).duckdb(), recipe))
    check(recipe, answer(views, recipe))


def test_the_views_are_those_of_a_dataset(
    normalized: Path, views: duckdb.DuckDBPyConnection
) -> None:
    assert views.execute("SELECT count(*) FROM changes").fetchone() == (0,)
    own = sp.load(normalized).duckdb()
    for table in sp.load(normalized).tables:
        shapes = [con.execute(f"DESCRIBE {table}").fetchall() for con in (own, views)]
        assert shapes[0] == shapes[1]


def test_the_recipe_for_changes_gives_what_is_expected(tmp_path: Path) -> None:
    ingest(
        tmp_path,
        profile("kafka", "Data Engineer: oa ob Mc Md Me"),
        profile("dbt", "Data Engineer: o o o o o"),
    )
    out = ingest(
        tmp_path,
        profile("kafka", "Data Engineer: oa Mb oc Mx Me\nBI Analyst: o - - - -"),
        profile("sql", "BI Analyst: o o M M M"),
    )
    recipe = ROOT / "examples" / "changes.sql"
    check(recipe, answer(sp.load(out).duckdb(), recipe))


def test_the_recipe_for_a_promotion_says_what_the_method_says(normalized: Path) -> None:
    said = answer(sp.load(normalized).duckdb(), ROOT / "examples" / "promotion.sql")
    rows = {row["skill"]: row for row in csv.DictReader(StringIO(said))}
    steps = sp.load(normalized).compare(None, "Data Engineer", "middle", "senior")
    assert {skill: row["change"] for skill, row in rows.items()} == dict(
        zip(steps["skill"], steps["change"], strict=True)
    )


def texts(notebook: Any) -> list[list[str]]:
    """Return what each cell of a notebook shows as text; pictures count as shown, not by pixel."""
    shown = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        shown.append(
            [
                "picture" if "image/png" in output.data else output.data["text/plain"]
                for output in outputs
                if output.output_type in ("display_data", "execute_result")
            ]
        )
        assert [output.output_type for output in outputs if output.output_type == "stream"] == []
    return shown


def test_the_notebook_shows_what_it_gives(
    normalized: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ROOT / "examples" / "explore.ipynb"
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "examples").mkdir()
    (tmp_path / "normalized").symlink_to(normalized)
    notebook = nbformat.read(path, as_version=4)
    stored = texts(notebook)
    resources = {"metadata": {"path": str(tmp_path / "examples")}}
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources=resources, record_timing=False
    )
    client.execute()
    if UPDATE:
        notebook.metadata["language_info"] = {"name": "python"}
        nbformat.write(notebook, path)
        stored = texts(notebook)
    assert texts(notebook) == stored
    assert sum(shown == ["picture"] for shown in stored) == 1
    assert sum(bool(shown) for shown in stored) >= 5
