"""The packages: what is in them, what they say of themselves, and that importing them costs little.

Installing them into clean environments, with each extra alone, is left to ``make test-release``.
"""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import click
import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import skillprofiles
from skillprofiles.cli import main

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DATA = (".py", ".toml", ".html", ".js", ".css", ".typed", ".svg")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        next(iter(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("w")))))
    )


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        next(iter(SdistBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("s")))))
    )


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(wheel: Path) -> Message:
    (name,) = [name for name in content(wheel) if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(content(wheel)[name])


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    known = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "skillprofiles").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = {name for name in content(wheel) if ".dist-info/" not in name}
    assert names == known
    assert {Path(name).suffix or Path(name).name for name in names} <= {*DATA, "py.typed"}
    assert "skillprofiles/py.typed" in names
    for folder, ending in (
        ("vocabulary", "toml"),
        ("report/templates", "html"),
        ("report/assets", "js"),
        ("report/interface", "toml"),
    ):
        assert [n for n in names if re.fullmatch(rf"skillprofiles/{folder}/[\w-]+\.{ending}", n)], (
            folder
        )


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    said, inside = metadata(wheel), content(wheel)
    assert said["Name"] == "skillprofiles"
    assert said["Version"] == skillprofiles.__version__
    assert said["Requires-Python"] == ">=3.11"
    assert said["License-Expression"] == "MIT"
    assert said.get_all("License-File") == ["LICENSE"]
    assert set(said.get_all("Provides-Extra") or ()) == set(PROJECT["optional-dependencies"])
    assert said.get_payload().lstrip().startswith("# skillprofiles")  # type: ignore[union-attr]
    folder = f"skillprofiles-{skillprofiles.__version__}.dist-info"
    assert inside[f"{folder}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    entry = inside[f"{folder}/entry_points.txt"].decode()
    assert entry.split() == ["[console_scripts]", "skillprofiles", "=", "skillprofiles.cli:main"]
    assert callable(main)
    assert b"py3-none-any" in inside[f"{folder}/WHEEL"]


def test_the_sdist_makes_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = tmp_path.iterdir()
    assert {"LICENSE", "README.md", "CHANGELOG.md", "docs", "schemas", "src"} <= {
        path.name for path in root.iterdir()
    }
    again = Path(next(iter(WheelBuilder(str(root)).build(directory=str(tmp_path / "dist")))))
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_no_package_holds_what_is_nobodys_business(sdist: Path, wheel: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    names = [*(member.name for member in members), *content(wheel)]
    hidden = {part for name in names for part in Path(name).parts if part.startswith(".")}
    assert hidden <= {".gitignore"}
    assert not [
        name for name in names if re.search(r"\.(pyc|so|parquet|log|env)$|__pycache__", name)
    ]
    assert {(member.uname, member.uid) for member in members} == {("", 0)}


HEAVY = (
    "arrow asyncio bs4 concurrent dask distributed duckdb email fsspec ftfy http jinja2 logging lxml "
    "multiprocessing numpy pandas pandera polars prometheus_client pyarrow rapidfuzz scrapy socket "
    "sqlite3 ssl subprocess tarfile twisted unittest wcwidth xlsxwriter xml zipfile"
).split()
LOADED = """
import sys
before = set(sys.modules)
try:
    exec(sys.argv.pop(1))
except SystemExit:
    pass
found = set(sys.modules) - before
print()
print(len(found), *sorted({name.partition(".")[0] for name in found}))
"""
MAIN = "from skillprofiles.cli import main; sys.argv[1:] = {}; main()"
BUDGETS = [
    ("import skillprofiles", 30),
    *(
        (MAIN.format(call.split()), 130)
        for call in [
            "--help",
            "--version",
            "rule SP301",
            *(f"{name} --help" for name in main.list_commands(click.Context(main))),
        ]
    ),
]


@pytest.mark.parametrize(("code", "most"), BUDGETS, ids=[code[-35:] for code, _ in BUDGETS])
def test_little_is_imported(code: str, most: int) -> None:
    """Counted, not timed: a module more is the same on every machine."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", LOADED, code],
        capture_output=True,
        text=True,
        check=True,
    )
    count, *names = done.stdout.splitlines()[-1].split()
    assert not set(names) & set(HEAVY), names
    assert int(count) <= most, f"{count} modules: {' '.join(names)}"
