"""The whole run on files: same bytes whatever the order and workers, and what is seen only together."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.disturbing import call, start
from tests.poisoning import Poison, poison
from tests.samples import corpus, page

import skillprofiles as sp
from skillprofiles.config import Config
from skillprofiles.pipeline import Form, NoSources, normalize, run
from skillprofiles.read.discover import NoSuchSource, discover

TABLES = ("requirements", "profiles", "findings", "sources")


def publish(sources: list[Path], out: Path, **options: object) -> run.Summary:
    config = options.pop("config", Config())
    assert isinstance(config, Config)
    inputs = discover([str(source) for source in sources], config.max_bytes, config.excludes)
    return normalize(inputs, out, config, **options)  # type: ignore[arg-type]


def digests(out: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.iterdir())
        if not path.name.startswith(".")
    }


def test_same_bytes_whatever_the_order_of_arguments_the_batches_and_the_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = corpus(tmp_path / "raw")
    (raw / "bad.txt").write_text(page().replace("\n2\n", "\n3\n", 1), encoding="utf-8")
    files = sorted(path for path in raw.rglob("*") if path.is_file())
    publish([raw], tmp_path / "folder")
    publish(files, tmp_path / "files")
    publish(files[::-1], tmp_path / "reversed")
    monkeypatch.setattr(run, "BATCH_SIZE", 3)
    publish([raw], tmp_path / "small-batches")
    publish([raw], tmp_path / "two-workers", workers=2)
    expected = digests(tmp_path / "folder")
    assert len(expected) == 5
    for name in ("files", "reversed", "small-batches", "two-workers"):
        assert digests(tmp_path / name) == expected, name


def test_two_formats_hold_the_same_rows(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw")
    publish([raw], tmp_path / "parquet")
    publish([raw], tmp_path / "csv", form=Form("csv"))
    for table in TABLES:
        rows = pq.read_table(tmp_path / "parquet" / f"{table}.parquet").num_rows
        lines = (tmp_path / "csv" / f"{table}.csv").read_bytes().count(b"\r\n")
        assert lines == rows + 1, table


def test_a_rejected_page_leaves_rows_in_findings_and_sources_only(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 4)
    broken = page(skill="broken").replace("\n2\n", "\n3\n", 1)
    (raw / "broken.en.txt").write_text(broken, encoding="utf-8")
    tables = sp.normalize(raw)
    assert "broken.en.txt" not in set(tables.requirements["source"])
    assert "broken.en.txt" not in set(tables.profiles["source"])
    mine = tables.findings[tables.findings["source"] == "broken.en.txt"]
    errors = mine[mine["severity"] == "error"]
    assert list(errors["code"]) == ["SP303"]
    assert list(errors["line"]) == [6]
    status = tables.sources.set_index("source")["status"]
    assert status["broken.en.txt"] == "rejected"
    assert (status.drop("broken.en.txt") == "accepted").all()
    assert len(tables.profiles) == 4


def test_two_pages_that_nothing_tells_apart_are_not_two_editions_of_one(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for name, month in (("kafka", 1), ("redis", 2), ("kafka-again", 1)):
        (raw / name).mkdir(parents=True)
        text = page("md", text=f"what {name[:5]} needs", updated_on=dt.date(2026, month, 5))
        (raw / name / "index.en.txt").write_text(text, encoding="utf-8")
    tables = sp.normalize([raw], tmp_path / "out")
    assert len(tables.profiles) == 0
    findings = tables.findings
    assert list(findings["code"][findings["severity"] == "error"]) == ["SP406"] * 3
    checked = {found.source for found in sp.check([raw]) if found.rule.code == "SP406"}
    assert len(checked) == 3
    (raw / "redis" / "index.en.txt").unlink()
    assert list(sp.normalize([raw], tmp_path / "out").profiles["skill"]) == ["index"]


TWINS = [
    pytest.param({}, {}, ["accepted", "skipped"], ["SP401"], id="equal: the first is published"),
    pytest.param(
        {"updated_on": dt.date(2026, 1, 5)},
        {},
        ["skipped", "accepted"],
        ["SP402"],
        id="older: the newer",
    ),
    pytest.param(
        {"text": "the whole of it"},
        {},
        ["rejected", "rejected"],
        ["SP403", "SP403"],
        id="conflict: none",
    ),
]


@pytest.mark.parametrize(("first", "second", "statuses", "codes"), TWINS)
@pytest.mark.parametrize("batch_size", [1, 100])
def test_the_same_profile_twice(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: dict[str, Any],
    second: dict[str, Any],
    statuses: list[str],
    codes: list[str],
    batch_size: int,
) -> None:
    monkeypatch.setattr(run, "BATCH_SIZE", batch_size)
    for folder, changes in (("a", first), ("b", second)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kafka.en.txt").write_text(page(**changes), encoding="utf-8")
    tables = sp.normalize([tmp_path / "a", tmp_path / "b"])
    assert list(tables.sources["status"]) == statuses
    warned = tables.findings[tables.findings["code"].str.startswith("SP4")]
    assert list(warned["code"]) == codes
    accepted = {f"{f}/kafka.en.txt" for f, s in zip("ab", statuses, strict=True) if s == "accepted"}
    assert set(tables.profiles["source"]) == set(tables.requirements["source"]) == accepted
    counted = tables.sources["errors"].sum() + tables.sources["warnings"].sum()
    assert counted == len(codes)


def test_two_batches_of_unrelated_pages_are_both_kept(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 8)
    assert set(sp.normalize(raw).sources["status"]) == {"accepted"}


def test_what_vanishes_between_listing_and_reading_is_a_finding(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 3)
    inputs = list(discover([str(raw)], 10**6))
    gone = sorted(path for path in raw.iterdir() if path.is_file())[0]
    gone.unlink()
    summary = normalize(inputs, tmp_path / "out")
    assert summary.statuses == {"accepted": 2, "rejected": 1}
    assert summary.tallies["SP001"].first.source == gone.name


def test_nothing_named_and_nothing_found(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSource, match="does not exist"):
        discover([str(tmp_path / "missing")], 10**6)
    with pytest.raises(NoSuchSource, match="no file matches"):
        discover([str(tmp_path / "*.txt")], 10**6)
    with pytest.raises(NoSources):
        publish([tmp_path], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_configuration_settles_what_a_page_leaves_open(tmp_path: Path) -> None:
    four = page().replace("Levels\n5", "Levels\n4")
    at = four.index("| Role | Required", four.index("| Role | Required") + 1)
    cut = four.index("| Role | Required", at + 1)
    rows = four[:at] + four[cut:]
    rows = rows.replace("the other 7 optional", "the other 5 optional")
    (tmp_path / "000_4f.txt").write_text(rows, encoding="utf-8")
    config_file = tmp_path / "skillprofiles.toml"
    config_file.write_text(
        '[sources."000_*"]\nskill = "kafka"\nname = "Kafka"\n'
        'levels = ["junior", "senior", "lead", "principal"]\n',
        encoding="utf-8",
    )
    from skillprofiles.config import load_config

    profile, findings = sp.parse(tmp_path / "000_4f.txt")
    assert profile is None
    assert "SP305" in [finding.rule.code for finding in findings]
    profile, findings = sp.parse(tmp_path / "000_4f.txt", config=load_config(config_file))
    assert findings == []
    assert profile is not None
    assert (profile.skill, profile.skill_name) == ("kafka", "Kafka")
    assert sorted({row.level.label for row in profile.requirements}) == [
        "junior",
        "lead",
        "principal",
        "senior",
    ]


def test_parse_gives_the_verdict_again_and_again(tmp_path: Path) -> None:
    good, bad = page().encode(), page().replace("\n2\n", "\n3\n", 1).encode()
    for _ in range(2):
        profile, findings = sp.parse(good, name="event-streaming.en.txt")
        assert profile is not None
        assert [finding.rule.name for finding in findings] == ["name-missing"]
        profile, findings = sp.parse(bad)
        assert profile is None
        assert "role-count" in [finding.rule.name for finding in findings]


@pytest.mark.parametrize(
    "command",
    [("check", "raw", "--output-format", "json"), ("normalize", "raw", "--out", "out", "-q")],
    ids=lambda command: command[0],
)
def test_a_page_the_reader_cannot_cope_with_is_a_finding_everywhere(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    raw, poisoned = corpus(tmp_path / "raw"), Poison(tmp_path / "site")
    harmed = sorted(raw.rglob("*.en.txt"))[:2]
    for path, what in zip(harmed, ("loops", "raises"), strict=True):
        poison(path, what)
    with start(*command, "--page-timeout", "1s", cwd=tmp_path, env=poisoned.environment) as process:
        said, errors = process.communicate()
    assert (process.returncode, errors) == (1, "")
    if command[0] == "check":
        found = [(one["source"], one["message"]) for one in json.loads(said)]
    else:
        table = pq.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
        found = [(f"raw/{row['source']}", row["message"]) for row in table]
        assert pq.read_table(tmp_path / "out" / "profiles.parquet").num_rows
    slow, failed = (f"raw/{path.relative_to(raw)}" for path in harmed)
    why = {name: message for name, message in found if message.startswith("reading the page")}
    assert why.pop(slow) == "reading the page takes longer than 1 seconds"
    assert why.pop(failed).startswith("reading the page failed: RuntimeError: in one line")
    assert why == {}


NAMED = "<h1>Event Streaming</h1>"


@pytest.mark.parametrize(
    ("second", "statuses"),
    [
        (page("html"), ["accepted", "skipped"]),
        (page("html").replace(NAMED, "<h1>Streams</h1>"), ["rejected", "rejected"]),
        (page("md"), ["accepted", "skipped"]),
    ],
    ids=["the same", "another", "none"],
)
def test_two_names_of_one_skill_contradict_each_other_where_both_are_given(
    second: str, statuses: list[str], tmp_path: Path
) -> None:
    for folder, text in (("a", page("html")), ("b", second)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kafka.en.html").write_text(text, "utf-8")
    tables = sp.normalize([tmp_path / "a", tmp_path / "b"])
    assert list(tables.sources["status"]) == statuses
    checked = [found.rule.code for found in sp.check([tmp_path / "a", tmp_path / "b"])]
    assert checked.count("SP403") == statuses.count("rejected")


def test_what_is_published_is_no_source_of_the_next_run(tmp_path: Path) -> None:
    corpus(tmp_path / "raw")
    done = call("normalize", tmp_path / "raw", "--out", tmp_path / "raw" / "tables")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the tables would be read as sources" in done.stderr
    assert not (tmp_path / "raw" / "tables").exists()


def test_records_of_a_crawl_are_no_pages_in_an_archive_either(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "raw.zip", "w") as archive:
        archive.writestr("host/en/kafka.html", page("html"))
        archive.writestr("host/en/kafka.html.fetch.json", "{}")
        archive.writestr("fetch.json", "{}")
    tables = sp.normalize([tmp_path / "raw.zip"])
    assert list(tables.sources["source"]) == ["raw.zip!/host/en/kafka.html"]


def test_a_packed_page_may_begin_like_the_name_of_a_packer(tmp_path: Path) -> None:
    text = f"PKI basics\n{page()}"
    (tmp_path / "pki.en.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "zip.en.txt.gz").write_bytes(gzip.compress(b"PK\x03\x04" + bytes(99)))
    tables = sp.normalize([tmp_path])
    assert "it holds another archive" in " ".join(tables.findings["message"])
    assert tables.sources.set_index("source")["status"].to_dict() == {
        "pki.en.txt.gz": "accepted", "zip.en.txt.gz": "rejected",
    }  # fmt: skip
