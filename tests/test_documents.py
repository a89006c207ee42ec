"""What the documents show is what the program prints: their console blocks are run again.

A block is a list of commands after ``$``, each followed by its output. Commands run in a copy of the
sample exports; ``make test UPDATE=1`` writes what they print into the documents.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
DOCUMENTS = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if BLOCK.search(path.read_text("utf-8"))
]
DUCKDB = """\
import sys, duckdb
print(duckdb.sql(sys.argv[1]))
"""


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the commands of the documents are found."""
    tools = folder / ".tools"
    tools.mkdir()
    for name, code in (
        ("duckdb", f'exec {sys.executable} {tools}/duckdb.py "$@"'),
        ("python", f'exec {sys.executable} "$@"'),
        ("skillprofiles", f'exec {sys.executable} -m skillprofiles.cli "$@"'),
    ):
        script = tools / name
        script.write_text(f"#!/bin/sh\n{code}\n")
        script.chmod(0o755)
    (tools / "duckdb.py").write_text(
        DUCKDB.replace("import sys, duckdb", "import sys\nsys.path.pop(0)\nimport duckdb")
    )
    return {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100"}


def rerun(block: str, folder: Path, variables: dict[str, str]) -> str:
    """Return a block with what its commands print now."""
    lines = []
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines += [f"$ {command}", *(line.rstrip() for line in done.stdout.rstrip().splitlines())]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_console_blocks_show_what_is_printed(document: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "raw", tmp_path / "raw")
    variables = environment(tmp_path)
    text = document.read_text("utf-8")
    now = BLOCK.sub(lambda match: f"```console\n{rerun(match[1], tmp_path, variables)}```", text)
    if UPDATE:
        document.write_text(now, encoding="utf-8")
    assert now == text or UPDATE
    assert "Traceback" not in now


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str
)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), f"{document.name}: {target}"
