"""What is lost or damaged between two runs is made again, and clocks that are off hide nothing."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.disturbing import ARGUMENTS, Scene, call, differences, page_of, state
from tests.ingesting import Place, broken

from skillprofiles import contracts
from skillprofiles.ingest import read_run, record, run_ids, status
from skillprofiles.releases import current, layout, path_of


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    def run(raw: Path, folder: Path) -> int:
        return call("ingest", raw, "--to", folder, *ARGUMENTS).exit_code

    return Scene.make(tmp_path_factory.mktemp("scene"), run)


@pytest.fixture
def folder(scene: Scene, tmp_path: Path) -> Path:
    """Return a folder as it was before the exports changed."""
    scene.reset(tmp_path / "published")
    return tmp_path / "published"


def ingest(scene: Scene, folder: Path) -> tuple[int, str]:
    """Run as a timer does; return the exit code and the errors."""
    result = call("ingest", scene.raw, "--to", folder, *ARGUMENTS)
    return result.exit_code, result.stderr


# The ledger


def lost(ledger: Path) -> None:
    ledger.unlink()


def emptied(ledger: Path) -> None:
    ledger.write_bytes(b"")


def cut(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[: ledger.stat().st_size // 2])


def cut_short(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[:100])


def garbage(ledger: Path) -> None:
    ledger.write_bytes(b"no database at all" * 3_000)


def another_one(ledger: Path) -> None:
    ledger.unlink()
    with closing(sqlite3.connect(ledger)) as database:
        database.execute("CREATE TABLE notes (text)")


def of_a_later_program(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as database:
        database.execute("PRAGMA user_version = 99")


def of_an_earlier_release(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as database, database:
        first = sorted(path.name for path in ledger.parent.joinpath("releases").iterdir())[0]
        database.execute("UPDATE facts SET value = ? WHERE name = 'release'", [first])
        database.execute("DELETE FROM sources WHERE source > 'k'")
        database.execute("INSERT INTO files VALUES ('gone.txt', 1, 1, 1, '')")
        database.execute("INSERT INTO sources (source, outcome) VALUES ('gone.txt', 'accepted')")


def overwritten_from(table: str) -> Callable[[Path], None]:
    """Return what overwrites the first page of a table, which shows when that is read."""

    def harm(ledger: Path) -> None:
        with closing(sqlite3.connect(ledger)) as database:
            (page,) = database.execute(
                "SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]
            ).fetchone()
            (size,) = database.execute("PRAGMA page_size").fetchone()
        content = bytearray(ledger.read_bytes())
        content[(page - 1) * size : page * size] = b"\xff" * size
        ledger.write_bytes(content)

    harm.__name__ = f"{table}_overwritten"
    return harm


HARMS = (
    lost, emptied, cut, cut_short, garbage, another_one, of_a_later_program, of_an_earlier_release,
    *map(overwritten_from, ("facts", "files", "sources")),
)  # fmt: skip


def living(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a ledger that was lost cannot know: which sources are gone for long."""
    sources = [row for row in found["ledger"]["sources"] if row[-1]]
    return {**found, "ledger": {**found["ledger"], "sources": sources}}


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_ledger_that_cannot_be_used_is_made_again(
    harm: Callable[[Path], None], scene: Scene, folder: Path
) -> None:
    harm(folder / "ledger.sqlite")
    assert ingest(scene, folder) == (1, "")
    assert differences(living(state(folder)), living(state(scene.after))) == []
    assert ingest(scene, folder) == (1, "")
    assert differences(living(state(folder)), living(state(scene.after))) == []


# What no run reads is not seen to be damaged before one writes to it.
@pytest.mark.parametrize("harm", HARMS[:-1], ids=lambda harm: harm.__name__)
def test_nor_does_it_publish_anything_when_nothing_is_new(
    harm: Callable[[Path], None], scene: Scene, folder: Path
) -> None:
    assert ingest(scene, folder) == (1, "")
    harm(folder / "ledger.sqlite")
    assert ingest(scene, folder) == (1, "")
    last = read_run(folder, run_ids(folder)[-1])
    assert last is not None
    assert last.result == "unchanged"
    assert differences(living(state(folder)), living(state(scene.after))) == []


@contextmanager
def written_by_another_program(ledger: Path) -> Iterator[None]:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def locked_as_a_whole(ledger: Path) -> Iterator[None]:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize("lock", [written_by_another_program, locked_as_a_whole])
def test_a_ledger_in_use_elsewhere_is_waited_for_and_left_alone(
    lock: Callable[[Path], Any], scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillprofiles.ingest.ledger._PATIENCE", 0.1)
    before = current(folder)
    ledger = folder / "ledger.sqlite"
    with lock(ledger):
        assert ingest(scene, folder) == (2, f"Error: {ledger}: database is locked\n")
        assert current(folder) == before
    assert ingest(scene, folder) == (1, "")
    assert differences(state(folder), state(scene.after)) == []


def test_a_reader_of_the_ledger_keeps_no_run_from_writing(scene: Scene, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN")
        assert database.execute("SELECT count(*) FROM history").fetchone()[0] > 0
        assert ingest(scene, folder) == (1, "")
    assert differences(state(folder), state(scene.after)) == []


# The current release


def flipped(name: str) -> Callable[[Path], None]:
    def harm(release: Path) -> None:
        content = bytearray((release / name).read_bytes())
        content[len(content) // 12] ^= 1  # among the rows: most of a small table describes it
        (release / name).write_bytes(content)

    harm.__name__ = f"{name}_flipped"
    return harm


def missing(name: str) -> Callable[[Path], None]:
    def harm(release: Path) -> None:
        (release / name).unlink()

    harm.__name__ = f"{name}_missing"
    return harm


def manifest_is_garbage(release: Path) -> None:
    (release / "manifest.json").write_text('{"release": ')


TABLES = [f"{table}.parquet" for table in contracts.RELEASE_TABLES]


@pytest.mark.parametrize(
    "harm",
    [*map(flipped, TABLES), *map(missing, [*TABLES, "manifest.json"]), manifest_is_garbage],
    ids=lambda harm: harm.__name__,
)
def test_a_damaged_release_is_told_of_and_replaced(
    harm: Callable[[Path], None], scene: Scene, folder: Path
) -> None:
    damaged = current(folder)
    assert damaged is not None
    assert call("releases", folder, "--verify").exit_code == 0
    harm(path_of(folder, damaged))
    told = call("releases", folder, "--verify")
    assert told.exit_code == 1
    assert f"* {damaged}" in told.stdout
    assert ingest(scene, folder) == (1, "")
    assert call("releases", folder, "--keep", "1").exit_code == 0
    assert call("releases", folder, "--verify").exit_code == 0
    found, wanted = state(folder), state(scene.after)
    release = found["current"]
    assert release == wanted["current"]
    # Only what changed is told from another release than it would have been without the damage.
    for table in ("requirements", "profiles", "findings", "sources"):
        name = f"{table}.parquet"
        assert found["releases"][release][name] == wanted["releases"][release][name]
    assert differences(found["quarantine"], wanted["quarantine"]) == []
    assert differences(living(found)["ledger"], living(wanted)["ledger"]) == []


def test_where_every_release_is_damaged_nothing_is_given_up_unasked(place: Place) -> None:
    place.ingest()
    place.put("bravo.en.txt", broken(page_of("bravo")))
    place.ingest()
    first, second = (path_of(place.folder, release) for release in place.releases)
    assert first.joinpath("requirements.parquet").samefile(second / "requirements.parquet")
    flipped("requirements.parquet")(second)
    place.put("charlie.en.txt")
    run = place.ingest(accept_loss=False)
    assert (run.result, run.release) == ("blocked", second.name)
    assert run.reason is not None
    assert run.reason.startswith("every release is damaged")
    assert place.ingest(accept_loss=True).result == "published"
    assert place.sources() == {
        "alpha.en.txt": "accepted",
        "bravo.en.txt": "rejected",
        "charlie.en.txt": "accepted",
    }


# The clock


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place.at(tmp_path / "clock")
    for name in ("alpha.en.txt", "bravo.en.txt"):
        place.put(name)
    return place


YEAR = 365 * 24 * 3_600


@pytest.mark.parametrize("trust", [True, False], ids=["settled", "young"])
@pytest.mark.parametrize(
    "when", [0, time.time() - YEAR, time.time() + YEAR], ids=["1970", "past", "future"]
)
def test_a_change_that_keeps_size_and_time_is_noticed(
    when: float, trust: bool, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trust:
        monkeypatch.setattr("skillprofiles.ingest.scan._YOUNG_NS", 0)
    path = place.raw / "bravo.en.txt"
    os.utime(path, (when, when))
    place.ingest()
    unchanged = place.ingest()
    assert (unchanged.result, unchanged.release) == ("unchanged", place.release)
    before = path.stat()
    path.write_text(path.read_text().replace("keeps notes", "takes notes"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert place.ingest().result == "published"
    texts = [
        text
        for source, text in place.rows("requirements", "source", "description")
        if source == path.name
    ]
    assert all("takes notes" in text for text in texts)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Set the clock of the program; that of the file system goes on as it was."""

    def set_to(now: dt.datetime) -> None:
        monkeypatch.setattr(record, "utc_now", lambda: now)
        monkeypatch.setattr(status, "utc_now", lambda: now)
        monkeypatch.setattr("time.time_ns", lambda: int(now.timestamp() * 1e9))

    return set_to


def test_a_clock_that_jumps_changes_no_order_and_hides_nothing(
    place: Place, set_clock: Callable[[dt.datetime], None]
) -> None:
    place.ingest()
    for number, year in enumerate((2099, 2001, 2026), 2):
        set_clock(dt.datetime(year, 6, 1, tzinfo=dt.UTC))
        place.put("bravo.en.txt", text=f"version {number} of it")
        run = place.ingest()
        assert run.run == f"{2 * number - 2:06d}-{year}0601T000000Z"
        assert (run.result, place.release[:7]) == ("published", f"00000{number}-")
        assert place.ingest().result == "unchanged"
    runs = run_ids(place.folder)
    assert [int(run[:6]) for run in runs] == list(range(1, 8))
    assert call("status", place.folder, "--max-age", "26h").exit_code == 0


@pytest.mark.parametrize(("hours", "code"), [(-27, 4), (-1, 0), (1, 0), (27, 4)])
def test_a_run_in_the_future_is_as_stale_as_one_in_the_past(
    hours: int, code: int, place: Place, set_clock: Callable[[dt.datetime], None]
) -> None:
    now = dt.datetime.now(dt.UTC)
    set_clock(now + dt.timedelta(hours=hours))
    place.ingest()
    set_clock(now)
    assert call("status", place.folder, "--max-age", "26h").exit_code == code


# What a killed run had done but for the last step


def test_a_release_that_was_whole_but_not_yet_named_is_taken_up(tmp_path: Path) -> None:
    place = Place.at(tmp_path)
    place.put("first.en.txt")
    before = place.ingest().release
    place.put("second.en.txt")
    killed = place.ingest()
    assert before is not None
    layout.make_current(place.folder, before)
    told = read_run(place.folder, killed.run)
    assert told is not None
    told.result = "running"
    told.write(place.folder)
    assert place.ingest().result == "unchanged"
    assert place.release == killed.release
    mended = read_run(place.folder, killed.run)
    assert mended is not None
    assert mended.result == "killed"
