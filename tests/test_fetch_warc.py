"""WARC files, our own and those of other crawlers, as sources of every command."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import brotli
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fetching import fetch, run
from tests.website import Reply, index, page, role_page, skill, website
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from skillprofiles.config import DEFAULT_MAX_BYTES
from skillprofiles.read import warc
from skillprofiles.read.containers import members
from skillprofiles.read.discover import discover

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Crawler:
    """Another crawler: writes what it likes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("ab")
        self.writer = WARCWriter(self.file, gzip=path.suffix == ".gz")

    def add(
        self,
        url: str,
        body: str | bytes,
        date: str = "2026-02-01T00:00:00Z",
        status: str = "200 OK",
        kind: str = "response",
        **headers: str,
    ) -> Crawler:
        data = body.encode() if isinstance(body, str) else body
        told = {name.replace("_", "-"): value for name, value in (headers or HTML).items()}
        http = StatusAndHeaders(status, list(told.items()), protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(data),
            length=len(data),
            http_headers=http if kind in ("response", "request") else None,
            warc_headers_dict={"WARC-Date": date},
        )
        self.writer.write_record(record)
        self.file.flush()
        return self


def found(path: Path, most: int = DEFAULT_MAX_BYTES) -> dict[str, str | None]:
    """Return the members of an archive: the name, and what is wrong with it."""
    return {
        name: problem.rule.code if problem else None
        for name, _, problem, _, _ in members(str(path), path.name, most)
    }


@pytest.mark.parametrize("name", ["extract.warc", "extract.warc.gz"])
def test_only_skill_profiles_are_taken_from_a_foreign_crawl(tmp_path: Path, name: str) -> None:
    crawler = Crawler(tmp_path / name)
    kafka, german = page(skill("kafka")), page(skill("dbt", "de"))
    packed = {**HTML, "Content-Encoding": "gzip"}
    chunks = f"{len(german.encode()):x}\r\n".encode() + german.encode() + b"\r\n0\r\n\r\n"
    chinese = page(skill("sql", "zh")).replace('<meta charset="utf-8">', "").encode("gb18030")
    crawler.add("https://a.example/robots.txt", "User-agent: *", Content_Type="text/plain")
    crawler.add("https://a.example/skills/kafka", gzip.compress(kafka.encode()), **packed)
    crawler.add("http://a.example/skills/dbt?lang=de", chunks, **HTML, Transfer_Encoding="chunked")
    crawler.add("https://b.example/sql", chinese, Content_Type="text/html; charset=gb18030")
    crawler.add("https://a.example/skills", index("/skills/kafka"))
    crawler.add("https://a.example/roles/x", role_page())
    crawler.add("https://a.example/logo.png", b"\x89PNG" * 99, Content_Type="image/png")
    crawler.add("https://a.example/old", b"", status="301 Moved", Location="/new")
    crawler.add("https://a.example/skills/err", kafka, status="500 Error")
    crawler.add("https://a.example/skills/kafka", b"GET / HTTP/1.1", kind="request")
    crawler.add("https://a.example/skills/cut", page(skill("cut"))[:1700])
    crawler.add("ftp://a.example/skills/x", kafka)
    crawler.file.close()
    inputs = {item.source.name: item for item in discover([str(crawler.path)], DEFAULT_MAX_BYTES)}
    assert set(inputs) == {
        f"{name}!/a.example/skills/kafka",
        f"{name}!/a.example/skills/dbt?lang=de",
        f"{name}!/b.example/sql",
        f"{name}!/a.example/skills/cut",
    }
    source = inputs[f"{name}!/a.example/skills/dbt?lang=de"]
    assert source.data == german.encode()
    assert source.source.url == "http://a.example/skills/dbt?lang=de"
    assert source.source.fetched_at == datetime(2026, 2, 1, tzinfo=UTC)

    done = run("normalize", crawler.path, "--out", tmp_path / "tables")
    assert done.returncode == 1
    assert done.stdout.startswith("4 sources: 3 accepted, 1 rejected\n")
    rows = pq.read_table(tmp_path / "tables" / "profiles.parquet").to_pylist()
    assert {(row["skill"], row["language"], row["url"]) for row in rows} == {
        ("kafka", "en", "https://a.example/skills/kafka"),
        ("dbt", "de", "http://a.example/skills/dbt?lang=de"),
        ("sql", "zh", "https://b.example/sql"),
    }
    assert {str(row["fetched_at"]) for row in rows} == {"2026-02-01 00:00:00+00:00"}


def test_the_latest_record_of_an_address_counts(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "crawl.warc.gz")
    old, new = page(skill("kafka")), page(skill("kafka", text="what came later"))
    crawler.add("https://a.example/kafka", new, "2026-03-01T00:00:00Z")
    crawler.add("http://a.example/kafka", old, "2026-01-01T00:00:00Z")
    crawler.add("https://a.example/dbt", page(skill("dbt")), "2026-01-01T00:00:00Z")
    crawler.add("https://a.example/dbt", "", "2026-02-01T00:00:00Z", status="410 Gone")
    crawler.add("https://a.example/sql", "", "2026-01-01T00:00:00Z", status="404 Not Found")
    crawler.add("https://a.example/sql", page(skill("sql")), "2026-02-01T00:00:00Z")
    crawler.add("https://a.example/sql", "", "2026-03-01T00:00:00Z", status="503 Busy")
    crawler.file.close()
    taken = {item.name: item.data for item in members(str(crawler.path), "c", DEFAULT_MAX_BYTES)}
    assert taken == {"a.example/kafka": new.encode(), "a.example/sql": page(skill("sql")).encode()}


def test_damaged_files_give_what_is_whole_and_say_so(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "whole.warc.gz")
    for name in ("kafka", "dbt"):
        crawler.add(f"https://a.example/{name}", page(skill(name)))
    crawler.file.close()
    data = crawler.path.read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(data[:-200])
    plain = tmp_path / "cut.warc"
    plain.write_bytes(gzip.decompress(data)[:-900])
    for path in (cut, plain):
        assert found(path) == {"a.example/kafka": None, "": "SP008"}
    one = tmp_path / "one.warc.gz"
    one.write_bytes(gzip.compress(gzip.decompress(data)))
    assert found(one)[""] == "SP008"
    foreign = tmp_path / "foreign.warc"
    foreign.write_bytes(b"This is no WARC file.\n" * 50)
    assert found(foreign) == {"": "SP008"}
    empty = tmp_path / "empty.warc"
    empty.write_bytes(b"")
    assert found(empty) == {}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("archives")
    made = {}
    for name in ("a.warc", "a.warc.gz"):
        crawler = Crawler(folder / name)
        packed = {**HTML, "Content-Encoding": "gzip"}
        body = gzip.compress(page(skill("dbt")).encode())
        crawler.add("https://a.example/kafka", page(skill("kafka")))
        crawler.add("https://a.example/dbt", body, **packed).file.close()
        made[name] = crawler.path.read_bytes()
    return made


@given(data=st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_damaged_is_a_finding(
    archives: dict[str, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(archives)))
    whole = archives[name]
    at = data.draw(st.integers(0, len(whole)))
    rest = data.draw(st.sampled_from([b"", whole[at + 1 :], whole[at + 90 :], whole]))
    path = tmp_path / name
    path.write_bytes(whole[:at] + data.draw(st.binary(max_size=9)) + rest)
    for member in members(str(path), name, DEFAULT_MAX_BYTES):
        assert (member.data is None) == (member.problem is not None)


def test_answers_stay_as_they_were_packed(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "a.warc.gz")
    body = page(skill("kafka")).encode()
    packed = bytearray(gzip.compress(body))
    packed[len(packed) // 2] ^= 255
    crawler.add("https://a.example/kafka", brotli.compress(body), **HTML, Content_Encoding="br")
    crawler.add("https://a.example/dbt", bytes(packed), **HTML, Content_Encoding="gzip")
    crawler.add("https://a.example/sql", body, **HTML, Content_Encoding="gzip")
    crawler.file.close()
    assert found(crawler.path) == {
        "a.example/kafka": None, "a.example/dbt": "SP008", "a.example/sql": None,
    }  # fmt: skip
    [problem] = [
        one.problem for one in members(str(crawler.path), "a", DEFAULT_MAX_BYTES) if one.problem
    ]
    assert "it cannot be decoded (" in problem.message


def test_what_was_made_to_fill_a_memory_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "_BOMB_BYTES", 5_000_000)
    crawler = Crawler(tmp_path / "bomb.warc.gz")
    crawler.add("https://a.example/kafka", page(skill("kafka")))
    crawler.add("https://a.example/bomb", b"<p>" + b" " * 9_000_000)
    crawler.add("https://a.example/dbt", page(skill("dbt")))
    crawler.file.close()
    assert found(crawler.path) == {"a.example/kafka": None, "": "SP008"}
    inner = Crawler(tmp_path / "inner.warc.gz")
    packed = {**HTML, "Content-Encoding": "gzip"}
    inner.add("https://a.example/bomb", gzip.compress(b"<p>" + b" " * 4_000_000), **packed)
    inner.add("https://a.example/dbt", page(skill("dbt")))
    inner.file.close()
    assert found(inner.path, 1_000_000) == {"a.example/dbt": None}
    assert capsys.readouterr() == ("", "")


def test_our_own_archive_grows_and_forgets_what_is_gone(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    archive = raw / "crawl.warc.gz"
    with website() as site:
        names = ("kafka", "dbt", "sql")
        for name in names:
            site.serve(f"/skills/{name}", page(skill(name)))
        site.serve("/skills/about", index(title="About"))
        site.serve("/skills", index(*(f"/skills/{name}" for name in (*names, "about"))))
        start = f"{site.url}/skills"
        assert fetch(raw, start, "--warc", "--store-all").code == 0
        size = archive.stat().st_size
        site.forget()
        again = fetch(raw, start, "--warc", "--store-all")
        assert "0 new, 0 changed, 3 unchanged" in again.out
        assert sum(visit.sent for visit in site.log if visit.path != "/robots.txt") == 0
        assert archive.stat().st_size == size
        site.serve("/skills/kafka", page(skill("kafka", text="what came later")))
        site.serve("/skills/dbt", Reply(status=404, etag=False))
        site.serve("/skills/sql", Reply(status=308, headers={"Location": "/skills/sql-tuning"}))
        site.serve("/skills/sql-tuning", page(skill("sql")))
        # What a killed crawl left unfinished is cut off first.
        with archive.open("ab") as file:
            file.write(gzip.compress(b"WARC/1.0\r\n" * 9)[:-6])
        third = fetch(raw, start, "--warc", "--store-all")
        assert "0 new, 1 changed, 1 unchanged, 1 gone" in third.out
    with archive.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["warcinfo"] + ["response"] * 8
    done = run("normalize", raw, "--out", tmp_path / "tables")
    assert done.returncode == 0, done.stdout
    rows = pq.read_table(tmp_path / "tables" / "profiles.parquet").to_pylist()
    assert {(row["skill"], row["url"].rpartition("/")[2]) for row in rows} == {
        ("kafka", "kafka"),
        ("sql", "sql"),
    }
    texts = pq.read_table(tmp_path / "tables" / "requirements.parquet").to_pylist()
    assert any("what came later" in row["description"] for row in texts)


def test_a_dry_run_leaves_alone_what_another_crawl_is_writing(tmp_path: Path) -> None:
    archive = tmp_path / "raw" / "crawl.warc.gz"
    with website() as site:
        site.serve("/skills/kafka", page(skill("kafka")))
        site.serve("/skills", index("/skills/kafka"))
        start = f"{site.url}/skills"
        assert fetch(tmp_path / "raw", start, "--warc").code == 0
        begun = archive.read_bytes() + gzip.compress(b"WARC/1.0\r\n" * 9)[:-6]
        archive.write_bytes(begun)
        told = fetch(tmp_path / "raw", start, "--warc", "--dry-run")
        assert told.code == 0, told.err
        assert archive.read_bytes() == begun


def test_a_page_that_cannot_be_looked_into_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(data: bytes) -> bool:
        raise RuntimeError("of the reader")

    monkeypatch.setattr(warc, "looks_like_a_profile", fails)
    path = tmp_path / "a.warc.gz"
    crawler = Crawler(path)
    crawler.add("https://x.example/kafka", page(skill("kafka")))
    crawler.file.close()
    assert found(path) == {"x.example/kafka": None}


def test_an_archive_that_is_damaged_is_not_shortened(tmp_path: Path) -> None:
    archive = tmp_path / "raw" / "crawl.warc.gz"
    names = ("kafka", "dbt", "sql")
    with website() as site:
        for name in names:
            site.serve(f"/skills/{name}", page(skill(name)))
        site.serve("/skills", index(*(f"/skills/{name}" for name in names)))
        assert fetch(tmp_path / "raw", f"{site.url}/skills", "--warc").code == 0
        whole = archive.read_bytes()
        flipped = bytearray(whole)
        flipped[whole.index(b"\x1f\x8b\x08", 1) + 40] ^= 255
        for damaged in (bytes(flipped), whole + bytes(512), gzip.compress(b"no records")):
            archive.write_bytes(damaged)
            again = fetch(tmp_path / "raw", f"{site.url}/skills", "--warc")
            assert (again.code, again.err.count("\n")) == (2, 1), again.err
            assert archive.read_bytes() == damaged
