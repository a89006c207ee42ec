"""Crawls that are killed, stopped, limited, or started twice at once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.fetching import FAST, Crawl, fetch, run, sidecar, start, stored
from tests.website import Reply, Site, index, page, sitemap, skill, website

NAMES = [f"skill-{chr(97 + number)}x" for number in range(8)]
PAGES = {f"en/{name}.html" for name in NAMES}


def serve(site: Site) -> str:
    """Serve a sitemap, an index that redirects, a page for each name."""
    site.serve("/skills", Reply(status=302, headers={"Location": "/skills/all"}))
    site.serve("/skills/all", index(*(f"/skills/{name}" for name in NAMES), "/skills/about"))
    site.serve("/skills/about", index("/skills", title="About"))
    for name in NAMES:
        site.serve(f"/skills/{name}", page(skill(name), "/skills"))
    return f"{site.url}/skills"


def hold(site: Site, path: str) -> threading.Event:
    """Let a path be answered once the event is set; the page itself stays what it is."""
    held, behaviour = threading.Event(), site.pages[path]
    assert isinstance(behaviour, Reply)
    site.pages[path] = Reply(
        behaviour.body, behaviour.status, headers=behaviour.headers, pause=held
    )
    return held


def kill(process: Crawl) -> None:
    process.kill()
    assert process.wait()[0] == -signal.SIGKILL


@pytest.mark.parametrize("warc", [False, True])
def test_killed_again_and_again_no_page_is_fetched_twice_and_none_is_missing(
    tmp_path: Path, warc: bool
) -> None:
    raw, more = tmp_path / "raw", ["--warc"] if warc else []
    moments = ["/skills/all", f"/skills/{NAMES[0]}", f"/skills/{NAMES[4]}", f"/skills/{NAMES[7]}"]
    with website() as site:
        url = serve(site)
        for path in moments:
            plain = site.pages[path]
            held, arrived = hold(site, path), site.expect(path)
            process = start(raw, *FAST, url, *more)
            assert arrived.wait(30)
            kill(process)
            site.pages[path] = plain
            held.set()
        result = fetch(raw, url, *more)
        assert result.code == 0
        assert result.record["resumed"] is True
        assert f"{8 - result.record['pages']['new']} done before the stop" in result.out
        counts = site.counts()
        # What was under way when the crawl was killed is asked for again; nothing else is.
        assert {path for path, count in counts.items() if count > 1} == set(moments)
        assert all(counts[path] == 2 for path in moments)
        assert set(counts) == {f"/skills/{name}" for name in (*NAMES, "all", "about")} | {"/skills"}
        if not warc:
            assert set(stored(raw)) == PAGES
        # A finished crawl is not gone on with: the next one asks for everything.
        site.forget()
        assert fetch(raw, url, *more).record["resumed"] is False
        assert {visit.status for visit in site.log if visit.path != "/robots.txt"} <= {304, 302}
    done = run("normalize", raw, "--out", tmp_path / "tables")
    assert (done.returncode, done.stdout.partition("\n")[0]) == (0, "8 sources: 8 accepted")


def test_killed_between_storing_a_page_and_noting_it(tmp_path: Path) -> None:
    with website() as site:
        url = serve(site)
        path = f"/skills/{NAMES[7]}"
        held, arrived = hold(site, path), site.expect(path)
        process = start(tmp_path, *FAST, url)
        assert arrived.wait(30)
        kill(process)
        held.set()
        # As if the notes of the last two pages had not been made any more.
        import sqlite3

        with sqlite3.connect(tmp_path / ".fetch" / "state.sqlite") as state:
            state.execute(
                "DELETE FROM visit WHERE url LIKE ? OR url LIKE ?",
                (f"%{NAMES[5]}", f"%{NAMES[6]}"),
            )
        state.close()
        result = fetch(tmp_path, url)
        assert result.code == 0
        assert set(stored(tmp_path)) == PAGES
        assert site.counts()[f"/skills/{NAMES[5]}"] == site.counts()[f"/skills/{NAMES[6]}"] == 1


def test_a_second_crawl_into_the_same_store_gets_exit_code_3(tmp_path: Path) -> None:
    with website() as site:
        url = serve(site)
        held, arrived = hold(site, "/skills/all"), site.expect("/skills/all")
        process = start(tmp_path, *FAST, url)
        assert arrived.wait(30)
        second = fetch(tmp_path, url)
        assert second.code == 3
        assert second.err == f"Error: another run is writing to {tmp_path}\n"
        held.set()
        code, out, _ = process.wait()
        assert code == 0
        assert out.startswith("8 skill pages: 8 new")


def test_limits_stop_a_crawl_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with website() as site:
        url = serve(site)
        first = fetch(tmp_path, url, "--max-pages", "4")
        assert first.code == 0
        assert len(site.asked()) == 4
        assert "Stopped at --max-pages; the same command goes on from here." in first.out
        size = len(page(skill(NAMES[0]), "/skills"))
        second = fetch(tmp_path, url, "--max-bytes", str(2 * size + 10))
        assert second.record["ended"] == "max-bytes"
        assert 2 * size < second.record["bytes_received"] < 4 * size
        third = fetch(tmp_path, url, "--max-time", "0.6", "--delay", "0.4")
        assert third.record["ended"] == "max-time"
        assert third.record["seconds"] < 10
        # Not even a site that asks for a long rest keeps a crawl from ending.
        plain = site.pages[f"/skills/{NAMES[7]}"]
        busy = Reply(b"", 429, etag=False, headers={"Retry-After": "50"})
        site.serve(f"/skills/{NAMES[7]}", busy)
        waiting = fetch(tmp_path, url, "--max-time", "1")
        assert waiting.record["ended"] == "max-time"
        assert waiting.record["seconds"] < 10
        site.serve(f"/skills/{NAMES[7]}", plain)
        last = fetch(tmp_path, url)
        assert last.record["ended"] == "finished"
        assert set(stored(tmp_path)) == PAGES
        counts = site.counts()
        assert counts.pop(f"/skills/{NAMES[7]}") == 2
        assert max(counts.values()) == 1


def test_interrupted_by_hand(tmp_path: Path) -> None:
    with website() as site:
        url = serve(site)
        path = f"/skills/{NAMES[2]}"
        held, arrived = hold(site, path), site.expect(path)
        process = start(tmp_path, *FAST, url, "--log-format", "json")
        assert arrived.wait(30)
        process.kill(signal.SIGINT)
        held.set()
        code, out, err = process.wait()
        assert (code, out) == (130, "")
        events = [json.loads(line) for line in err.splitlines()]
        assert events[-1]["event"] == "fetched"
        assert events[-1]["ended"] == "interrupted"
        # What was under way was finished, and is not asked for again.
        assert fetch(tmp_path, url).code == 0
        assert set(stored(tmp_path)) == PAGES
        assert max(site.counts().values()) == 1


def test_findings_outlive_an_interruption_and_a_restart_begins_anew(tmp_path: Path) -> None:
    with website() as site:
        url = serve(site)
        fetch(tmp_path, url)
        site.serve(f"/skills/{NAMES[0]}", index(title="Sign in"))
        site.forget()
        first = fetch(tmp_path, url, "--max-pages", "6")
        assert (first.code, first.codes) == (1, ["SP021"])
        second = fetch(tmp_path, url)
        assert (second.code, second.codes) == (1, ["SP021"])
        assert site.counts()[f"/skills/{NAMES[0]}"] == 1
        fetch(tmp_path, url, "--max-pages", "3")
        site.forget()
        assert fetch(tmp_path, url, "--restart").record["resumed"] is False
        assert set(site.counts().values()) == {1}


def test_a_lost_or_damaged_memory_costs_nothing_but_headers(tmp_path: Path) -> None:
    state = tmp_path / ".fetch" / "state.sqlite"
    with website() as site:
        url = serve(site)
        fetch(tmp_path, url)
        state.write_bytes(b"no database" * 99)
        site.forget()
        result = fetch(tmp_path, url)
        assert result.out.startswith("8 skill pages: 0 new, 0 changed, 8 unchanged")
        assert {visit.status for visit in site.log if "skill-" in visit.path} == {304}
        # A page that someone removed is fetched again, and a damaged record does no harm.
        (folder,) = tmp_path.glob("127*/en")
        (folder / f"{NAMES[0]}.html").unlink()
        (folder / f"{NAMES[1]}.html.fetch.json").write_text("{", encoding="utf-8")
        again = fetch(tmp_path, url)
        assert (again.code, set(stored(tmp_path))) == (0, PAGES)
        assert sidecar(tmp_path, f"en/{NAMES[1]}.html")["status"] == 200


def test_a_store_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    with website() as site:
        url = serve(site)
        fetch(raw, url, "--max-pages", "3")
        (folder,) = raw.glob("127*")
        blocked = folder / "en"
        for path in blocked.iterdir():
            path.unlink()
        blocked.rmdir()
        blocked.write_text("a file where a folder has to be", encoding="utf-8")
        result = fetch(raw, url)
        assert result.code == 2
        assert result.err.count("\n") == 1
        assert os.fspath(blocked) in result.err


def test_a_store_holds_files_or_records_never_both(tmp_path: Path) -> None:
    with website() as site:
        url = serve(site)
        for name, first, then, words in (
            ("files", [], ["--warc"], "holds pages as files; give --warc a folder of its own"),
            ("warc", ["--warc"], [], "holds pages in crawl.warc.gz; add --warc"),
        ):
            fetch(tmp_path / name, url, *first, "--max-pages", "3")
            result = fetch(tmp_path / name, url, *then)
            assert result.code == 2
            assert words in result.err
            assert result.err.count("\n") == 1


def test_a_sitemap_is_gone_on_with_too(tmp_path: Path) -> None:
    with website() as site:
        serve(site)
        urls = [f"{site.url}/skills/{name}" for name in NAMES]
        site.serve("/map.xml", sitemap(*urls), kind="text/xml")
        fetch(tmp_path, f"{site.url}/map.xml", "--max-pages", "5")
        assert fetch(tmp_path, f"{site.url}/map.xml").code == 0
        assert set(stored(tmp_path)) == PAGES
        assert site.counts()["/map.xml"] == 1
        assert max(site.counts().values()) == 1


def test_a_memory_that_somebody_else_has_locked_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / ".fetch" / "state.sqlite"
    with website() as site:
        url = serve(site)
        fetch(tmp_path, url, "--max-pages", "3")
        with closing(sqlite3.connect(state, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            other.execute("INSERT OR REPLACE INTO host VALUES ('x', 1)")
            result = fetch(tmp_path, url)
            assert (result.code, result.err.count("\n")) == (2, 1)
            assert "database is locked" in result.err or "busy" in result.err
            other.execute("ROLLBACK")
        assert not state.with_suffix(".damaged").exists()
        assert fetch(tmp_path, url).code == 0
