"""What a page says stays text: no entity, no formula, no pickle of a stranger is ever carried out."""

from __future__ import annotations

import ast
import base64
import csv
import gzip
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.fetching import fetch, stored
from tests.ingesting import Place
from tests.samples import page
from tests.website import Reply, website
from tests.website import page as web_page
from tests.website import skill as web_skill

from skillprofiles.cli import main

SOURCE = Path(__file__).parent.parent / "src" / "skillprofiles"
SECRET = "a-word-from-another-file"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def entities(secret: Path) -> str:
    return (
        f'<!ENTITY secret SYSTEM "{secret.as_uri()}"><!ENTITY near SYSTEM "{secret.name}">'
        f'<!ENTITY % remote SYSTEM "http://127.0.0.1:9/x.dtd">%remote;<!ENTITY l0 "ha">{LAUGHS}'
    )


def test_entities_of_a_page_are_text(tmp_path: Path) -> None:
    secret = tmp_path / "raw" / "secret"
    secret.parent.mkdir()
    secret.write_text(SECRET, encoding="utf-8")
    kept = "Runs &secret; &near; &l9; it"
    html = page("html").replace("Runs it", kept, 1)
    start = html.index("<html")
    html = f"<!DOCTYPE html [{entities(secret)}]>{html[start:]}"
    (secret.parent / "a.en.html").write_text(f'<?xml version="1.0"?>{html}', encoding="utf-8")
    arguments = ["normalize", str(secret.parent / "a.en.html"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    said = "".join(pq.read_table(path).to_pandas().to_csv() for path in tables(tmp_path / "out"))
    assert "Runs &secret; &near; &l9; it" in said
    assert SECRET not in said + result.output
    assert "hahaha" not in said + result.output
    assert len(said) < 100_000


def test_entities_of_a_sitemap_are_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    with website() as site:
        site.serve("/skills/kafka", web_page(web_skill("kafka")))
        addresses = ["kafka", "&secret;", "&near;", "&l9;"]
        listed = "".join(f"<url><loc>{site.url}/skills/{name}</loc></url>" for name in addresses)
        site.serve(
            "/sitemap.xml",
            Reply(
                f'<?xml version="1.0"?><!DOCTYPE urlset [{entities(secret)}]>'
                f"<urlset>{listed}</urlset>".encode(),
                kind="application/xml",
            ),
        )
        fetch(tmp_path / "raw", f"{site.url}/sitemap.xml", "--scope", f"{site.url}/skills")
        assert set(stored(tmp_path / "raw")) == {"en/kafka.html"}
        assert "/skills/kafka" in site.asked()
        assert not [path for path in site.asked() if SECRET in path or "haha" in path]


FORMULAS = ("=HYPERLINK(1)", "+1+cmd!A0", "-2+3", "@SUM(A1)")


def tables(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


@pytest.fixture
def formulas(tmp_path: Path) -> Path:
    """Return a folder of pages on which every level's description looks like a formula."""
    (tmp_path / "raw").mkdir()
    for number, formula in enumerate(FORMULAS):
        text = page(skill=f"skill-{number}x").replace("Runs it", f"{formula} it")
        (tmp_path / "raw" / f"skill-{number}x.en.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_no_cell_for_a_spreadsheet_is_a_formula(formulas: Path) -> None:
    out, book = formulas / "out", formulas / "book.xlsx"
    csv_form = ["--format", "csv", "--csv-dialect", "excel"]
    run = CliRunner().invoke(
        main, ["normalize", str(formulas / "raw"), "--out", str(out), *csv_form]
    )
    assert run.exit_code == 0, run.output
    with (out / "requirements.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert sum(cell.startswith(tuple("'" + formula for formula in FORMULAS)) for cell in cells) == 8
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
    run = CliRunner().invoke(
        main, ["normalize", str(formulas / "raw"), "--out", str(book), "--format", "xlsx"]
    )
    assert run.exit_code == 0, run.output
    sheet = openpyxl.load_workbook(book)["requirements"]
    shown = [cell for row in sheet.iter_rows() for cell in row if str(cell.value)[:1] in "=+-@"]
    assert len(shown) == 8
    assert {cell.data_type for cell in shown} == {"s"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


class Harm:
    """What, unpickled, leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def arrow_with_pickle(path: Path, harm: bytes) -> None:
    """Write a table one of whose types older libraries load by unpickling what it says of itself."""
    metadata = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": harm,
    }
    field = pa.field("role", pa.string(), metadata=metadata)
    pq.write_table(pa.table({"role": ["x"]}, schema=pa.schema([field])), path)


def test_no_file_is_unpickled(tmp_path: Path) -> None:
    """Every file the program reads is replaced by a pickle, or holds one, and nothing happens."""
    mark = tmp_path / "unpickled"
    harm = pickle.dumps(Harm(mark))
    place = Place.at(tmp_path / "place")
    place.put("skill-1x.en.txt")
    place.put("skill-2x.en.txt", "Please sign in.")
    place.ingest()
    files = [path for path in sorted(place.folder.rglob("*")) if path.is_file()]
    assert len(files) > 10
    encoded = base64.b64encode(harm).decode()
    raw = {
        "a.pkl": harm, "b.txt": harm, "c.en.txt": page().encode() + harm, "d.txt.gz": gzip.compress(harm),
        "skill-1x.en.txt.fetch.json": json.dumps({"url": "https://a.example/x", "py/id": encoded}).encode(),
    }  # fmt: skip
    for name, data in raw.items():
        (place.raw / name).write_bytes(data)
    with zipfile.ZipFile(place.raw / "e.zip", "w") as archive:
        archive.writestr("f.txt", harm)
    commands = [
        ["ingest", str(place.raw), "--to", "{}", "--workers", "1", "--accept-loss"],
        ["status", "{}"],
        ["show", "{}", "skill-1x"],
        ["quarantine", "list", "{}"],
        ["releases", "{}", "--verify"],
        ["report", "{}", "--out", str(tmp_path / "site")],
        ["check", str(place.raw), "--baseline", str(place.raw / "a.pkl")],
    ]
    for number, victim in enumerate([None, *files]):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(place.folder, copy, symlinks=True)
        if victim is not None:
            spoilt = copy / victim.relative_to(place.folder)
            spoilt.chmod(0o644)
            if victim.suffix == ".parquet":
                arrow_with_pickle(spoilt, harm)
            else:
                spoilt.write_bytes(harm)
        for command in commands if number == 0 else commands[1:5]:
            arguments = [part.format(copy) for part in command]
            CliRunner().invoke(main, arguments)
    assert not mark.exists()
    pickle.loads(harm)
    assert mark.exists()


UNPICKLERS = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
RUNNERS = {"eval", "exec", "compile", "__import__"}


def test_the_program_neither_unpickles_nor_runs_texts() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = {
                *([alias.name for alias in node.names] if isinstance(node, ast.Import) else []),
                *([node.module or ""] if isinstance(node, ast.ImportFrom) else []),
            }
            roots = {name.partition(".")[0] for name in names}
            assert not roots & (UNPICKLERS | {"subprocess", "pty", "code"}), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in RUNNERS, path
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"read_pickle", "system", "popen"}, path
            if isinstance(node, ast.keyword):
                assert node.arg not in {"allow_pickle", "shell"}, path


LOOKS = """
import sys
seen = []
sys.addaudithook(lambda event, given: seen.append((event, given)) if event in WATCHED else None)
WATCHED = ("pickle.find_class", "exec", "subprocess.Popen", "os.system", "socket.connect")
from skillprofiles.cli import main
seen.clear()
WATCHED = WATCHED[:1] + WATCHED[2:]
try:
    main(sys.argv[1:])
finally:
    print(seen, file=sys.stderr)
"""


def test_a_run_of_one_process_starts_nothing_and_asks_nobody(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.en.html").write_text(page("html"), encoding="utf-8")
    (tmp_path / "raw" / "b.en.txt").write_text(page(skill="b"), encoding="utf-8")
    command = [sys.executable, "-c", LOOKS, "normalize", "raw", "--out", "out", "--workers", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "[]\n")
