"""Pages that kill or hang who reads them: each is put aside, and nothing else suffers."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.disturbing import call, start
from tests.ingesting import Place
from tests.poisoning import Poison, poison

from skillprofiles.ingest import read_run, run_ids
from skillprofiles.pipeline import limit

REASONS = {
    "dies": "killed the process that read it",
    "leaves": "killed the process that read it",
    "hangs": "killed the process that read it",
    "fills": "failed: MemoryError",
    "raises": "failed: RuntimeError: in one line and another and so on",
    "raises_of_the_disk": "failed: OSError: [Errno 28] No space left on device",
    "loops": "takes longer than 1 seconds",
}
# The one that takes longest to die comes last, so that it need not die again with the others.
NAMES = {name: f"{order}-{name}.en.txt" for order, name in enumerate(REASONS)}
NAMES["hangs"] = "9-hangs.en.txt"
GOOD = ("0-good.en.txt", "5-good.en.txt", "99-good.en.txt")


NEW = "98-new.en.txt"
POISONED = set(NAMES.values())


@dataclass(frozen=True)
class Harmed:
    """A place after a run that poisoned pages harmed."""

    place: Place
    poison: Poison
    before: list[tuple[str, str]]
    code: int
    errors: str

    def ingest(self, place: Place) -> tuple[int, str]:
        return ingest(place, self.poison)


def ingest(place: Place, poisoned: Poison) -> tuple[int, str]:
    """Run `ingest` as a process that poisoned pages harm; return its exit code and its errors."""
    arguments = ("--to", place.folder, "--accept-loss", "--page-timeout", "1s", "--quiet")
    with start("ingest", place.raw, *arguments, env=poisoned.environment) as process:
        _, errors = process.communicate()
    return process.returncode, errors


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Harmed:
    """Publish good pages, poison some, and run."""
    root = tmp_path_factory.mktemp("poison")
    place, poisoned = Place.at(root), Poison(root / "site")
    for name in (*NAMES.values(), *GOOD):
        place.put(name)
    assert place.ingest().result == "published"
    before = place.rows("requirements", "source", "description")
    for what, name in NAMES.items():
        poison(place.raw / name, what)
    place.put(GOOD[0], text="them with care")
    place.put(NEW)
    return Harmed(place, poisoned, before, *ingest(place, poisoned))


@pytest.fixture
def place(harmed: Harmed, tmp_path: Path) -> Place:
    """Return a copy of what that run published."""
    shutil.copytree(harmed.place.folder, tmp_path / "published", symlinks=True)
    return replace(harmed.place, folder=tmp_path / "published")


def test_a_poisoned_page_is_put_aside_and_nothing_else_suffers(harmed: Harmed) -> None:
    place = harmed.place
    assert (harmed.code, harmed.errors) == (1, "")
    assert set(harmed.poison.read()) == POISONED
    states = dict.fromkeys((*GOOD, NEW), "accepted") | dict.fromkeys(POISONED, "rejected+held")
    assert place.sources() == states
    columns = ("source", "code", "severity", "message")
    errors = [row for row in place.rows("findings", *columns) if row[2] == "error"]
    assert {(source, code) for source, code, _, _ in errors} == {
        (name, "SP019") for name in POISONED
    }
    said = {source: message for source, _, _, message in errors}
    for what, reason in REASONS.items():
        message = said[NAMES[what]]
        assert message.startswith(f"reading the page {reason}")
        assert "\n" not in message
        assert len(message) < 250
    now = place.rows("requirements", "source", "description")
    held = [row for row in harmed.before if row[0] in POISONED]
    assert [row for row in now if row[0] in POISONED] == held
    assert all("them with care" in text for source, text in now if source == GOOD[0])


def test_a_poisoned_page_is_not_touched_again(harmed: Harmed, place: Place) -> None:
    reads, release = len(harmed.poison.read()), place.release
    assert harmed.ingest(place) == (1, "")
    assert len(harmed.poison.read()) == reads
    last = read_run(place.folder, run_ids(place.folder)[-1])
    assert last is not None
    assert (last.result, place.release) == ("unchanged", release)


def test_its_bytes_are_in_quarantine(place: Place) -> None:
    listed = call("quarantine", "list", place.folder).stdout
    assert all(name in listed for name in POISONED)
    for name in POISONED:
        shown = call("quarantine", "show", place.folder, name, "--raw")
        assert shown.stdout_bytes == (place.raw / name).read_bytes()


def test_after_the_fix_a_replay_accepts_it(place: Place) -> None:
    one, other = NAMES["dies"], NAMES["loops"]
    replayed = call("quarantine", "replay", place.folder, one, other, "--quiet")
    assert (replayed.exit_code, replayed.stderr) == (1, "")
    states = place.sources()
    assert (states[one], states[other]) == ("accepted", "accepted")
    assert states[NAMES["hangs"]] == "rejected+held"
    replayed = call("quarantine", "replay", place.folder, "--quiet")
    assert (replayed.exit_code, replayed.stderr) == (0, "")
    assert set(place.sources().values()) == {"accepted"}
    assert call("quarantine", "list", place.folder).stdout == "quarantine is empty\n"


def test_the_clock_of_a_worker_stands_still_while_pages_are_fetched() -> None:
    assert limit._deadlines == {}
    with limit.PageLimit(600.0, in_worker=True) as each:
        assert each(lambda: list(limit._deadlines)) == [threading.get_ident()]
        each.pause()
        assert limit._deadlines == {}
        assert each(lambda: list(limit._deadlines)) == [threading.get_ident()]
    assert limit._deadlines == {}
    with limit.PageLimit(600.0) as each:
        assert each(lambda: list(limit._deadlines)) == []
