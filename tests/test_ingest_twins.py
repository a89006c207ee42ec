"""Sources that describe the same skill, where some of them cannot be seen, and names that are no text."""

from __future__ import annotations

import datetime as dt
import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.ingesting import Place, broken, write
from tests.operating import call
from tests.samples import page
from tests.test_ingest_history import Here

import skillprofiles as sp
from skillprofiles.config import Config
from skillprofiles.ingest.previous import Previous, Seen
from skillprofiles.ingest.unread import due, told
from skillprofiles.model import Settled
from skillprofiles.read import load

OLD, NEW = dt.date(2026, 1, 1), dt.date(2026, 5, 1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a place with a page, whose runs need no processes and trust the times of files."""
    monkeypatch.setattr("skillprofiles.ingest.scan._YOUNG_NS", 0)
    monkeypatch.setattr("skillprofiles.ingest.reading.workers_for", lambda *told: Here())
    place = Place.at(tmp_path)
    place.put("alpha.en.txt")
    return place


def zipped(path: Path, **skills: Any) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for skill, changes in skills.items():
            file.writestr(f"{skill}.en.txt", page("md", skill=skill, **changes))


def in_tar(path: str | Path, *names: str) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            data = page("md", skill="member").encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


# An archive that cannot be opened today


@pytest.mark.parametrize(
    ("day", "sources", "text"),
    [
        (NEW, {"delta.en.txt": "accepted"}, "Runs them now at step 1."),
        (OLD, {"delta.en.txt": "skipped", "exports.zip!/delta.en.txt": "accepted"}, None),
    ],
    ids=["newer", "older"],
)
def test_a_page_beside_a_damaged_archive_that_describes_the_same(
    day: dt.date, sources: dict[str, str], text: str | None, place: Place
) -> None:
    archive = place.raw / "exports.zip"
    zipped(archive, delta={})
    place.ingest()
    before = place.rows("requirements", "description")
    whole = archive.read_bytes()
    archive.write_bytes(b"PK\x03\x04 no archive any more")
    place.put("delta.en.txt", text="them now", updated_on=day)
    run = place.ingest(accept_loss=False, max_loss=0.0)
    assert run.result == "published"
    assert place.sources() == {"alpha.en.txt": "accepted", "exports.zip": "rejected", **sources}
    assert place.skills() == ["alpha", "delta"]
    now = place.rows("requirements", "description")
    assert ((text,) in now) if text else (now == before)
    assert place.ingest().result == "unchanged"
    archive.write_bytes(whole)
    place.ingest()
    wanted = dict.fromkeys(("delta.en.txt", "exports.zip!/delta.en.txt"), "skipped")
    wanted["delta.en.txt" if day == NEW else "exports.zip!/delta.en.txt"] = "accepted"
    assert place.sources() == {"alpha.en.txt": "accepted", **wanted}


@pytest.mark.parametrize("is_lost", [False, True], ids=["ledger", "no-ledger"])
def test_what_could_not_be_seen_when_all_was_read_again_is_read_when_it_is_back(
    is_lost: bool, place: Place
) -> None:
    archive = place.raw / "exports.zip"
    zipped(archive, delta={}, echo={})
    place.ingest()
    whole = archive.read_bytes()
    archive.write_bytes(b"PK\x03\x04 no archive any more")
    place.config = Config(sources=(("*delta*", Settled(skill="other")),))
    place.ingest()
    assert place.skills() == ["alpha", "delta", "echo"]
    archive.write_bytes(whole)
    if is_lost:
        (place.folder / "ledger.sqlite").unlink()
    place.ingest()
    assert place.skills() == ["alpha", "echo", "other"]
    assert place.ingest().result == "unchanged"
    place.put("alpha.en.txt", text="them with care")
    assert place.ingest().counts["read"] == 1


@pytest.mark.parametrize(
    ("hidden", "found"),
    [
        ([], {"a.zip!/x", "a.zip!/y", "b/c/z"}),
        (["b/"], {"a.zip!/x", "a.zip!/y", "b/c/z", "b/w"}),
        ([""], {"a.zip!/x", "a.zip!/y", "b/c/z", "b/w", "v"}),
    ],
    ids=["files", "folder", "all"],
)
def test_sources_still_to_be_read_are_found_by_where_they_lie(
    hidden: list[str], found: set[str]
) -> None:
    names = ("a.zip!/x", "a.zip!/y", "b/c/z", "b/w", "v")
    previous = Previous(sources=dict.fromkeys(names, Seen(None, "accepted", None, None)))
    said = told({"a.zip!/x", "b/c/z", "v"}, {"v"}, hidden)
    assert due(previous, said) == found
    assert due(previous, told({"v"}, {"v"}, hidden)) == frozenset()
    assert due(previous, "") == frozenset()


# What one source lets go of, another one describes


def test_what_was_held_goes_to_a_twin_when_it_is_let_go(place: Place) -> None:
    day = dt.date(2026, 3, 1)

    def put(number: str, skill: str, **changes: Any) -> None:
        write(place.raw / f"{number}.txt", page("canonical", skill=skill, **changes))

    put("01", "bravo", updated_on=day)
    put("02", "bravo", updated_on=OLD, text="an older edition of it")
    put("03", "charlie", updated_on=day)
    place.ingest()
    # Now the first one describes what the third one does, in other words: both are rejected.
    put("01", "charlie", updated_on=day, text="something else")
    place.ingest()
    assert place.sources()["01.txt"] == "rejected+held"
    assert place.sources()["02.txt"] == "skipped"
    (place.raw / "03.txt").unlink()
    place.ingest()
    assert place.sources() == dict.fromkeys(("01.txt", "02.txt", "alpha.en.txt"), "accepted")
    now = sp.normalize(place.raw)
    assert place.skills() == sorted(now.profiles["skill"]) == ["alpha", "bravo", "charlie"]


def test_a_twin_that_could_not_be_read_once_is_read_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is as it was: what failed was the disk, or the right to read an object of a bucket."""
    twin = place.put("copy/alpha.en.txt", updated_on=OLD)
    place.ingest()
    read = load._file

    def failing(path: str, name: str, max_bytes: int) -> Any:
        return read("/nowhere" if path == str(twin) else path, name, max_bytes)

    place.put("alpha.en.txt", text="them with care")
    with monkeypatch.context() as disk:
        disk.setattr("skillprofiles.read.load._file", failing)
        place.ingest()
    assert place.sources()["copy/alpha.en.txt"] == "rejected"
    place.ingest()
    assert place.sources()["copy/alpha.en.txt"] == "skipped"


# Names that are no text


def test_a_name_that_is_no_text_is_told_and_stops_nothing(place: Place) -> None:
    page_of = place.put("bravo.en.txt")
    raw = os.fsencode(place.raw)
    os.mkdir(raw + b"/f\xe9")
    os.rename(page_of, raw + b"/br\xe4vo.en.txt")
    os.rename(place.put("charlie.en.txt"), raw + b"/f\xe9/charlie.en.txt")
    in_tar(os.fsdecode(raw + b"/t\xffr.tar.gz"), "member.en.txt")
    in_tar(place.raw / "mixed.tar.gz", "m\udcffmber.en.txt", "member.en.txt")
    run = place.ingest()
    assert run.result == "published"
    odd = (
        r"br\udce4vo.en.txt", r"f\udce9/charlie.en.txt", r"mixed.tar.gz!/m\udcffmber.en.txt",
        r"t\udcffr.tar.gz",
    )  # fmt: skip
    good = ("alpha.en.txt", "mixed.tar.gz!/member.en.txt")
    assert place.sources() == dict.fromkeys(odd, "rejected") | dict.fromkeys(good, "accepted")
    told = {row[2] for row in place.rows("findings", "source", "code", "message") if row[0] in odd}
    assert told == {"the source cannot be read: its name is not UTF-8: rename it"}
    assert place.ingest().result == "unchanged"
    (place.folder / "ledger.sqlite").unlink()
    assert place.ingest().result == "unchanged"
    listed = call("quarantine", "list", place.folder).stdout
    assert all(name in listed for name in odd)
    os.rename(raw + b"/br\xe4vo.en.txt", raw + b"/bravo.en.txt")
    place.ingest()
    assert place.sources()["bravo.en.txt"] == "accepted"
    assert odd[0] not in place.sources()


# Replay finds its input


def test_replay_reads_the_input_of_the_last_good_run_from_anywhere(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place.put("bravo.en.txt", broken(page("md", skill="bravo")))
    assert call("ingest", "raw", "--to", "published", "-q").exit_code == 1
    assert call("ingest", "elsewhere", "--to", "published", "-q").exit_code == 2
    place.put("bravo.en.txt")
    monkeypatch.chdir("/")
    replayed = call("quarantine", "replay", place.folder)
    assert replayed.exit_code == 0
    assert "1 source read, 1 accepted" in replayed.stdout
