"""A published folder over time: backup, going back, upgrade, and what the program says meanwhile."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.ingesting import Place, broken
from tests.operating import (
    DOCUMENT,
    PROGRAM,
    ROOT,
    blocked,
    call,
    clean,
    gone,
    rejected,
    shell,
)
from tests.samples import page
from tests.test_bad_input import without_privileges

from skillprofiles.ingest import record
from skillprofiles.ingest.workplace import Workplace
from skillprofiles.releases import current, damage, path_of


@pytest.fixture
def place(ten_pages: Path, tmp_path: Path) -> Place:
    """Return ten pages, published."""
    shutil.copytree(ten_pages, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Place(tmp_path / "raw", tmp_path / "published")


# --- backup, restore, upgrade ----------------------------------------------------------------------


def tables(folder: Path) -> dict[str, bytes]:
    release = current(folder)
    assert release
    path = path_of(folder, release)
    return {
        name: (path / f"{name}.parquet").read_bytes()
        for name in ("requirements", "profiles", "findings", "sources")
    }


def with_history(place: Place) -> None:
    """Give a folder what only it knows: a held version, a quarantine, several releases."""
    rejected(place)
    place.put("new.en.txt", broken(page("md", skill="new")))
    place.ingest()
    (place.raw / "skill-9x.en.txt").unlink()
    clean(place)
    place.ingest()


@pytest.mark.parametrize(
    ("kept", "result"),
    [
        (("latest", "latest.json", "quarantine", "releases"), "unchanged"),
        (("latest.json", "quarantine", "releases"), "unchanged"),
        (("latest", "latest.json", "releases"), "unchanged"),
        (("releases",), "published"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_a_restored_backup_goes_on_where_it_was(
    place: Place, kept: tuple[str, ...], result: str
) -> None:
    with_history(place)
    before, releases = tables(place.folder), place.releases
    held, quarantined = place.sources(), call("quarantine", "list", place.folder).stdout
    backup = place.folder.with_name("backup")
    backup.mkdir()
    copied = shell(["cp", "-a", *(str(place.folder / name) for name in kept), str(backup)])
    assert copied.returncode == 0, copied.stderr
    shutil.rmtree(place.folder)
    assert shell(["cp", "-a", str(backup), str(place.folder)]).returncode == 0
    run = place.ingest(accept_loss=False)
    assert run.result == result
    assert tables(place.folder) == before
    assert place.sources() == held
    assert held["skill-1x.en.txt"] == "rejected+held"
    assert place.releases[: len(releases)] == releases
    assert call("releases", place.folder, "--verify").exit_code == 0
    assert without_runs(call("quarantine", "list", place.folder).stdout) == without_runs(
        quarantined
    )
    assert place.ingest().result == "unchanged"


def without_runs(text: str) -> str:
    return re.sub(r"\d{6}-\d{8}T\d{6}Z", "RUN", text)


def test_a_backup_taken_while_runs_publish_is_whole(place: Place) -> None:
    """In the order of the document, with a run that publishes before each name is copied."""
    shown = re.search(r"^\$ .*cp -a (.*) backup$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert shown
    with_history(place)
    backup = place.folder.with_name("backup")
    backup.mkdir()
    for number, path in enumerate(shown[1].split()):
        place.put(f"more-{number}x.en.txt")
        assert place.ingest().result == "published"
        name = Path(path).relative_to("published")
        assert shell(["cp", "-a", str(place.folder / name), str(backup)]).returncode == 0
    release = current(backup)
    assert release
    assert damage(backup, release) == []
    assert place.releases.index(release) < len(place.releases) - 1


def test_an_activated_release_is_told_and_replaced_by_the_next_run(place: Place) -> None:
    with_history(place)
    newest = place.release
    call("releases", place.folder, "--activate", "1")
    told = call("status", place.folder).stdout
    assert told.startswith(f"release     {place.release}, activated by hand after {newest}\n")
    assert "sources " not in told
    assert place.ingest(accept_loss=False).result == "blocked"
    run = place.ingest()
    assert run.result == "published"
    assert run.previous == place.releases[0]
    assert "activated by hand" not in call("status", place.folder).stdout


def copied_program(folder: Path, file: str, old: str, new: str) -> dict[str, str]:
    """Return the environment of another version of the program: a copy with one edit."""
    shutil.copytree(ROOT / "src", folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "skillprofiles" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}


def test_an_upgrade_reads_everything_again_and_so_does_going_back(
    place: Place, tmp_path: Path
) -> None:
    with_history(place)
    held = place.sources()
    newer = copied_program(tmp_path / "newer", "vocabulary/en.toml", "", "# a newer edition\n")
    command = [sys.executable, "-m", "skillprofiles.cli", "ingest", str(place.raw)]
    for variables in (newer, dict(os.environ)):
        done = shell([*command, "--to", str(place.folder)], env=variables, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, "")
        run = json.loads((place.folder / "run.json").read_text())
        assert (run["result"], run["counts"]["read"]) == ("unchanged", 10)
        assert place.sources() == held


# --- what the program says -------------------------------------------------------------------------


def test_quiet_is_not_silent_where_nothing_was_published(place: Place) -> None:
    blocked(place)
    result = call("ingest", place.raw, "--to", place.folder, "--quiet")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "Error: nothing was published: 0 of 10 published profiles would be rejected and 5 retired, "
        "more than 10%\n"
    )


def test_what_would_be_lost_is_named(place: Place) -> None:
    rejected(place)
    for number in range(2, 9):
        (place.raw / f"skill-{number}x.en.txt").unlink()
    said = call("ingest", place.raw, "--to", place.folder).stdout.splitlines()
    assert said[-4:] == [
        "  rejected: skill-1x.en.txt",
        "  retired: skill-2x.en.txt, skill-3x.en.txt, skill-4x.en.txt, skill-5x.en.txt, "
        "skill-6x.en.txt and 2 more",
        f"`skillprofiles quarantine list {place.folder}` tells why they are rejected.",
        "If the input is as it should be, publish it with --accept-loss.",
    ]
    assert len(json.loads((place.folder / "run.json").read_text())["loss"]["first_retired"]) == 5


@pytest.mark.parametrize(
    ("prepare", "event", "code"), [(gone, "failed", 2), (None, "locked", 3)], ids=["gone", "locked"]
)
def test_a_failure_is_an_event_too(
    place: Place, prepare: Callable[[Place], None] | None, event: str, code: int
) -> None:
    command = [str(PROGRAM), "ingest", str(place.raw), "--to", str(place.folder)]
    if prepare:
        prepare(place)
        done = shell([*command, "--log-format", "json"])
    else:
        with Workplace(place.folder):
            done = shell([*command, "--log-format", "json"])
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    said = json.loads(line)
    assert (said["event"], said["exit_code"]) == (event, code)
    assert said["reason"]


def test_input_that_is_gone_is_a_failed_run(place: Place) -> None:
    metrics = place.folder.with_name("skillprofiles.prom")
    gone(place)
    result = call("ingest", place.raw, "--to", place.folder, "--metrics-file", metrics)
    assert result.exit_code == 2
    assert result.stderr == f"Error: '{place.raw}' does not exist\n"
    assert 'skillprofiles_run_result{result="failed"} 1.0' in metrics.read_text()
    status = call("status", place.folder)
    assert status.exit_code == 1
    assert f" failed: '{place.raw}' does not exist\n" in status.stdout


def test_a_slip_of_the_pen_leaves_no_trace(place: Place) -> None:
    gone(place)
    shutil.rmtree(place.folder)
    assert call("ingest", place.raw, "--to", place.folder).exit_code == 2
    assert not place.folder.exists()


def test_who_may_only_read_sees_that_a_run_is_at_work(place: Place) -> None:
    (place.folder / ".lock").chmod(0o444)
    command = [str(PROGRAM), "status", str(place.folder)]
    with Workplace(place.folder):
        record.begin(place.folder, str(place.raw), "0").write(place.folder)
        at_work = shell(command, preexec_fn=without_privileges)
    assert at_work.stdout.splitlines()[2].endswith(" is under way")
    assert at_work.returncode == 0
    killed = shell(command, preexec_fn=without_privileges)
    assert killed.stdout.splitlines()[2].endswith(" was killed")
    assert killed.returncode == 1


ASKED = """
import pathlib, sys
import filelock, skillprofiles.releases
sys.modules["fcntl"] = None
from skillprofiles.ingest.status import status_of
print(status_of(pathlib.Path(sys.argv[1])).running)
"""


def test_a_run_is_seen_at_work_without_the_locks_of_unix(
    place: Place,
) -> None:
    with Workplace(place.folder):
        record.begin(place.folder, str(place.raw), "0").write(place.folder)
        # A lock of this process is its own to take again; another process finds it taken.
        asked = [sys.executable, "-c", ASKED, str(place.folder)]
        assert (
            subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout == b"True\n"
        )
    assert subprocess.run(asked, check=True, capture_output=True).stdout == b"False\n"


def test_metrics_that_cannot_be_written_are_named(place: Place) -> None:
    metrics = place.folder.with_name("nowhere") / "skillprofiles.prom"
    command = ("ingest", place.raw, "--to", place.folder, "--metrics-file", metrics)
    result = call(*command)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {metrics}: No such file or directory\n"
    assert len(place.releases) == 1
    gone(place)
    assert call(*command).stderr == f"Error: '{place.raw}' does not exist\n"


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_gets_colour_and_no_bar_for_a_moment_of_work(
    place: Place, no_color: str
) -> None:
    blocked(place)
    ours, theirs = os.openpty()
    command = [str(PROGRAM), "ingest", str(place.raw), "--to", str(place.folder)]
    done = subprocess.run(
        command, stdout=theirs, stderr=theirs, env={**os.environ, "NO_COLOR": no_color}, check=False
    )
    os.close(theirs)
    with suppress(OSError), os.fdopen(ours, "rb", 0) as terminal:
        printed = terminal.read(100_000).decode()
    assert done.returncode == 1
    assert printed.startswith("0 sources read, 5 retired")
    assert ("\x1b[31mNothing was published" in printed) == (not no_color)
    assert "Reading" not in printed


def test_quarantine_of_nothing_is_said_so(tmp_path: Path) -> None:
    for command in (("list",), ("show", "x"), ("replay",), ("replay", "x")):
        result = call("quarantine", command[0], tmp_path / "empty", *command[1:])
        assert result.exit_code == 2
        assert result.stderr == f"Error: nothing was ingested into '{tmp_path / 'empty'}' yet\n"


def test_a_folder_where_a_link_belongs_is_said_and_status_sees_it(place: Place) -> None:
    copy = place.folder.with_name("copy")
    shutil.copytree(place.folder, copy)
    place.put("new.en.txt")
    ended = call("ingest", place.raw, "--to", copy)
    assert ended.exit_code == 2
    assert f"{copy}/latest: a folder, where a link belongs" in ended.stderr
    assert not (copy / ".data.next").is_symlink()
    told = call("status", copy)
    assert told.exit_code == 1
    assert f"damaged: {copy}/latest is a folder" in told.stdout
    shutil.rmtree(copy / "latest")
    assert call("ingest", place.raw, "--to", copy).exit_code == 0
    assert call("status", copy).exit_code == 0


@pytest.mark.parametrize("every", [False, True])
def test_a_current_release_that_is_gone_is_damage(every: bool, place: Place) -> None:
    first = place.release
    place.put("new.en.txt")
    last = place.ingest().release
    for release in (first, last) if every else (last,):
        shutil.rmtree(path_of(place.folder, str(release)))
    told = call("status", place.folder, "--max-age", "26h")
    assert told.exit_code == 1
    assert "release     none\n" in told.stdout
    assert f"after the last good run it was {last}" in told.stdout


def test_a_run_that_ended_in_the_future_tells_of_a_clock(place: Place) -> None:
    path = place.folder / "run.json"
    for file in (path, *(place.folder / "runs").iterdir()):
        said = file.read_text("utf-8")
        year = re.search(r'"ended": "(\d{4})', said)
        assert year
        file.write_text(said.replace(year[0], f'"ended": "{int(year[1]) + 3}'), "utf-8")
    told = call("status", place.folder, "--max-age", "26h")
    assert told.exit_code == 4
    assert "from now: a clock is, or was, wrong" in told.stdout
