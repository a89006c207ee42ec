"""What a release is made of is looked at as a whole; what damage costs, and how a run ended, is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.ingesting import Place, broken
from tests.operating import call
from tests.samples import page
from tests.test_ingest_history import Here

from skillprofiles import contracts
from skillprofiles.ingest import Run
from skillprofiles.releases import path_of, read_manifest

SIDE = ("datapackage.json", "CHANGES.md")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a place with ten pages, published, whose runs need no processes."""
    monkeypatch.setattr("skillprofiles.ingest.scan._YOUNG_NS", 0)
    monkeypatch.setattr("skillprofiles.ingest.reading.workers_for", lambda *told: Here())
    place = Place.at(tmp_path)
    for number in range(10):
        place.put(f"skill-{number}x.en.txt")
    place.ingest()
    return place


def flip(path: Path) -> None:
    """Change a bit of a file, and of no other one that shares its bytes."""
    content = bytearray(path.read_bytes())
    content[len(content) // 12] ^= 1
    path.unlink()
    path.write_bytes(content)


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def remove(path: Path) -> None:
    path.unlink()


# What lies beside the tables


@pytest.mark.parametrize("harm", [flip, lengthen, remove])
@pytest.mark.parametrize("name", SIDE)
def test_verify_looks_at_what_lies_beside_the_tables(
    name: str, harm: Callable[[Path], None], place: Place
) -> None:
    damaged = place.release
    harm(path_of(place.folder, damaged) / name)
    told = call("releases", place.folder, "--verify")
    assert told.exit_code == 1
    assert f"    {name}" in told.stdout
    # Its tables are whole: what only it holds is built upon all the same.
    place.put("skill-0x.en.txt", broken(page("md", skill="skill-0x")))
    assert place.ingest(accept_loss=False).result == "published"
    assert read_manifest(path_of(place.folder, place.release)).previous == damaged
    assert place.sources()["skill-0x.en.txt"] == "rejected+held"


@pytest.mark.parametrize("name", SIDE)
def test_what_is_missing_beside_the_tables_is_made_again(name: str, place: Place) -> None:
    path_of(place.folder, place.release).joinpath(name).unlink()
    assert call("status", place.folder).exit_code == 1
    assert place.ingest(accept_loss=False).result == "published"
    assert call("status", place.folder).exit_code == 0
    assert place.ingest().result == "unchanged"


def test_a_release_without_these_sums_is_whole_and_what_a_later_program_adds_is_passed_over(
    place: Place,
) -> None:
    path = path_of(place.folder, place.release) / "manifest.json"
    said = json.loads(path.read_text())
    assert said["files"].keys() == set(SIDE)
    del said["files"]
    path.write_text(json.dumps(said))
    assert call("releases", place.folder, "--verify").exit_code == 0
    said["signature"] = said["tables"]["profiles"]["signature"] = "later"
    path.write_text(json.dumps(said))
    assert call("releases", place.folder, "--verify").exit_code == 0
    assert place.ingest().result == "unchanged"
    place.put("skill-0x.en.txt", text="them with care")
    assert place.ingest().result == "published"


# What only a damaged release held


def only_there(place: Place) -> str:
    """Publish a second release that alone holds versions of three pages; return its id."""
    for number in range(2):
        place.put(f"skill-{number}x.en.txt", text="them with care")
    place.put("new.en.txt")
    place.ingest()
    release = place.release
    for skill in ("skill-0x", "new"):
        place.put(f"{skill}.en.txt", broken(page("md", skill=skill)))
    (place.raw / "skill-1x.en.txt").unlink()
    return release


@pytest.mark.parametrize(
    ("table", "forgone"),
    [
        ("requirements", ["new.en.txt", "skill-0x.en.txt", "skill-1x.en.txt"]),
        ("profiles", ["new.en.txt", "skill-0x.en.txt"]),
    ],
)
def test_what_only_a_damaged_release_held_counts_as_loss(
    table: str, forgone: list[str], place: Place
) -> None:
    """Where its profiles cannot be read, what is rejected and not in quarantine has to do."""
    damaged = only_there(place)
    flip(path_of(place.folder, damaged) / f"{table}.parquet")
    run = place.ingest(accept_loss=False, max_loss=0.25)
    assert (run.result, run.release) == ("blocked", damaged)
    # One of the three that would be lost otherwise is in the release before: its version is older.
    assert run.loss["first_rejected"] == ["new.en.txt", "skill-0x.en.txt"]
    assert run.loss["first_retired"] == ["skill-1x.en.txt"]
    assert run.loss["first_forgone"] == forgone
    assert run.reason is not None
    assert f"only damaged release {damaged} holds" in run.reason
    assert place.ingest(accept_loss=False, max_loss=0.25).loss == run.loss
    told = call("ingest", place.raw, "--to", place.folder, "--accept-loss")
    assert "Lost with the damaged release: what it alone held of new.en.txt" in told.stdout
    assert place.sources()["new.en.txt"] == "rejected"
    assert place.sources()["skill-0x.en.txt"] == "rejected+held"


def test_damage_that_costs_nothing_counts_for_nothing(place: Place) -> None:
    place.put("bad.en.txt", broken(page("md", skill="bad")))
    place.put("skill-0x.en.txt", broken(page("md", skill="skill-0x")))
    place.ingest()
    place.put("skill-2x.en.txt", text="them with care")
    place.ingest()
    flip(path_of(place.folder, place.release) / "profiles.parquet")
    (place.raw / "skill-0x.en.txt").touch()
    place.put("bad.en.txt", broken(page("md", skill="bad", text="them with care")))
    place.put("more.en.txt")
    run = place.ingest(accept_loss=False, max_loss=0.0)
    assert run.result == "published"
    assert place.sources()["skill-0x.en.txt"] == "rejected+held"
    assert "forgone" not in run.loss


# A new version of the contract


def test_a_new_contract_is_published_though_no_row_changed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, version = place.release, contracts.VERSION
    monkeypatch.setattr("skillprofiles.contracts.VERSION", "1.99.0")
    monkeypatch.setattr("skillprofiles.ingest.state.reading_fingerprint", lambda: "0" * 16)
    assert place.ingest().result == "published"
    made = read_manifest(path_of(place.folder, place.release))
    assert (made.previous, made.contract) == (before, "1.99.0")
    for table in made.tables.values():
        metadata = pq.read_metadata(place.folder / "latest" / table.file).metadata
        assert metadata[b"skillprofiles.schema_version"] == b"1.99.0"
    said = (place.folder / "latest" / "CHANGES.md").read_text()
    assert f"version 1.99.0 of their contract, not {version} any more" in said
    assert place.ingest().result == "unchanged"


# How a run ended


# Runs `ingest`, and fails or is interrupted as soon as a function is called.
STOPPED = """
import errno, os, signal, sys
from importlib import import_module
from skillprofiles.cli import main
module, name = sys.argv[1].rsplit(".", 1)
def stop(*arguments, **more):
    if name == "sync" and not str(arguments[0]).endswith("releases"):
        return
    if sys.argv[2] == "disk":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "quarantine")
    os.kill(os.getpid(), signal.SIGINT)
setattr(import_module(module), name, stop)
main(sys.argv[3:])
"""


def stopped(place: Place, where: str, how: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", STOPPED, where, how, "ingest", "raw", "--to", "published"]
    return subprocess.run(
        [*command, *options], cwd=place.folder.parent, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


AFTER, BEFORE = "skillprofiles.ingest.aftermath.set_aside", "skillprofiles.ingest.publish.audit"
REST = "release {release} had become current before, the next run does the rest"


@pytest.mark.parametrize(
    ("where", "how", "code", "said"),
    [
        (AFTER, "Ctrl-C", 130, f"interrupted; {REST}"),
        (AFTER, "disk", 2, f"quarantine: No space left on device; {REST}"),
        (BEFORE, "Ctrl-C", 130, "interrupted; nothing was published"),
        (BEFORE, "disk", 2, "quarantine: No space left on device"),
    ],
)
def test_a_run_that_is_stopped_says_what_is_published(
    where: str, how: str, code: int, said: str, place: Place
) -> None:
    before = place.release
    place.put("bad.en.txt", broken(page("md", skill="bad")))
    place.put("new.en.txt")
    ended = stopped(place, where, how)
    assert (place.release != before) == (where == AFTER)
    line = said.format(release=place.release)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", f"Error: {line}\n")
    record: dict[str, Any] = json.loads((place.folder / "run.json").read_text())
    assert record["result"] == "failed"
    if where == AFTER:
        assert record["reason"].endswith(REST.format(release=place.release))
    as_json = stopped(place, where, how, "--log-format", "json", "--full")
    assert json.loads(as_json.stderr.splitlines()[-1])["exit_code"] == code
    run = place.ingest()
    assert run.release == place.release
    assert [entry.split()[1] for entry in listed(place)] == ["bad.en.txt"]
    assert place.ingest().result == "unchanged"


def listed(place: Place) -> list[str]:
    lines = call("quarantine", "list", place.folder).stdout.splitlines()
    return [line for line in lines[:-1] if not line.startswith(" ")]


def test_a_release_that_ctrl_c_kept_from_its_name_is_not_left_behind(place: Place) -> None:
    place.put("new.en.txt")
    ended = stopped(place, "skillprofiles.ingest.publish.sync", "Ctrl-C")
    assert (ended.returncode, ended.stderr) == (130, "Error: interrupted; nothing was published\n")
    assert len(place.releases) == 1
    place.ingest()
    assert [int(release[:6]) for release in place.releases] == [1, 2]


def test_a_table_that_breaks_its_contract_is_not_published(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.ingest()
    before = place.release
    monkeypatch.setattr("skillprofiles.ingest.changes._text", lambda value: "")
    place.put("skill-0x.en.txt", page("md", skill="skill-0x", text="another text"))
    with pytest.raises(AssertionError, match="changes breaks its contract"):
        place.ingest()
    assert place.release == before


def test_where_the_pointer_is_lost_the_newest_release_counts(place: Place) -> None:
    place.put("extra.en.txt")
    place.ingest()
    (place.raw / "extra.en.txt").unlink()
    place.ingest()
    before = place.release
    for name in ("latest", "latest.json", "ledger.sqlite"):
        (place.folder / name).unlink()
    run = place.ingest(accept_loss=False)
    assert (run.result, "forgone" in run.loss) == ("published", False)
    assert place.release > before
    assert "extra" not in place.skills()


def test_a_folder_that_cannot_be_looked_into_hides_its_own_files_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("closed/alpha.en.txt")
    place.put("open/beta.en.txt")
    place.ingest()
    (place.raw / "open" / "beta.en.txt").unlink()
    scandir = os.scandir

    def refused(folder: Any = ".") -> Any:
        if isinstance(folder, str) and folder.endswith("closed"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr("skillprofiles.read.walk.os.scandir", refused)
    run = place.ingest()
    assert run.counts["retired"] == 1
    assert "alpha" in place.skills()
    assert "beta" not in place.skills()


def test_a_record_that_cannot_be_written_hides_no_other_error(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Run.write

    def full(self: Run, folder: Path) -> None:
        if self.ended:
            raise OSError(28, "No space left on device")
        write(self, folder)

    monkeypatch.setattr(Run, "write", full)
    with pytest.raises(OSError, match="No space left"):
        place.ingest()
    place.put("skill-0x.en.txt", page("md", skill="skill-0x", text="another text"))
    monkeypatch.setattr("skillprofiles.ingest.publish.audit", lambda folder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        place.ingest()
