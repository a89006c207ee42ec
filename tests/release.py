"""The wheel, installed as users install it: into clean environments, without extras and with each alone.

Not among the usual tests, because libraries are installed for it: ``make test-release``. Which versions of
Python are tried depends on what this machine has; the first lines of the output tell.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from tests.samples import page

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name not in ("all", "dev")]
VERSIONS = [
    found[1] for line in PROJECT["classifiers"] if (found := re.search(r":: (3\.\d+)$", line))
]
UV = Path(sys.executable).with_name("uv")


def interpreter(version: str) -> str | None:
    """Return where a version of Python is on this machine; nothing is downloaded."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    homes = [os.path.expanduser(f"~/.pyenv/versions/{version}*/bin"), "/usr/bin", "/usr/local/bin"]
    found = [
        str(path)
        for home in homes
        for path in Path("/").glob(f"{home.lstrip('/')}/python{version}")
    ]
    return next(iter(found), shutil.which(f"python{version}"))


FOUND = {version: path for version in VERSIONS if (path := interpreter(version))}
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"
CASES = [
    (version, extras)
    for version in FOUND
    for extras in (((), *((extra,) for extra in EXTRAS)) if version == OWN else ((),))
] + [(version, ("all",)) for version in FOUND]


@dataclass
class Installed:
    """An environment with the wheel in it, and a folder to work in."""

    python: Path
    extras: tuple[str, ...]
    work: Path

    def has(self, extra: str) -> bool:
        return extra in self.extras or "all" in self.extras

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the program with every warning an error."""
        return self.execute("-m", "skillprofiles.cli", *arguments)

    def execute(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(self.python), "-I", "-W", "error", *arguments],
            cwd=self.work,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.work),
                # Nobody outside this machine is asked.
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
                "AWS_ACCESS_KEY_ID": "x",
                "AWS_SECRET_ACCESS_KEY": "x",
                "AWS_MAX_ATTEMPTS": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert "Warning" not in done.stderr, done.stderr
        return done


@pytest.fixture(scope="session", autouse=True)
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this tree."""
    print(f"\nPython: {', '.join(f'{v} ({p})' for v, p in FOUND.items())}")
    print(f"not here, so not tried: {', '.join(set(VERSIONS) - set(FOUND)) or 'none'}")
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder)))))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join((case[0], *case[1])))
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    version, extras = request.param
    folder = tmp_path_factory.mktemp("installed")
    python = folder / "env" / "bin" / "python"
    wanted = f"{wheel}[{','.join(extras)}]" if extras else str(wheel)
    uv = str(UV) if UV.exists() else shutil.which("uv") or "uv"
    for command in (
        ["venv", "--python", FOUND[version], str(folder / "env")],
        ["pip", "install", "--python", str(python), wanted],
    ):
        subprocess.run([uv, *command, "--quiet"], check=True)
    work = folder / "work"
    (work / "raw").mkdir(parents=True)
    for name, layout in (("a-md", "md"), ("b-html", "html"), ("c-flat", "flat")):
        ending = "html" if layout == "html" else "txt"
        text = page(layout, skill=name)
        (work / "raw" / f"{name}.en.{ending}").write_text(text, encoding="utf-8")
    yield Installed(python, extras, work)
    shutil.rmtree(folder)


@pytest.fixture
def tables(installed: Installed) -> Installed:
    """Return the environment, with tables in ``out``."""
    if not (installed.work / "out").exists():
        assert installed.run("normalize", "raw", "--out", "out").returncode == 0
    return installed


COMMANDS = """\
--version
--help
rule SP301
schema requirements.schema.json
check raw
normalize raw --out tables
normalize raw --out commas --format csv
ingest raw --to published
ingest raw --to published
status published
quarantine list published
releases published --verify
show out a-md
compare out a-md "data engineer" --have junior --want senior
role out "data engineer"
diff out tables
export out --out lake --partition-by level
"""


def test_everything_that_needs_no_extra_works(tables: Installed) -> None:
    for command in COMMANDS.splitlines():
        done = tables.run(*shlex.split(command))
        said = done.stderr.replace("nothing changed\n", "")
        assert (done.returncode, said) == (0, ""), (command, done.stderr)
    program = tables.python.with_name("skillprofiles")
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stdout
    assert said == tables.run("--version").stdout.replace(
        "python -m skillprofiles.cli", "skillprofiles"
    )
    questions = (
        "import skillprofiles as sp\n"
        "data = sp.load('out')\n"
        "print(len(data.requirements), len(data.profiles), data.matrix('a-md').shape)\n"
    )
    done = tables.execute("-c", questions)
    assert (done.returncode, done.stderr) == (0, "")


NEEDING = {
    "fetch": [["fetch", "http://127.0.0.1:9/skills", "--to", "fetched", "--retries", "0"]],
    "distributed": [["ingest", "raw", "--to", "far", "--scheduler", "tcp://127.0.0.1:9"]],
    "remote": [
        ["ingest", "memory://raw", "--to", "far"],
        ["ingest", "raw", "--to", "memory://far"],
        ["status", "memory://far"],
    ],
    "excel": [
        ["normalize", "raw", "--out", "book.xlsx", "--format", "xlsx"],
        ["export", "out", "--out", "out.xlsx", "--format", "xlsx"],
    ],
    "report": [["report", "out", "--out", "site"]],
    "query": [],
}


def test_extras_are_known() -> None:
    assert set(NEEDING) == set(EXTRAS)


@pytest.mark.parametrize("extra", NEEDING)
def test_a_command_works_with_its_extra_and_says_so_without(tables: Installed, extra: str) -> None:
    for command in NEEDING[extra]:
        done = tables.run(*command)
        assert "Traceback" not in done.stderr, done.stderr
        # Dask brings Jinja2, and fsspec, which is all that most URLs need.
        there = tables.has(extra) or (extra in ("remote", "report") and tables.has("distributed"))
        if there:
            assert "pip install" not in done.stderr + done.stdout, done.stderr
            if extra in ("excel", "report"):
                assert (done.returncode, done.stderr) == (0, "")
        else:
            assert (done.returncode, done.stdout) == (2, ""), command
            assert done.stderr.count("\n") == 1
            assert f"pip install 'skillprofiles[{extra}]'" in done.stderr


def test_s3_is_named_with_its_extra(tables: Installed) -> None:
    done = tables.run("ingest", "s3://bucket/raw", "--to", "far")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    if not tables.has("remote"):
        # Dask brings fsspec, but not what speaks to S3.
        assert "pip install 'skillprofiles[remote]'" in done.stderr


def test_questions_to_other_libraries_name_their_extra(tables: Installed) -> None:
    for method in ("to_polars().requirements", "duckdb()"):
        done = tables.execute("-c", f"import skillprofiles as sp\nsp.load('out').{method}")
        last = done.stderr.splitlines()[-1:]
        assert (done.returncode == 0) is tables.has("query"), done.stderr
        assert tables.has("query") or "pip install 'skillprofiles[query]'" in last[0]


def test_a_crawl_that_was_recorded_names_its_extra(tables: Installed) -> None:
    from warcio.warcwriter import WARCWriter

    with (tables.work / "crawl.warc.gz").open("wb") as file:
        WARCWriter(file).write_record(WARCWriter(file).create_warcinfo_record("x", {}))
    done = tables.run("check", "crawl.warc.gz")
    assert "Traceback" not in done.stderr
    assert ("pip install 'skillprofiles[fetch]'" in done.stdout) is not tables.has("fetch")
