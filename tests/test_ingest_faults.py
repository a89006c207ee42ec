"""Faults that a run of `ingest` meets sooner or later, each of them really done to it.

Kills, full disks and folders that are taken away happen at every point of a run: `tests.soak` does
that, and holds what is left afterwards against what an undisturbed run leaves.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from tests.disturbing import (
    ARGUMENTS,
    Scene,
    call,
    differences,
    page_of,
    release_files,
    start,
    state,
)
from tests.ingesting import Place
from tests.poisoning import Poison, poison

from skillprofiles.releases import locate, path_of, release_ids

ROOT = Path(__file__).parent.parent


def soak(*arguments: str, wrap: tuple[str, ...] = ()) -> dict[str, Any]:
    """Let things happen to runs; return the report of what came of it."""
    command = [*wrap, sys.executable, "-m", "tests.soak", "--seed", "7", *arguments]
    paths = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def places(errors: dict[str, int]) -> Counter[str]:
    """Return how often runs failed in each part of the folder."""
    found: Counter[str] = Counter()
    for line, count in errors.items():
        path = line.removeprefix("Error: ").lstrip("/")
        part = path.partition(":")[0].partition("-")[0].split("/")
        found["/".join(part[:2]) if part[0] == ".staging" else part[0]] += count
    return found


def test_whenever_a_run_is_killed_or_loses_its_rights_the_next_one_finishes() -> None:
    only = ("--only", "moments", "writes", "read-only")
    report = soak("--kills", "200", *only, "--step", "13")
    assert report["killed"]["KilledAfter"] >= 200
    assert report["killed"]["KilledAtWrite"] >= report["writes"] > 80
    # Readers found whole releases each time; some of them found the old one, some the new one.
    assert min(report["found"]["old"], report["found"]["new"]) > 50
    assert report["tried"]["ReadOnly"] > 10
    assert sum(report["errors"].values()) > 10
    # One that fails when its release is current says so too.
    denied = re.compile(r"Error: [^:]*: Permission denied(; release \S+ had become current .*)?")
    assert [line for line in report["errors"] if not denied.fullmatch(line)] == []


def can_mount() -> bool:
    """Whether a disk of our own can be had, as root in a mount namespace."""
    if os.name != "posix" or not shutil.which("unshare"):
        return False
    command = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def on_small_disk(folder: Path) -> Counter[str]:
    mount = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"'
    wrap = ("unshare", "--mount", "sh", "-c", mount, str(folder))
    arguments = ("--only", "full-disk", "--disk", str(folder), "--room", "8192", "--jobs", "1")
    return places(soak(*arguments, wrap=wrap)["errors"])


def with_small_files(folder: Path) -> Counter[str]:
    return places(soak("--only", "small-files", "--jobs", "1")["errors"])


def test_a_full_disk_stops_a_run_and_no_later_one(tmp_path: Path) -> None:
    if can_mount():
        wanted = {"runs", "ledger.sqlite", ".staging/parts", ".staging/release", "quarantine"}
        assert wanted <= on_small_disk(tmp_path).keys()
    else:
        assert with_small_files(tmp_path).keys() == {"ledger.sqlite"}


# The program itself, as a timer starts it


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    def ingest(raw: Path, folder: Path) -> int:
        return call("ingest", raw, "--to", folder, *ARGUMENTS).exit_code

    return Scene.make(tmp_path_factory.mktemp("scene"), ingest)


def reached(process: subprocess.Popen[str], done: Callable[[], bool]) -> bool:
    """Wait until a process has done something; tell whether it still runs."""
    while not done():
        try:
            process.wait(timeout=0.002)
        except subprocess.TimeoutExpired:
            continue
        return False
    return True


STAGES: dict[str, Callable[[Path], bool]] = {
    "on record": lambda folder: len(list((folder / "runs").iterdir())) > 2,
    "reading": lambda folder: any((folder / ".staging").glob("parts-*")),
    "building": lambda folder: (folder / ".staging/release/profiles.parquet").exists(),
    "published": lambda folder: len(release_ids(folder)) > 2,
}


@pytest.mark.parametrize("stage", STAGES)
def test_the_program_itself_is_killed(stage: str, scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    scene.reset(folder)
    with start("ingest", scene.raw, "--to", folder, *ARGUMENTS[2:]) as process:
        if reached(process, lambda: STAGES[stage](folder)):
            os.killpg(process.pid, signal.SIGKILL)
    # On a busy machine the last stages may be over before they are seen.
    is_brief = stage in ("building", "published")
    assert process.returncode in (-signal.SIGKILL, *([1] if is_brief else []))
    files = {
        release: release_files(path_of(published, release))
        for published in (scene.before, scene.after)
        for release in release_ids(published)
    }
    found = locate(folder)
    assert release_files(found) == files[found.name]
    assert call("ingest", scene.raw, "--to", folder, *ARGUMENTS).exit_code == 1
    assert differences(state(folder), state(scene.after)) == []


@pytest.fixture
def poisoned(tmp_path: Path) -> Poison:
    return Poison(tmp_path / "site")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place where a release of three pages is current, and another one before it."""
    place = Place.at(tmp_path)
    for name in ("alpha.en.txt", "bravo.en.txt", "charlie.en.txt"):
        place.put(name)
    place.ingest()
    place.put("bravo.en.txt", text="them with care")
    place.ingest()
    return place


def waiting(place: Place, poisoned: Poison, go: Path) -> subprocess.Popen[str]:
    """Start a run that reads a new page until somebody opens a pipe, and see it begin."""
    os.mkfifo(go)
    poison(place.put("delta.en.txt"), f"waits={go}")
    process = start("ingest", place.raw, "--to", place.folder, env=poisoned.environment)
    assert reached(process, lambda: bool(poisoned.read()))
    return process


def is_gone(group: int) -> bool:
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_workers_end_with_a_run_that_is_killed_by_itself(
    place: Place, poisoned: Poison, tmp_path: Path
) -> None:
    release, go = place.release, tmp_path / "go"
    with waiting(place, poisoned, go) as process:
        process.kill()
    until = time.monotonic() + 30
    while not is_gone(process.pid):
        assert time.monotonic() < until, "its workers live on"
    assert place.release == release
    assert place.ingest().result == "published"
    assert place.sources()["delta.en.txt"] == "accepted"


def everything(folder: Path) -> dict[str, bytes | str]:
    """Return all that lies in a folder: the content of files, where links lead."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


# Two at once, and readers


def test_of_two_runs_at_once_the_second_changes_nothing(
    place: Place, poisoned: Poison, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    raw, folder = place.raw, place.folder
    turned_away: list[tuple[str | Path, ...]] = [
        ("ingest", raw, "--to", folder),
        ("ingest", raw, "--to", folder, "--full", "--keep", "1"),
        ("releases", folder, "--activate", "1"),
        ("releases", folder, "--keep", "1"),
    ]
    with waiting(place, poisoned, go) as process:
        before = everything(folder)
        for arguments in turned_away:
            result = call(*arguments)
            assert (result.exit_code, result.stdout) == (3, ""), arguments
            assert result.stderr == f"Error: another run is writing to {folder}\n"
        status = call("status", folder)
        assert (status.exit_code, "is under way" in status.stdout) == (0, True)
        assert everything(folder) == before
        go.open("wb").close()
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert len(place.releases) == 3
    assert place.sources()["delta.en.txt"] == "accepted"


def test_who_only_looks_whether_a_run_is_under_way_stops_none(place: Place) -> None:
    place.put("delta.en.txt")
    lock = FileLock(place.folder / ".lock", thread_local=False)
    lock.acquire()
    threading.Timer(0.05, lock.release).start()
    assert place.ingest().result == "published"


# Reads without a pause until its input ends. All tables of a release say its number. By its name in
# latest/ a table is opened once: pyarrow opens a path it is given for the schema and again for the rows,
# which may be those of two releases.
READER = """
import select, sys
from pathlib import Path
import pyarrow.parquet as pq
from skillprofiles.releases import current, damage, locate

folder = Path(sys.argv[1])

def rows(place, table):
    return pq.read_table(place / f"{table}.parquet").to_pylist()

def version_of(requirements):
    (text,) = {row["description"].split(" version ")[1].split()[0] for row in requirements}
    return int(text)

def located():
    while True:
        place = locate(folder)
        try:
            requirements, profiles, sources = (
                rows(place, table) for table in ("requirements", "profiles", "sources")
            )
        except FileNotFoundError:
            assert current(folder) != place.name, "the current release lacks files"
            continue
        version = version_of(requirements)
        assert {row["updated_on"].day for row in profiles} == {version}
        assert {row["source"]: row["source_sha256"] for row in profiles} == {
            row["source"]: row["published_sha256"] for row in sources
        }
        return version

seen, rounds, is_open = [], 0, True
while is_open:
    is_open = not select.select([sys.stdin], [], [], 0)[0]
    seen.append(located())
    with (folder / "latest" / "requirements.parquet").open("rb") as file:
        seen.append(version_of(pq.read_table(file).to_pylist()))
    assert seen == sorted(seen), "a reader went back in time"
    del seen[:-2]
    rounds += 1
    print(seen[-1], flush=True)
"""


def test_readers_see_whole_releases_only(tmp_path: Path) -> None:
    place = Place.at(tmp_path)

    def publish(version: int) -> None:
        for name in ("alpha.en.txt", "bravo.en.txt", "charlie.en.txt"):
            place.put(name, text=f"version {version} of it", updated_on=dt.date(2026, 1, version))
        assert place.ingest(keep=2).result == "published"

    publish(1)
    with run_python(READER, place.folder) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "1\n"
        for version in range(2, 24):
            publish(version)
        output, errors = reader.communicate()
    assert (reader.returncode, errors) == (0, "")
    seen = [int(line) for line in output.splitlines()]
    assert seen[-1] == 23
    assert len(set(seen)) > 5


def run_python(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    paths = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


# A file that is being written


# Writes a page again and again, but never its end, until its input ends; then all of it.
GROWING = """
import select, sys
from pathlib import Path

path, page = sys.argv[1], Path(sys.argv[2]).read_bytes()
unfinished = page[: page.rindex(b"|", 0, -20_000)]
while not select.select([sys.stdin], [], [], 0)[0]:
    with open(path, "wb", buffering=0) as file:
        for start in range(0, len(unfinished), 1_000):
            file.write(unfinished[start : start + 1_000])
            if not start:
                print("writing", flush=True)
Path(path).write_bytes(page)
"""


def test_a_file_that_grows_while_it_is_read_is_never_published_torn(
    place: Place, tmp_path: Path
) -> None:
    page = tmp_path / "page"
    text = page_of("bravo", text="them with great care " * 800, roles=3)
    page.write_text("\n" * 2_000_000 + text)
    before = place.table("requirements")
    codes: set[str] = set()
    with run_python(GROWING, place.raw / "bravo.en.txt", page) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        for _ in range(20):
            place.ingest()
            assert place.sources()["bravo.en.txt"] == "rejected+held"
            assert place.table("requirements").equals(before)
            codes |= {code for (code,) in place.rows("findings", "code")}
            if "SP018" in codes:
                break
        writer.communicate()
    assert "SP018" in codes
    place.ingest()
    assert set(place.sources().values()) == {"accepted"}
    texts = [
        text
        for source, text in place.rows("requirements", "source", "description")
        if source == "bravo.en.txt"
    ]
    assert len(texts) == 15
    assert all(len(text) > 16_000 for text in texts)
