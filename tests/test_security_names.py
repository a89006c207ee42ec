"""Names and texts of strangers: they forge no line, steer no terminal, and lead out of no folder.

What is read is a folder with names that anybody may give a file, and tables that somebody else wrote.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.fetching import fetch
from tests.samples import page
from tests.test_bad_input import tar_of, zip_of
from tests.website import Reply, index, website
from tests.website import page as web_page
from tests.website import skill as web_skill

from skillprofiles.cli import main

STEERING = "\x1b[2J\x07\u202e\x9b1m"
FORGED = "forged: 5 accepted"
EVIL = f"evil{STEERING}\n{FORGED}\r{FORGED}"


def texts(column: pa.ChunkedArray, field: pa.Field) -> pa.Array:
    made = [None if value is None else f"{value}{EVIL}" for value in column.to_pylist()]
    return pa.array(made, field.type)


def spoil(path: Path, *columns: str) -> None:
    """Write a table again with harm in some of its columns."""
    table = pq.read_table(path)
    for name in columns:
        at = table.schema.get_field_index(name)
        field = table.schema.field(at)
        table = table.set_column(at, field, texts(table.column(at), field))
    pq.write_table(table, path)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with exports, releases and tables whose names and texts are harmful."""
    folder = tmp_path_factory.mktemp("names")
    raw = folder / "raw" / f"folder {EVIL}"
    raw.mkdir(parents=True)
    (raw / f"{EVIL}.txt").write_text("Please sign in.", encoding="utf-8")
    wrong = page(skill="wrong").replace("the other 7 optional", f"the other 8 {STEERING} optional")
    (raw / f"wrong {EVIL}.en.txt").write_text(wrong, encoding="utf-8")
    (raw / "good.en.txt").write_text(page(skill="good"), encoding="utf-8")
    (raw / "a.zip").write_bytes(zip_of({f"../{EVIL}": b"x", f"{EVIL}.txt": b"x"}))
    invoke(folder, "ingest", "raw", "--to", "releases")
    invoke(folder, "normalize", "raw", "--out", "tables")
    shutil.copytree(folder / "tables", folder / "spoilt", symlinks=False)
    spoil(folder / "spoilt" / "requirements.parquet", "role", "description", "source")
    spoil(folder / "spoilt" / "profiles.parquet", "skill_name", "domain", "group", "summary", "url")
    spoil(folder / "spoilt" / "findings.parquet", "message", "hint", "source")
    known = {"version": 1, "findings": {f"raw/{EVIL}": {"SP301": 3}, "raw/x": {EVIL: 1}}}
    (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def invoke(folder: Path, *arguments: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(main, list(arguments))
    unexpected = result.exception
    assert unexpected is None or isinstance(unexpected, SystemExit), repr(unexpected)
    return result.exit_code, result.output


ROLE = f"Data Engineer{EVIL}"
COMMANDS = [
    "normalize raw --out again",
    "normalize raw --out again --log-format json",
    "ingest raw --to more",
    "ingest raw --to logged --log-format json",
    "check raw",
    "check raw --diff",
    "check raw --baseline known.json",
    *(f"check raw --output-format {name}" for name in "concise github gitlab json sarif junit".split()),
    "status releases",
    "status releases --format json",
    "quarantine list releases",
    "releases releases",
    "report spoilt --out site",
    "export spoilt --out exported --format csv",
    "show spoilt good",
    "compare spoilt good ROLE --have junior --want senior",
    "compare spoilt good data --have junior --want senior",
    "role spoilt ROLE --level senior",
    "role spoilt data",
    "diff spoilt tables",
    "show spoilt EVIL",
    "normalize EVIL --out again",
    "check EVIL",
    "ingest EVIL --to more",
    "status EVIL",
    "releases releases --activate EVIL",
    "quarantine show releases EVIL",
    "fetch EVIL --to fetched",
    "rule EVIL",
    "EVIL",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_what_steers_or_forges(places: Path, command: str) -> None:
    words = [{"EVIL": EVIL, "ROLE": ROLE}.get(word, word) for word in command.split()]
    _, said = invoke(places, *words)
    assert said
    assert {sign for sign in said if not sign.isprintable()} <= {"\n"}
    # Questions print texts in columns, where a line begins with whatever a text goes on with.
    if words[0] not in ("show", "compare", "role", "diff"):
        assert not [line for line in said.splitlines() if line.startswith(FORGED)]


def test_every_rejected_source_is_shown_without_harm(places: Path) -> None:
    _, listed = invoke(places, "quarantine", "list", "releases")
    ids = [line.split()[0] for line in listed.splitlines() if not line.startswith(" ")][:-1]
    assert len(ids) == 4
    for id in ids:
        code, said = invoke(places, "quarantine", "show", "releases", id)
        assert code == 0
        assert {sign for sign in said if not sign.isprintable()} <= {"\n"}
        assert not [line for line in said.splitlines() if line.startswith(FORGED)]


def everything(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*"))


CLIMBING = (
    "../../../climbed",
    "/tmp/climbed",
    "..",
    "%2e%2e%2fclimbed",
    "..\\climbed",
    "C:\\climbed",
)


def test_no_name_leads_out_of_the_folder_that_is_written(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b" / "c"
    (home / "raw").mkdir(parents=True)
    members = {f"{name}.en.txt": page(skill="in-zip").encode() for name in CLIMBING}
    (home / "raw" / "a.zip").write_bytes(zip_of(members))
    (home / "raw" / "b.tar").write_bytes(tar_of(members, "w"))
    for number, name in enumerate(CLIMBING):
        text = page(skill=f"skill-{number}x").replace("Data Engineer", name)
        named = text.replace("Data Platform", f"{name}/x")
        (home / "raw" / f"skill-{number}x.en.txt").write_text(named, encoding="utf-8")
    invoke(home, "ingest", "raw", "--to", "published")
    invoke(home, "report", "published", "--out", "site", "--raw", "raw")
    lake = ["export", "published", "--out", "lake", "--partition-by", "role"]
    assert invoke(home, *lake)[0] == 0
    assert len(list((home / "lake" / "requirements").iterdir())) > 4
    for release in CLIMBING:
        assert invoke(home, "releases", "published", "--activate", release)[0] == 2
        assert invoke(home, "quarantine", "show", "published", release)[0] == 2
    assert {name.partition("/")[0] for name in everything(home)} == {
        "lake",
        "published",
        "raw",
        "site",
    }
    assert sorted(everything(tmp_path))[:3] == ["a", "a/b", "a/b/c"]
    assert all(name == "a" or name.startswith("a/b") for name in everything(tmp_path))
    assert not [name for name in everything(tmp_path / "a") if not name.startswith("b")]


def test_no_address_leads_out_of_the_store(tmp_path: Path) -> None:
    store = tmp_path / "a" / "b" / "raw"
    with website() as site:
        paths = ["/skills/%2e%2e%2f%2e%2e%2fclimbed", "/skills/..%5cclimbed", "/skills/x%00y"]
        for path in paths:
            site.serve(path, web_page(web_skill("climbed")))
        site.serve("/skills", index(*paths, "/skills/kafka"))
        site.serve("/skills/kafka", web_page(web_skill("kafka")))
        fetch(store, f"{site.url}/skills", "--store-all")
    host = site.url.partition("://")[2].replace(":", "_")
    pages = [name for name in everything(store) if name.endswith(".html")]
    assert {name.partition("/")[0] for name in pages if name[0] != "."} == {host}
    assert f"{host}/en/kafka.html" in pages
    assert all(name in ("a", "a/b") or name.startswith("a/b/raw") for name in everything(tmp_path))


def test_a_redirect_does_not_lead_into_a_private_network(tmp_path: Path) -> None:
    """Not even to a host that was allowed by name: the name may mean another machine tomorrow."""
    with website() as site, website("127.0.0.2") as inner:
        inner.serve("/skills/dbt", web_page(web_skill("dbt")))
        for status in (301, 302, 303, 307, 308):
            site.serve(
                f"/skills/way-{status}",
                Reply(status=status, headers={"Location": f"{inner.url}/skills/dbt"}),
            )
        site.serve("/skills", index(*(f"/skills/way-{n}" for n in (301, 302, 303, 307, 308))))
        allowed = ["--allow-host", inner.url, "--retries", "0"]
        result = fetch(tmp_path, f"{site.url}/skills", *allowed)
        assert inner.log == []
        assert "127.0.0.2, inside a private network" in str(result.found("SP020"))


def test_where_bytes_could_not_be_kept_what_was_found_is_shown_without_harm(places: Path) -> None:
    _, listed = invoke(places, "quarantine", "list", "releases")
    ids = [line.split()[0] for line in listed.splitlines() if not line.startswith(" ")][:-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skillprofiles.ingest.quarantine.page_bytes", lambda folder, entry: None)
        for id in ids:
            code, said = invoke(places, "quarantine", "show", "releases", id)
            assert code == 0
            assert {sign for sign in said if not sign.isprintable()} <= {"\n"}


def test_what_a_runner_takes_for_a_command_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.en.txt").write_text(page(), encoding="utf-8")
    code, said = invoke(tmp_path, "normalize", "raw", "--out", "##[error]tables")
    assert code == 0
    assert "##[" not in said
    assert "tables" in said
