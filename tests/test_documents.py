"""What the documents show is what the program prints: their console blocks are run again.

A block is a list of commands after ``$``, each followed by its output. Commands run in a copy of the
sample exports, in a repository that has the hooks; ``make test UPDATE=1`` writes what they print into
the documents.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
DOCUMENTS = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if BLOCK.search(path.read_text("utf-8"))
]
TIMES = (
    (r"\b20\d{6}T\d{6}Z", "20261006T021704Z"),
    (r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", r"2026-10-06T02:17:04\1Z"),
    (r"(?<=T02:17:04)\.\d{3}Z", ".250Z"),
    (r"\b\d+ (second|minute)s? ago", "4 seconds ago"),
    (r'"age_seconds": [\d.]+', '"age_seconds": 4.2'),
    (r"(?<=KB in )[\d.]+(?= s\.)", "1.5"),
)
# Where documents have a web site, and with as many digits, where tests have it.
SITE_PORT = 8000
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
        ("pre-commit", f'exec {sys.executable} -m pre_commit "$@"'),
        ("python", f'exec {sys.executable} "$@"'),
        ("skillprofiles", f'exec {sys.executable} -m skillprofiles.cli "$@"'),
    ):
        script = tools / name
        script.write_text(f"#!/bin/sh\n{code}\n")
        script.chmod(0o755)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    # As declared, but run from this environment: nothing is installed.
    local = {"repo": "local", "hooks": [{**hook, "language": "system"} for hook in hooks]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [local]}))
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (tools / "duckdb.py").write_text(
        DUCKDB.replace("import sys, duckdb", "import sys\nsys.path.pop(0)\nimport duckdb")
    )
    return {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tools / "pre-commit-cache"),
        "COLUMNS": "100",
    }


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; yield the port."""
    for port in range(SITE_PORT, 10_000):
        with suppress(OSError):
            server = ThreadingHTTPServer(
                ("127.0.0.1", port), partial(Quiet, directory=os.fspath(folder))
            )
            break
    with server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(port)
        server.shutdown()


def rerun(block: str, folder: Path, variables: dict[str, str]) -> str:
    """Return a block with what its commands print now."""
    if f":{SITE_PORT}" in block:
        with site(folder / "raw") as port:
            now = printed(block.replace(str(SITE_PORT), port), folder, variables)
            return now.replace(port, str(SITE_PORT))
    return printed(block, folder, variables)


def printed(block: str, folder: Path, variables: dict[str, str]) -> str:
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
    return timeless("\n".join(lines) + "\n")


def timeless(text: str) -> str:
    """Return an output as if it had been printed at one certain time."""
    for written, always in TIMES:
        text = re.sub(written, always, text)
    return text


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
