"""Sites that are busy, broken, slow, endless or hostile."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.fetching import fetch, sidecar, stored
from tests.website import Behaviour, Reply, Site, Visit, index, page, skill, website

MEGA = 1_000_000


def after(*replies: Reply) -> Behaviour:
    """Return a behaviour that gives one reply after the other, and the last one for ever."""
    left = list(replies)

    def behave(visit: Visit) -> Reply:
        return left.pop(0) if len(left) > 1 else left[0]

    return behave


def listing(site: Site, *names: str) -> str:
    site.serve("/skills", index(*(f"/skills/{name}" for name in names)))
    return f"{site.url}/skills"


def gap(site: Site, path: str, number: int = 0) -> float:
    """Return the pause between a request and the next one to the site, whatever it asks for."""
    at = [place for place, visit in enumerate(site.log) if visit.path == path][number]
    return site.log[at + 1].at - site.log[at].at


def test_a_site_that_asks_to_wait_is_waited_for(tmp_path: Path) -> None:
    busy = Reply(b"slow down", 429, etag=False, headers={"Retry-After": "1"})
    with website() as site:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=3600), usegmt=True)
        good = {name: Reply(page(skill(name)).encode()) for name in ("kafka", "dbt", "sql", "tls")}
        site.serve("/skills/kafka", after(busy, good["kafka"]))
        site.serve("/skills/dbt", after(Reply(status=503, etag=False), good["dbt"]))
        site.serve("/skills/sql", after(*[Reply(status=500, etag=False)] * 2, good["sql"]))
        site.serve("/skills/tls", good["tls"])
        result = fetch(tmp_path, listing(site, "kafka", "dbt", "sql", "tls"))
        assert result.code == 0
        assert set(stored(tmp_path)) == {f"en/{name}.html" for name in good}
        # Nothing at all is asked of the site in the second it asked for.
        assert gap(site, "/skills/kafka") >= 0.95
        assert gap(site, "/skills/sql", 0) >= 0.018
        assert gap(site, "/skills/sql", 1) >= 0.036
        expected = {"": 1, "/kafka": 2, "/dbt": 2, "/sql": 3, "/tls": 1}
        assert site.counts() == {f"/skills{path}": count for path, count in expected.items()}

        # A site that asks for more patience than there is is left alone, now and in the next run.
        away = Reply(b"", 503, etag=False, headers={"Retry-After": date})
        site.serve("/skills/kafka", away)
        site.forget()
        left = fetch(tmp_path, f"{site.url}/skills")
        assert left.code == 1
        assert site.asked()[-1] == "/skills/kafka"
        assert site.counts()["/skills/kafka"] == 1
        assert "asks to come back in 3,5" in next(iter(left.found("SP020").values()))
        assert left.record["ended"] == "unreachable"
        site.forget()
        again = fetch(tmp_path, f"{site.url}/skills")
        assert (again.code, site.log) == (1, [])
        assert set(stored(tmp_path)) == {f"en/{name}.html" for name in good}


def test_what_breaks_is_told_and_takes_nothing_with_it(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<html>" + b" " * 40 * MEGA)
    silent = threading.Event()
    faults = {
        "slow": Reply(page(skill("slow")).encode(), pause=silent),
        "dropped": Reply(page(skill("dropped")).encode(), cut=700),
        "bomb": Reply(bomb, headers={"Content-Encoding": "gzip"}, etag=False),
        "large": Reply(b"x" * 17 * MEGA, etag=False),
        "cut": Reply(page(skill("cut")).encode()[:1600], etag=False),
        "down": Reply(b"", 502, etag=False),
        "teapot": Reply(b"", 418, etag=False),
        "locked": Reply(b"", 401, etag=False),
        "flood": Reply(b"", headers={f"X-{n}": "y" * 8000 for n in range(60)}, etag=False),
        "garbled": Reply(b"not gzip", headers={"Content-Encoding": "gzip"}, etag=False),
    }
    with website() as site:
        site.serve("/robots.txt", "", kind="text/plain")
        for name, fault in faults.items():
            site.serve(f"/skills/{name}", fault)
        site.serve("/skills/good", page(skill("good")))
        start = listing(site, *faults, "good")
        result = fetch(tmp_path, start, "--timeout", "1.5", "--retries", "1")
        silent.set()
        assert result.code == 1
        assert set(stored(tmp_path)) == {"en/good.html"}
        told = {url.rpartition("/")[2]: text for url, text in result.found("SP020").items()}
        expected = {
            "slow": "no complete answer within 1.5 seconds",
            "dropped": "broke off",
            "bomb": "expands to more than 16,777,216 bytes",
            "large": "larger than 16,777,216 bytes",
            "cut": "damaged",
            "down": "HTTP 502 Bad Gateway (2 tries)",
            "teapot": "HTTP 418",
            "locked": "HTTP 401 Unauthorized; where a login is needed",
            "flood": "broke off",
            "garbled": "damaged",
        }
        assert set(told) == set(expected)
        for name, words in expected.items():
            assert words in told[name], told[name]
        counts = site.counts()
        assert counts["/skills/slow"] == counts["/skills/dropped"] == counts["/skills/down"] == 2
        assert counts["/skills/large"] == counts["/skills/bomb"] == counts["/skills/teapot"] == 1
        received = [visit for visit in site.log if visit.path == "/skills/large"]
        assert len(received) == 1


def test_a_site_that_went_down_is_left(tmp_path: Path) -> None:
    with website() as site:
        for number in range(30):
            site.serve(f"/skills/skill-{number}", Reply(b"", 500, etag=False))
        start = listing(site, *(f"skill-{number}" for number in range(30)))
        result = fetch(tmp_path, start, "--retries", "0")
        assert result.code == 1
        assert len(site.asked()) == 1 + 5
        assert result.codes == ["SP020"] * 5
        assert any("5 addresses in a row failed" in text for text in result.found("SP020").values())
        assert result.record["ended"] == "unreachable"


def test_the_character_set_a_server_names_is_kept_with_the_page(tmp_path: Path) -> None:
    def bare(name: str, language: str, encoding: str) -> bytes:
        text = page(skill(name, language)).replace('<meta charset="utf-8">', "")
        return text.encode(encoding)

    with website() as site:
        chinese, german = bare("sql", "zh", "gb18030"), bare("dbt", "de", "utf-8")
        spanish = bare("tls", "es", "cp1252")
        site.serve("/skills/sql", chinese, kind="text/html; charset=GB2312")
        site.serve("/skills/dbt", german, kind="text/html; charset=iso-8859-1")
        site.serve("/skills/tls", spanish, kind="text/html; charset=utf-8")
        result = fetch(tmp_path, listing(site, "sql", "dbt", "tls"))
        assert result.code == 0
        files = stored(tmp_path)
        assert files["zh/sql.html"] == chinese.decode("gb18030").encode()
        assert sidecar(tmp_path, "zh/sql.html")["converted_from"] == "gb18030"
        assert files["de/dbt.html"] == german
        assert files["es/tls.html"] == spanish


def test_endless_links_come_to_an_end(tmp_path: Path) -> None:
    def calendar(visit: Visit) -> Reply:
        number = int(visit.path.partition("=")[2] or 0)
        links = (f"/skills/c?day={number + 1}", f"/skills/c?day={number * 7 + 1000}")
        return Reply(index(*links).encode())

    def deeper(visit: Visit) -> Reply:
        return Reply(index(f"{visit.path}/a").encode())

    with website() as site:
        site.serve("/skills/c", calendar)
        for depth in range(9):
            site.serve("/skills/x" + "/a" * depth, deeper)
        for name in ("kafka", "dbt"):
            site.serve(f"/skills/{name}", page(skill(name), "/skills/c?day=0"))
        result = fetch(tmp_path, listing(site, "c?day=0", "x", "kafka", "dbt"), "--delay", "0")
        assert result.code == 0
        assert set(stored(tmp_path)) == {"en/kafka.html", "en/dbt.html"}
        assert len(site.log) < 230
        assert list(result.found("SP024")) == [f"{site.url}/skills"]
        assert "/skills/x/a/a/a" not in site.counts()


def test_robots_txt_decides(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills", index("/skills/kafka", "/skills/dbt"))
        for name in ("kafka", "dbt"):
            site.serve(f"/skills/{name}", page(skill(name)))
        start = f"{site.url}/skills"
        assert fetch(tmp_path, start).code == 0
        # A page that was stored and is closed now stays, and is told of.
        site.serve("/robots.txt", "User-agent: skillprofiles\nDisallow: /skills/dbt$\n")
        site.forget()
        closed = fetch(tmp_path, start)
        assert closed.code == 0
        assert list(closed.found("SP023")) == [f"{site.url}/skills/dbt"]
        assert "/skills/dbt" not in site.asked()
        assert "en/dbt.html" in stored(tmp_path)
        # A robots.txt that the server cannot hand out closes everything, until it can.
        site.serve("/robots.txt", Reply(b"", 500, etag=False))
        site.forget()
        unread = fetch(tmp_path, start, "--retries", "1")
        assert unread.code == 1
        assert {visit.path for visit in site.log} == {"/robots.txt"}
        assert unread.codes == ["SP020"]
        assert "robots.txt cannot be read (HTTP 500)" in unread.found("SP020")[f"{site.url}/"]


def test_a_page_of_another_language_does_not_take_the_place_of_a_good_one(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills/kafka", page(skill("kafka", "de")))
        start = listing(site, "kafka")
        fetch(tmp_path, start)
        site.serve("/skills/kafka", page(skill("kafka", "en")))
        result = fetch(tmp_path, start)
        assert set(stored(tmp_path)) == {"de/kafka.html"}
        assert (
            "the edition 'en' instead of 'de'" in result.found("SP021")[f"{site.url}/skills/kafka"]
        )
        # The answer is not remembered as good: the next crawl says it again.
        assert fetch(tmp_path, start).codes == ["SP021"]
