"""`ingest`, `status`, `releases` and `quarantine` as an operator meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families
from tests.ingesting import Place, broken
from tests.samples import page

from skillprofiles.cli import main
from skillprofiles.ingest.metrics import write_metrics
from skillprofiles.ingest.record import Run
from skillprofiles.ingest.workplace import Workplace


@pytest.fixture(autouse=True)
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillprofiles.ingest.scan._YOUNG_NS", 0)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    place = Place.at(Path())
    for name in ("alpha.en.txt", "beta.en.txt"):
        place.put(name)
    return place


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(item) for item in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def ingest(*options: object) -> Result:
    return call("ingest", "raw", "--to", "published", *options)


def test_a_life_of_a_folder(place: Place) -> None:
    first = ingest()
    assert first.exit_code == 0
    assert first.stdout.startswith("2 sources read, 2 accepted\n")
    assert f"Published release {place.release} in published/latest:\n" in first.stdout
    assert "  requirements.parquet  20 rows\n" in first.stdout
    again = ingest()
    assert again.exit_code == 0
    assert again.stdout == (
        "2 files, none of them new or changed\n\n"
        f"Nothing new: published/latest stays release {place.release}\n"
    )
    place.put("beta.en.txt", broken(page("md", skill="beta")))
    place.put("gamma.en.txt")
    changed = ingest("--max-loss", "60%")
    assert changed.exit_code == 1
    assert changed.stdout.startswith("2 sources read, 1 accepted, 1 rejected, 1 file as before\n")
    assert "error SP303 role-count: 1 finding, first at\n  raw/beta.en.txt:6:1:" in changed.stdout
    assert "Since release 000001-" in changed.stdout
    assert "11 added (CHANGES.md tells them in words)" in changed.stdout
    assert "In quarantine: 1 source, 1 of them published in an earlier version" in changed.stdout
    assert ingest().exit_code == 1


def test_too_much_loss_is_said_in_one_place(place: Place) -> None:
    ingest()
    (place.raw / "beta.en.txt").unlink()
    blocked = ingest()
    assert blocked.exit_code == 1
    assert blocked.stdout == (
        "0 sources read, 1 retired, 1 file as before\n\n"
        "Nothing was published: 0 of 2 published profiles would be rejected and 1 retired, "
        "more than 10%.\n"
        "  retired: beta.en.txt\n"
        "If the input is as it should be, publish it with --accept-loss.\n"
    )
    assert call("status", "published").exit_code == 1
    accepted = ingest("--accept-loss")
    assert accepted.exit_code == 0
    assert call("status", "published").exit_code == 0


def test_quarantine_can_be_read_without_the_program(place: Place) -> None:
    place.put("beta.en.txt", broken(page("md", skill="beta")).replace("Data Eng", "Öl-Eng"))
    place.put("Maße.en.txt", broken(page("md", skill="units")))
    ingest("--accept-loss")
    entries = {path: path.read_text() for path in place.folder.glob("quarantine/*/entry.json")}
    assert any('"source": "Maße.en.txt"' in text for text in entries.values())
    listed = call("quarantine", "list", "published").stdout
    assert listed.endswith("2 sources in quarantine\n")
    for path, text in entries.items():
        said = json.loads(text)
        path.write_text(json.dumps({**said, "what a later version adds": 1}))
    assert call("quarantine", "list", "published").stdout == listed
    next(iter(entries)).write_text("{")
    damaged = call("quarantine", "list", "published").stdout.splitlines()
    assert damaged[-2:] == [
        "1 entry cannot be read; the next run that finds something new repairs that",
        "1 source in quarantine",
    ]  # fmt: skip


def test_quarantine(place: Place) -> None:
    ingest()
    content = broken(page("md", skill="beta"))
    place.put("beta.en.txt", content)
    ingest("--accept-loss")
    listed = call("quarantine", "list", "published").stdout.splitlines()
    assert listed[0].endswith("  beta.en.txt  (earlier version published)")
    assert "SP303 line 6: the page declares 3" in listed[1]
    assert listed[-1] == "1 source in quarantine"
    shown = call("quarantine", "show", "published", listed[0].split()[0])
    assert shown.exit_code == 0
    assert "beta.en.txt:6:1: SP303 [role-count]" in shown.stdout
    assert "6 | 3\n  | ^\n" in shown.stdout
    raw = call("quarantine", "show", "published", "beta.en.txt", "--raw")
    assert raw.stdout == content
    still = call("quarantine", "replay", "published")
    assert still.exit_code == 1
    Path("skillprofiles.toml").write_text('exclude = ["beta*"]\n')
    gone = call("quarantine", "replay", "published", "--accept-loss")
    assert gone.exit_code == 0
    assert call("quarantine", "list", "published").stdout == "quarantine is empty\n"
    assert place.skills() == ["alpha"]


def test_status(place: Place) -> None:
    ingest()
    told = call("status", "published", "--max-age", "1h")
    assert told.exit_code == 0
    assert f"release     {place.release}\n" in told.stdout
    assert (
        "sources     2 accepted, 0 rejected, 0 skipped; 0 held in an earlier version" in told.stdout
    )
    facts = json.loads(call("status", "published", "--format", "json").stdout)
    assert facts["release"] == place.release
    assert facts["last_run"]["result"] == "published"
    (run,) = (place.folder / "runs").iterdir()
    record = json.loads(run.read_text())
    record["ended"] = "2026-01-01T00:00:00Z"
    run.write_text(json.dumps(record))
    stale = call("status", "published", "--max-age", "26h")
    assert stale.exit_code == 4
    assert "too long" in stale.stdout
    assert call("status", "published", "--max-age", "26h", "--quiet").output == ""
    assert call("status", "published").exit_code == 0


def test_releases(place: Place) -> None:
    ingest()
    first = place.release
    place.put("gamma.en.txt")
    ingest()
    lines = call("releases", "published").stdout.splitlines()
    assert lines[0].startswith(f"* {place.release}  ")
    assert lines[0].endswith("3 profiles, 30 requirements; 11 added")
    assert lines[1].startswith(f"  {first}  ")
    back = call("releases", "published", "--activate", "1")
    assert back.stdout.startswith(f"Release {first} is the current one now.\n")
    assert place.release == first
    pruned = call("releases", "published", "--keep", "1")
    assert pruned.exit_code == 0
    assert len(place.releases) == 2
    (place.folder / "latest" / "profiles.parquet").write_bytes(b"")
    verified = call("releases", "published", "--verify")
    assert verified.exit_code == 1
    assert "profiles.parquet has 0 bytes instead of" in verified.stdout


def test_metrics_are_what_prometheus_reads(place: Place) -> None:
    place.put("bad.en.txt", broken(page("md", skill="bad")))
    ingest("--metrics-file", "skillprofiles.prom", "--quiet")
    families = text_string_to_metric_families(Path("skillprofiles.prom").read_text())
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples["skillprofiles_sources", "accepted"] == 2
    assert samples["skillprofiles_sources", "rejected"] == 1
    assert samples["skillprofiles_run_result", "published"] == 1
    assert samples["skillprofiles_rows", "requirements"] == 20
    assert samples[("skillprofiles_run_end_time_seconds",)] > 1.7e9


def test_metrics_of_a_run_that_knows_little_of_itself(tmp_path: Path) -> None:
    run = Run("000001-20260101T000000Z", "2026-01-01T00:00:00Z", "raw", "1.0", result="failed")
    write_metrics(tmp_path / "some.prom", run)
    lines = (tmp_path / "some.prom").read_text().splitlines()
    told = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert told["skillprofiles_run_peak_memory_bytes"] == "0.0"
    assert told["skillprofiles_run_duration_seconds"] == "0.0"
    assert told["skillprofiles_run_loss_ratio"] == "0.0"
    assert float(told["skillprofiles_run_end_time_seconds"]) == 1_767_225_600
    results = {name: value for name, value in told.items() if "run_result" in name}
    assert [name for name, value in results.items() if value == "1.0"] == [
        'skillprofiles_run_result{result="failed"}'
    ]
    assert len(results) == 4


def test_json_log(place: Place) -> None:
    place.put("bad.en.txt", broken(page("md", skill="bad")))
    result = ingest("--log-format", "json")
    assert result.stdout == ""
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert [event["event"] for event in events] == ["findings"] * (len(events) - 1) + ["published"]
    assert events[-1]["sources"] == {"accepted": 2, "rejected": 1, "skipped": 0, "held": 0}


def test_a_second_run_at_once_gets_exit_3(place: Place) -> None:
    ingest()
    with Workplace(place.folder):
        command = [sys.executable, "-m", "skillprofiles.cli", "ingest", "raw", "--to", "published"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == "Error: another run is writing to published\n"
    assert done.stdout == ""


USAGE = [
    (["ingest", "nowhere", "--to", "published"], "'nowhere' does not exist"),
    (["ingest", "raw/alpha.en.txt", "--to", "published"], "is not a folder"),
    (["ingest", "empty", "--to", "published"], "there is no source in 'empty'"),
    (["ingest", "raw", "--to", "raw/published"], "'raw/published' lies inside 'raw'"),
    (["ingest", "raw"], "Missing option '--to'"),
    (["ingest", "raw", "--to", "x", "--max-loss", "150%"], "'150%' is no share"),
    (["ingest", "raw", "--to", "x", "--page-timeout", "soon"], "'soon' is no span of time"),
    (["status", "empty"], "nothing was ingested into 'empty' yet"),
    (["releases", "empty"], "there is no release in 'empty'"),
    (["quarantine", "list", "empty"], "nothing was ingested into 'empty' yet"),
    (["quarantine", "show", "published", "x"], "'x' is not in quarantine"),
    (
        ["releases", "published", "--activate", "7"],
        "no release '7' in published; there are 000001-",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "message"),
    USAGE,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_usage_is_one_line_and_exit_2(place: Place, arguments: list[str], message: str) -> None:
    Path("empty").mkdir()
    if "published" in arguments and arguments[0] != "ingest":
        ingest()
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_run_that_finds_nothing_new_imports_no_frames(place: Place) -> None:
    ingest()
    code = (
        "import sys\n"
        "from skillprofiles.ingest import scan\n"
        "scan._YOUNG_NS = 0\n"
        "from skillprofiles.cli import main\n"
        "try:\n"
        "    main(['ingest', 'raw', '--to', 'published', '--quiet'])\n"
        "finally:\n"
        "    print(*sorted({'pandas', 'pandera', 'pyarrow', 'numpy'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "\n"
