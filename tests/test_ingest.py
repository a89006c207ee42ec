"""Incremental runs: what is read, what is published, what is remembered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from tests.ingesting import Place, broken, write
from tests.samples import page

from skillprofiles import contracts
from skillprofiles.config import Config
from skillprofiles.ingest import NoInput, audit, quarantine
from skillprofiles.model import Settled
from skillprofiles.releases import activate, current, damage, path_of, read_manifest


@pytest.fixture(autouse=True)
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the times of files that were written a moment ago, as all are here."""
    monkeypatch.setattr("skillprofiles.ingest.scan._YOUNG_NS", 0)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place.at(tmp_path)
    for name in ("alpha.en.txt", "beta.en.txt", "more/gamma.en.txt"):
        place.put(name)
    return place


def sums(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix == ".parquet"
    }


def test_the_first_run_publishes_a_whole_release(place: Place) -> None:
    run = place.ingest()
    assert run.result == "published"
    assert place.skills() == ["alpha", "beta", "gamma"]
    assert damage(place.folder, place.release) == []
    names = {path.name for path in path_of(place.folder, place.release).iterdir()}
    assert names == {
        *(f"{table}.parquet" for table in contracts.RELEASE_TABLES),
        *("datapackage.json", "manifest.json", "CHANGES.md"),
    }
    pointer = json.loads((place.folder / "latest.json").read_text())
    assert pointer == {"release": place.release, "path": f"releases/{place.release}"}
    assert (place.folder / "latest").resolve() == path_of(place.folder, place.release).resolve()


def test_every_table_of_a_release_keeps_its_contract(place: Place) -> None:
    place.ingest()
    place.put("beta.en.txt", broken(page("md", skill="beta")))
    place.put("alpha.en.txt", text="them for the team and keeps notes")
    place.put("delta.de.txt", language="de")
    place.ingest()
    for table, contract in contracts.RELEASE_TABLES.items():
        content = place.table(table)
        assert content.num_rows, table
        assert content.schema.equals(contracts.arrow_schema(contract), check_metadata=False), table
        judged = contracts.judge(
            contracts.schema(contract), content.to_pandas(types_mapper=pd.ArrowDtype)
        )
        assert judged == [], table


def test_nothing_new_publishes_nothing(place: Place) -> None:
    first = place.ingest()
    second = place.ingest()
    assert (second.result, second.release) == ("unchanged", first.release)
    assert second.counts == {"files": 3, "unchanged": 3}
    assert place.releases == [first.release]


def test_a_file_written_again_with_the_same_bytes_publishes_nothing(place: Place) -> None:
    place.ingest()
    write(place.raw / "alpha.en.txt", (place.raw / "alpha.en.txt").read_text(), age=60)
    run = place.ingest()
    assert run.result == "unchanged"
    assert (run.counts["read"], run.counts["same"]) == (0, 1)
    assert place.ingest().counts == {"files": 3, "unchanged": 3}


def test_only_what_changed_is_read(place: Place) -> None:
    place.ingest()
    place.put("alpha.en.txt", text="them for the team and keeps notes")
    place.put("delta.en.txt")
    run = place.ingest()
    assert run.counts["read"] == 2
    assert run.result == "published"
    assert place.skills() == ["alpha", "beta", "delta", "gamma"]


def test_the_same_history_gives_the_same_bytes_whatever_the_workers(tmp_path: Path) -> None:
    found = []
    for workers in (1, 2):
        place = Place.at(tmp_path / str(workers))
        for number in range(6):
            place.put(f"skill-{number}x.en.txt")
        place.ingest(workers=workers)
        place.put("skill-3x.en.txt", broken(page("md", skill="skill-3x")))
        place.put("skill-4x.en.txt", text="them")
        place.ingest(workers=workers)
        found.append({r: sums(path_of(place.folder, r)) for r in place.releases})
    assert len(found[0]) == 2
    assert found[0] == found[1]


def test_unchanged_tables_are_not_written_again(place: Place) -> None:
    place.ingest()
    before = path_of(place.folder, place.release)
    place.put("readme.en.txt", "About this folder.\n")
    place.ingest()
    after = path_of(place.folder, place.release)
    assert before != after
    same = [
        t
        for t in contracts.RELEASE_TABLES
        if (before / f"{t}.parquet").samefile(after / f"{t}.parquet")
    ]
    assert same == ["requirements", "profiles"]


def test_a_rejected_version_leaves_the_last_good_one_published(place: Place) -> None:
    place.ingest()
    before = place.table("requirements")
    place.put("beta.en.txt", broken(page("md", skill="beta", text="them")))
    run = place.ingest()
    assert place.sources()["beta.en.txt"] == "rejected+held"
    assert place.table("requirements").equals(before)
    assert (run.counts["rejected"], run.counts["held"]) == (1, 1)
    assert place.table("changes").num_rows == 0
    held = dict(place.rows("sources", "source", "published_sha256"))["beta.en.txt"]
    assert held == dict(place.rows("profiles", "source", "source_sha256"))["beta.en.txt"]
    place.put("beta.en.txt", broken(page("md", skill="beta", text="others")))
    place.ingest()
    assert place.sources()["beta.en.txt"] == "rejected+held"
    place.put("beta.en.txt", text="all of them")
    place.ingest()
    assert place.sources()["beta.en.txt"] == "accepted"
    assert not list((place.folder / "quarantine").iterdir())


def test_a_source_that_never_was_good_publishes_nothing(place: Place) -> None:
    place.put("bad.en.txt", broken(page("md", skill="bad")))
    place.ingest()
    assert place.sources()["bad.en.txt"] == "rejected"
    assert "bad" not in place.skills()


def test_a_source_that_vanishes_is_retired(place: Place) -> None:
    place.ingest()
    (place.raw / "beta.en.txt").unlink()
    run = place.ingest()
    assert place.skills() == ["alpha", "gamma"]
    assert "beta.en.txt" not in place.sources()
    assert run.counts["retired"] == 1
    changes = place.rows("changes", "skill", "role", "change", "field", "before", "after")
    assert ("beta", None, "removed", None, None, None) in changes
    assert len(changes) == 11
    with sqlite3.connect(place.folder / "ledger.sqlite") as ledger:
        row = ledger.execute(
            "SELECT outcome, gone FROM sources WHERE source = 'beta.en.txt'"
        ).fetchone()
    assert row == ("retired", run.run)


def test_a_renamed_file_changes_nothing_but_its_source(place: Place) -> None:
    place.ingest()
    (place.raw / "beta.en.txt").rename(place.raw / "more/beta.en.txt")
    run = place.ingest(accept_loss=False, max_loss=0.0)
    assert run.result == "published"
    assert place.skills() == ["alpha", "beta", "gamma"]
    assert place.table("changes").num_rows == 0


def test_changes_go_down_to_the_field(place: Place) -> None:
    place.ingest()
    text = page("md", skill="beta", roles=3, updated_on=dt.date(2026, 3, 1)).replace(
        "| QA Engineer (Manual) | Runs it for the team and keeps notes at step 1. |",
        "| QA Engineer (Manual) | Runs another thing. |",
    )
    place.put("beta.en.txt", text)
    place.ingest()
    changes = set(
        place.rows("changes", "skill", "role", "level", "change", "field", "before", "after")
    )
    assert ("beta", None, None, "changed", "roles", "2", "3") in changes
    assert ("beta", None, None, "changed", "updated_on", "2026-02-22", "2026-03-01") in changes
    added = ("beta", "QA Engineer (Manual)", "junior", "added", None, None, "Runs another thing.")
    assert added in changes
    lead = ("beta", "Data Engineer", "lead", "changed", "mandatory", "true", "false")
    assert lead in changes
    said = (path_of(place.folder, place.release) / "CHANGES.md").read_text()
    assert "Data Engineer, lead: is optional now" in said
    assert {row[0] for row in changes} == {"beta"}


def test_too_much_loss_publishes_nothing_until_it_is_accepted(place: Place) -> None:
    place.ingest()
    release = place.release
    (place.raw / "beta.en.txt").unlink()
    place.put("alpha.en.txt", broken(page("md", skill="alpha")))
    run = place.ingest(accept_loss=False)
    assert run.result == "blocked"
    assert run.reason == (
        "1 of 3 published profiles would be rejected and 1 retired, more than 10%"
    )
    assert place.release == release
    assert place.skills() == ["alpha", "beta", "gamma"]
    assert place.ingest(accept_loss=False).result == "blocked"
    assert place.ingest(accept_loss=False, max_loss=0.7).result == "published"
    assert place.skills() == ["alpha", "gamma"]


def test_an_empty_input_folder_is_a_loss_not_a_release(place: Place) -> None:
    place.ingest()
    shutil.rmtree(place.raw)
    place.raw.mkdir()
    assert place.ingest(accept_loss=False).result == "blocked"
    place.raw.rmdir()
    with pytest.raises(NoInput, match="does not exist"):
        place.ingest()


def test_before_the_first_release_there_has_to_be_a_source(tmp_path: Path) -> None:
    place = Place.at(tmp_path)
    with pytest.raises(NoInput, match="there is no source"):
        place.ingest()


def test_what_is_published_must_not_lie_in_what_is_read(place: Place) -> None:
    place.folder = place.raw / "published"
    with pytest.raises(NoInput, match="inside"):
        place.ingest()


def test_of_two_sources_of_one_profile_the_other_takes_over(place: Place) -> None:
    place.put("copy/beta.en.txt", updated_on=dt.date(2026, 1, 1), text="older")
    place.ingest()
    assert place.sources()["copy/beta.en.txt"] == "skipped"
    (place.raw / "beta.en.txt").unlink()
    place.ingest()
    assert place.sources()["copy/beta.en.txt"] == "accepted"
    descriptions = place.rows("requirements", "source", "description")
    assert ("copy/beta.en.txt", "Runs older at step 1.") in descriptions


def test_a_contradiction_holds_what_was_published(place: Place) -> None:
    place.ingest()
    before = place.table("requirements")
    place.put("copy/beta.en.txt", text="something else")
    place.ingest()
    found = place.sources()
    assert (found["beta.en.txt"], found["copy/beta.en.txt"]) == ("rejected+held", "rejected")
    assert place.table("requirements").equals(before)
    (place.raw / "copy/beta.en.txt").unlink()
    place.ingest()
    assert place.sources()["beta.en.txt"] == "accepted"


def test_an_older_edition_does_not_replace_a_held_one(place: Place) -> None:
    place.ingest()
    place.put("beta.en.txt", broken(page("md", skill="beta")))
    place.put("copy/beta.en.txt", updated_on=dt.date(2026, 1, 1), text="older")
    place.ingest()
    found = place.sources()
    assert (found["beta.en.txt"], found["copy/beta.en.txt"]) == ("rejected+held", "skipped")
    told = [row for row in place.table("findings").to_pylist() if row["code"] == "SP402"]
    assert [(row["source"], row["line"], row["column"]) for row in told] == [
        ("copy/beta.en.txt", 1, 1)
    ]
    place.put("copy/beta.en.txt", updated_on=dt.date(2026, 5, 1), text="newer")
    place.ingest()
    found = place.sources()
    assert (found["beta.en.txt"], found["copy/beta.en.txt"]) == ("rejected", "accepted")


def test_members_of_an_archive_are_sources_of_their_own(place: Place) -> None:
    archive = place.raw / "exports.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for skill in ("delta", "epsilon"):
            file.writestr(f"{skill}.en.txt", page("md", skill=skill))
    place.ingest()
    assert place.sources()["exports.zip!/delta.en.txt"] == "accepted"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("delta.en.txt", page("md", skill="delta"))
    run = place.ingest()
    assert run.counts["read"] == 0
    assert place.skills() == ["alpha", "beta", "delta", "gamma"]
    archive.write_bytes(b"PK\x03\x04 no archive any more")
    place.ingest()
    assert place.skills() == ["alpha", "beta", "delta", "gamma"]
    assert place.sources()["exports.zip"] == "rejected"
    archive.unlink()
    place.ingest()
    assert place.skills() == ["alpha", "beta", "gamma"]


def test_a_changed_configuration_reads_everything_again(place: Place) -> None:
    place.ingest()
    place.config = Config(sources=(("beta*", Settled(skill="other")),))
    run = place.ingest()
    assert run.counts["read"] == 3
    assert place.skills() == ["alpha", "gamma", "other"]


def test_a_changed_program_reads_everything_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.ingest()
    monkeypatch.setattr("skillprofiles.ingest.state.reading_fingerprint", lambda: "0" * 16)
    run = place.ingest()
    assert (run.counts["read"], run.result) == (3, "unchanged")
    assert place.ingest().counts == {"files": 3, "unchanged": 3}


@pytest.mark.parametrize("harm", ["lost", "garbage", "of another release"])
def test_a_ledger_that_does_not_fit_is_made_again(place: Place, harm: str) -> None:
    ledger = place.folder / "ledger.sqlite"
    place.ingest()
    before = ledger.read_bytes()
    place.put("beta.en.txt", broken(page("md", skill="beta")))
    place.ingest()
    if harm == "lost":
        ledger.unlink()
    else:
        ledger.write_bytes(before if harm == "of another release" else b"no database" * 1_000)
    run = place.ingest()
    assert (run.result, run.counts["read"], run.counts["same"]) == ("unchanged", 0, 3)
    assert place.sources()["beta.en.txt"] == "rejected+held"
    (place.raw / "alpha.en.txt").unlink()
    assert place.ingest().counts["retired"] == 1


def test_a_damaged_release_is_replaced(place: Place) -> None:
    place.ingest()
    place.put("beta.en.txt", broken(page("md", skill="beta")))
    place.ingest()
    damaged = place.release
    table = path_of(place.folder, damaged) / "requirements.parquet"
    content = bytearray(table.read_bytes())
    table.unlink()  # it may be a hard link to that of the release before
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    place.put("delta.en.txt")
    run = place.ingest()
    assert run.result == "published"
    assert place.release != damaged
    assert damage(place.folder, place.release) == []
    assert place.skills() == ["alpha", "beta", "delta", "gamma"]
    assert place.sources()["beta.en.txt"] == "rejected+held"


def test_a_release_that_lost_a_file_is_noticed_without_anything_new(place: Place) -> None:
    place.ingest()
    place.put("delta.en.txt")
    place.ingest()
    (path_of(place.folder, place.release) / "sources.parquet").unlink()
    assert place.ingest().result == "published"
    assert place.skills() == ["alpha", "beta", "delta", "gamma"]


def test_an_earlier_release_can_be_activated(place: Place) -> None:
    place.ingest()
    first = place.release
    place.put("delta.en.txt")
    place.ingest()
    activate(place.folder, "1")
    assert current(place.folder) == first
    assert place.skills() == ["alpha", "beta", "gamma"]
    place.ingest()
    assert [release[:6] for release in place.releases] == ["000001", "000002", "000003"]
    assert read_manifest(path_of(place.folder, place.release)).previous == first
    assert place.skills() == ["alpha", "beta", "delta", "gamma"]


def test_pruning_keeps_the_newest_and_the_current(place: Place) -> None:
    place.ingest()
    for number in range(4):
        place.put("delta.en.txt", text=f"version {number}")
        place.ingest(keep=2)
    assert [release[:6] for release in place.releases] == ["000004", "000005"]
    activate(place.folder, "4")
    place.put("delta.en.txt", text="the last one")
    place.ingest(keep=1)
    assert place.releases == [place.release]
    assert damage(place.folder, place.release) == []


def test_without_links_the_pointer_tells(place: Place) -> None:
    place.ingest()
    (place.folder / "latest").unlink()
    assert current(place.folder) is not None
    assert place.skills() == ["alpha", "beta", "gamma"]


def test_a_role_page_is_skipped_and_stays_so(place: Place) -> None:
    text = (
        "# Data Engineer\n\n| Skill | Junior | Middle | Senior | Lead | Principal |\n"
        "|---|---|---|---|---|---|\n| dbt | B | B | I | A | — |\n"
    )
    place.put("data-engineer.en.txt", text)
    place.ingest()
    assert place.sources()["data-engineer.en.txt"] == "skipped"
    assert place.ingest().counts["unchanged"] == 4


def test_workers_that_cannot_start_are_not_the_fault_of_any_page(place: Place) -> None:
    script = place.raw.parent / "unguarded.py"
    script.write_text(
        "from pathlib import Path\n"
        "from skillprofiles.config import Config\n"
        "from skillprofiles.ingest import Ingest, Options\n"
        "Ingest(Path('raw'), Path('published'), Config(), Options(), print).go()\n"
    )
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "NoWorkers: the processes that read die as soon as they start" in done.stderr
    assert current(place.folder) is None


def test_a_new_exclude_reaches_into_archives(place: Place) -> None:
    with zipfile.ZipFile(place.raw / "exports.zip", "w") as file:
        file.writestr("delta.en.txt", page("md", skill="delta"))
        file.writestr("epsilon.en.txt", page("md", skill="epsilon"))
    place.ingest()
    assert {"delta", "epsilon"} <= set(place.skills())
    place.config = Config(exclude=("delta.en.txt",))
    assert place.ingest().result == "published"
    assert "delta" not in place.skills()
    assert "exports.zip!/delta.en.txt" not in place.sources()
    assert place.ingest().result == "unchanged"


def test_a_folder_may_end_as_an_archive_in_a_name_does(place: Place) -> None:
    place.put("new!/zeta.en.txt")
    place.put("new!/bad.en.txt", broken(page("md", skill="bad")))
    place.ingest()
    assert place.sources()["new!/zeta.en.txt"] == "accepted"
    [entry] = quarantine.known(place.folder).values()
    assert quarantine.page_bytes(place.folder, entry) == (place.raw / entry.source).read_bytes()
    (place.raw / "new!" / "zeta.en.txt").unlink()
    assert place.ingest().result == "published"
    assert "zeta" not in place.skills()
    assert place.sources()["new!/bad.en.txt"] == "rejected"


def test_a_record_that_changes_beside_its_page_is_read_again(place: Place) -> None:
    path = place.put("delta.en.html", page("html", skill="delta"))
    record = path.with_name(path.name + ".fetch.json")
    told = {"url": "https://a.example/delta", "fetched_at": "2026-01-02T03:04:05Z"}
    for url in ("https://a.example/delta", "https://a.example/delta?page=2"):
        record.write_text(json.dumps(told | {"url": url}), encoding="utf-8")
        assert place.ingest().result == "published"
        assert ("delta", url) in place.rows("profiles", "skill", "url")
    assert place.ingest().result == "unchanged"


def test_what_a_run_tells_of_its_memory_is_in_bytes(place: Place) -> None:
    peak = place.ingest().peak_bytes
    assert peak is not None
    assert 20_000_000 < peak < 20_000_000_000


Told = tuple[str, str]


@pytest.mark.parametrize(
    ("profiles", "others", "said"),
    [
        ([("a", "1"), ("b", "2")], [("a", "1")], "'b': 2 and None"),
        ([("a", "1")], [("a", "1"), ("b", "3")], "'b': None and 3"),
        ([("a", "1"), ("c", "2")], [("a", "1"), ("b", "3")], "'b': None and 3"),
        ([("a", "1")], [("a", "2")], "'a': 1 and 2"),
        ([("b", "1"), ("a", "2")], [("b", "1"), ("a", "2")], "'a': 2 and 2"),
    ],
)
def test_tables_that_disagree_name_the_source_and_both_sides(
    profiles: list[Told], others: list[Told], said: str
) -> None:
    here, there = ([audit._Version(*one) for one in side] for side in (profiles, others))
    with pytest.raises(audit.Contradiction, match=f"profiles and sources disagree about {said}$"):
        audit._compare("sources", iter(here), iter(there))
    audit._compare("sources", iter(here[:1]), iter(here[:1]))
