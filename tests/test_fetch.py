"""From the web to the tables: a whole site on loopback, crawled, published, crawled again."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.fetching import fetch, run, sidecar, stamps, stored
from tests.website import (
    ALL,
    Reply,
    Site,
    Visit,
    by_language,
    index,
    page,
    role_page,
    sitemap,
    skill,
    website,
)

from skillprofiles.model import Profile

ROBOTS = "User-agent: *\nDisallow: /skills/secret\nCrawl-delay: 0.05\n"
ROWS = ["skill", "language", "role", "level", "mandatory", "description"]


def truth(profiles: list[Profile]) -> set[tuple[object, ...]]:
    """Return the rows of the requirements table that profiles make, by construction."""
    return {
        (p.skill, p.language, row.role, row.level.label, row.mandatory, row.description)
        for p in profiles
        for row in p.requirements
    }


def published(folder: Path, table: str, columns: list[str]) -> set[tuple[object, ...]]:
    rows = pq.read_table(folder / f"{table}.parquet", columns=columns).to_pylist()
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    return {tuple(row[column] for column in columns) for row in rows}


def build(site: Site) -> list[Profile]:
    """Serve skills in three ways of writing editions, and what else a site has; return the skills."""
    site.serve("/robots.txt", ROBOTS, kind="text/plain")
    asked = {
        name: {code: skill(name, code) for code in ALL} for name in ("kafka", "c-plus-plus", "dbt")
    }
    for name, editions in asked.items():
        links = [f"/skills/{name}?lang={code}" for code in ALL]
        site.serve(f"/skills/{name}", by_language(editions, "/skills", "/skills/roles/x", *links))
    prefixed = [skill("tls-pki", code, roles=3) for code in ("de", "en")]
    for one in prefixed:
        other = "/en/skills/tls-pki" if one.language == "de" else "/de/skills/tls-pki"
        site.serve(f"/{one.language}/skills/tls-pki", page(one, other, "/skills?utm_source=nav"))
    declared = [skill("threat-modeling", code) for code in ("de", "en", "zh")]
    head = "".join(
        f'<link rel="alternate" hreflang="{one.language}" href="/skills/t/{one.language}/threat-modeling">'
        for one in declared
    )
    for one in declared:
        site.serve(f"/skills/t/{one.language}/threat-modeling", page(one, head=head))
    site.serve("/skills/roles/x", role_page())
    site.serve("/skills/about", index("/skills#top", title="About"))
    links = [f"/skills/{name}" for name in asked]
    site.serve(
        "/skills",
        index(
            *links, "/en/skills/tls-pki", "/skills/t/en/threat-modeling", "/skills/secret",
            "/skills/about", "/blog/skills", "http://elsewhere.example/skills/x", "mailto:a@b.example",
        ),
    )  # fmt: skip
    return [*(p for group in asked.values() for p in group.values()), *prefixed, *declared]


def test_a_site_becomes_the_tables_its_pages_tell(tmp_path: Path) -> None:
    raw, tables = tmp_path / "raw", tmp_path / "tables"
    with website() as site:
        wanted = [p for p in build(site) if p.language in ("de", "en")]
        result = fetch(
            raw, f"{site.url}/skills", "--lang", "de", "--lang", "en", "--contact", "a@b.example"
        )
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith("10 skill pages: 10 new, 0 changed, 0 unchanged\n")

        log = site.log
        assert [visit.path for visit in log[:2]] == ["/robots.txt", "/skills"]
        assert max(site.counts().values()) == 1
        assert not set(site.asked()) & {"/skills/secret", "/blog/skills"}
        assert site.most_open == 1
        assert min(site.pauses()[1:]) >= 0.045  # robots.txt asks for 0.05 s
        assert {visit.headers["user-agent"] for visit in log} == {
            f"skillprofiles/{result.record['program'].split()[1]} (+a@b.example)"
        }
        assert not any("cookie" in visit.headers or "referer" in visit.headers for visit in log)
        others = {"role": 1, "other": 2, "robots": 1}
        assert {name: result.record["others"][name] for name in others} == others

        done = run("ingest", raw, "--to", tables)
        assert done.returncode == 0, done.stdout
        assert published(tables / "latest", "requirements", ROWS) == truth(wanted)
        urls = pq.read_table(tables / "latest" / "profiles.parquet").to_pylist()
        for row in urls:
            assert row["url"].startswith(site.url)
            assert row["url"].partition("?")[0].endswith(row["skill"])
            assert row["fetched_at"] is not None
        site.forget()
        before = stamps(raw)
        again = fetch(raw, f"{site.url}/skills", "--lang", "de", "--lang", "en")
        assert again.code == 0
        assert again.out.startswith("10 skill pages: 0 new, 0 changed, 10 unchanged\n")
        assert {visit.status for visit in site.log} == {304}
        assert sum(visit.sent for visit in site.log) == 0
        assert stamps(raw) == before
        assert max(site.counts().values()) == 1


NAMES = ("kafka", "dbt", "sql", "tls", "rust", "bash")
LOGIN = "<html><head><title>Sign in</title></head><body><input type=password></body></html>"


def change(site: Site) -> None:
    """Let a site with a page for each of the names go on living."""
    site.serve("/skills/kafka", page(skill("kafka", text="what changed since")))
    site.serve("/skills/dbt", Reply(b"gone", 410, etag=False))
    site.serve("/skills/sql", Reply(b"", 301, headers={"Location": "/skills/sql-tuning"}))
    site.serve("/skills/sql-tuning", page(skill("sql")))
    site.serve("/skills/tls", LOGIN)
    # Around the same profile something changes with every visit, and there is no validator.
    noise = page(skill("rust"), head="<meta name=nonce content=1>")
    site.serve("/skills/rust", noise, etag=False)
    site.serve("/skills/bash", '<div id="root"></div><script src="app.js"></script>')
    site.serve("/skills/new", page(skill("new")))
    site.serve("/skills", index("/skills/kafka", "/skills/sql-tuning", "/skills/new"))


def test_what_changes_on_a_site_changes_in_the_store(tmp_path: Path) -> None:
    raw, tables = tmp_path / "raw", tmp_path / "tables"
    with website() as site:
        for name in NAMES:
            site.serve(f"/skills/{name}", page(skill(name)))
        site.serve("/skills", index(*(f"/skills/{name}" for name in NAMES)))
        assert fetch(raw, f"{site.url}/skills").code == 0
        assert run("ingest", raw, "--to", tables).returncode == 0
        before, moments = stored(raw), stamps(raw)
        change(site)
        site.forget()
        result = fetch(raw, f"{site.url}/skills")

        assert result.code == 1
        head = "4 skill pages: 1 new, 1 changed, 2 unchanged, 2 kept as they were, 1 gone"
        assert head in result.out
        assert "a login form, 'Sign in'" in result.found("SP021")[f"{site.url}/skills/tls"]
        assert set(result.found("SP021")) == {f"{site.url}/skills/{x}" for x in ("bash", "tls")}
        now, kept = stored(raw), ("bash", "rust", "sql", "tls")
        assert set(now) == {f"en/{name}.html" for name in (*kept, "kafka", "new")}
        for name in kept:
            assert now[f"en/{name}.html"] == before[f"en/{name}.html"]
        later = stamps(raw)
        untouched = [x for x in moments if x.rpartition("/")[2].startswith(("bash", "rust", "tls"))]
        assert len(untouched) == 6
        assert all(later[name] == moments[name] for name in untouched)
        assert site.counts()["/skills/sql-tuning"] == 1

        assert run("ingest", raw, "--to", tables, "--accept-loss").returncode == 0
        expected = [skill(name) for name in (*kept, "new")]
        expected.append(skill("kafka", text="what changed since"))
        assert published(tables / "latest", "requirements", ROWS) == truth(expected)


def test_tombstones_redirects_and_returns(tmp_path: Path) -> None:
    with website() as site:
        for name in ("dbt", "sql"):
            site.serve(f"/skills/{name}", page(skill(name)))
        site.serve("/skills", index("/skills/dbt", "/skills/sql"))
        fetch(tmp_path, f"{site.url}/skills")
        change(site)
        fetch(tmp_path, f"{site.url}/skills")
        tombstone = sidecar(tmp_path, "en/dbt.html")
        assert (tombstone["status"], tombstone["url"]) == (410, f"{site.url}/skills/dbt")
        moved = sidecar(tmp_path, "en/sql.html")
        assert moved["url"] == f"{site.url}/skills/sql"
        assert moved["final_url"] == f"{site.url}/skills/sql-tuning"
        assert moved["redirects"] == [[301, f"{site.url}/skills/sql"]]
        assert "en/sql-tuning.html" not in stored(tmp_path)

        # What moved for good is asked for where it is now; what comes back takes its old place.
        site.forget()
        site.serve("/skills", index("/skills/kafka", "/skills/dbt"))
        site.serve("/skills/dbt", page(skill("dbt")))
        third = fetch(tmp_path, f"{site.url}/skills")
        assert "1 back again" in third.out
        assert "/skills/sql" not in site.asked()
        assert site.counts()["/skills/sql-tuning"] == 1
        assert sidecar(tmp_path, "en/dbt.html")["status"] == 200
        assert "en/dbt.html" in stored(tmp_path)


def test_two_stored_pages_that_become_one(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills", index("/skills/a-one", "/skills/b-two", "/skills/c-three"))
        for name in ("a-one", "b-two", "c-three"):
            site.serve(f"/skills/{name}", page(skill(name)))
        fetch(tmp_path, f"{site.url}/skills")
        site.serve("/skills/a-one", Reply(status=308, headers={"Location": "/skills/b-two"}))
        site.serve("/skills/c-three", Reply(status=302, headers={"Location": "/skills/b-two"}))
        result = fetch(tmp_path, f"{site.url}/skills")
        assert set(stored(tmp_path)) == {"en/b-two.html", "en/c-three.html"}
        assert sidecar(tmp_path, "en/a-one.html")["status"] == 308
        assert list(result.found("SP021")) == [f"{site.url}/skills/c-three"]
        assert result.record["pages"]["moved"] == 1


def test_sitemaps_and_files_of_addresses(tmp_path: Path) -> None:
    with website() as site:
        url = site.url
        for name in ("kafka", "dbt", "sql", "tls"):
            site.serve(f"/s/{name}", page(skill(name), "/s/unlisted", f"/s/{name}?lang=de"))
            site.serve(f"/s/{name}?lang=de", page(skill(name, "de")))
        site.serve("/s/unlisted", page(skill("unlisted")))
        site.serve(
            "/index.xml", sitemap(f"{url}/a.xml.gz", f"{url}/b", f"{url}/index.xml", nested=True)
        )
        site.serve("/a.xml.gz", sitemap(f"{url}/s/kafka", packed=True), kind="application/gzip")
        site.serve("/b", sitemap(f"{url}/c", nested=True), kind="text/xml")
        site.serve("/c", sitemap(f"{url}/s/dbt", "http://other.example/s/x", f"{url}/s/none"))
        addresses = tmp_path / "addresses.txt"
        addresses.write_text(f"# mine\n\n{url}/index.xml\n{url}/s/sql\n", encoding="utf-8")
        result = fetch(tmp_path / "raw", str(addresses), f"{url}/s/tls")
        assert result.code == 0
        # What a sitemap lists is fetched; links on those pages lead to other editions only.
        names = ("kafka", "dbt", "sql", "tls")
        assert set(stored(tmp_path / "raw")) == {
            f"{code}/{name}.html" for name in names for code in ("en", "de")
        }
        assert "/s/unlisted" not in site.asked()
        assert max(site.counts().values()) == 1
        assert result.record["others"]["sitemap"] == 4
        site.forget()
        site.serve("/c", sitemap())
        site.serve("/s/dbt", Reply(status=404, etag=False))
        again = fetch(tmp_path / "raw", str(addresses), f"{url}/s/tls")
        assert "en/dbt.html" not in stored(tmp_path / "raw")
        assert again.record["pages"]["gone"] == 1


def test_editions_are_found_or_tried_and_fall_back_to_nothing(tmp_path: Path) -> None:
    with website() as site:
        # No link to any edition, and Spanish is answered in English.
        site.serve(
            "/skills/kafka", by_language({code: skill("kafka", code) for code in ("en", "de")})
        )
        site.serve("/en/skills/dbt", page(skill("dbt")))
        site.serve("/de/skills/dbt", page(skill("dbt", "de")))
        site.serve("/skills", index("/skills/kafka", "/en/skills/dbt"))
        languages = [word for code in ("de", "es", "en") for word in ("--lang", code)]
        result = fetch(tmp_path, f"{site.url}/skills", *languages)
        assert result.code == 0
        assert set(stored(tmp_path)) == {
            f"{code}/{name}.html" for name in ("kafka", "dbt") for code in ("de", "en")
        }
        assert result.record["others"]["fallback"] == 1
        assert result.record["others"]["missing"] == 1  # /es/skills/dbt
        assert site.counts()["/skills/kafka?lang=en"] == 0


def test_one_canonical_address_each(tmp_path: Path) -> None:
    with website() as site:
        url = site.url
        canonical = f'<link rel="canonical" href="{url}/skills/kafka">'
        for path in ("/skills/kafka", "/skills/kafka?sort=2", "/skills/apache-kafka"):
            site.serve(path, page(skill("kafka"), head=canonical))
        wrong = f'<link rel="canonical" href="{url}/skills">'
        for name in ("dbt", "sql"):
            site.serve(f"/skills/{name}", page(skill(name), head=wrong))
        links = ("apache-kafka", "kafka?sort=2&utm_medium=x", "kafka#x", "kafka", "dbt", "sql")
        site.serve("/skills", index(*(f"/skills/{link}" for link in links)))
        result = fetch(tmp_path, f"{url}/skills")
        assert set(stored(tmp_path)) == {"en/kafka.html", "en/dbt.html", "en/sql.html"}
        assert sidecar(tmp_path, "en/kafka.html")["url"] == f"{url}/skills/kafka"
        assert result.record["others"]["duplicate"] >= 1


def test_a_dry_run_lists_and_stores_nothing(tmp_path: Path) -> None:
    with website() as site:
        build(site)
        result = fetch(tmp_path / "raw", f"{site.url}/skills", "--dry-run")
        assert result.code == 0
        assert f"fetch   {site.url}/skills/kafka\n" in result.out
        assert f"closed  {site.url}/skills/secret\n" in result.out
        assert site.asked() == ["/skills"]
        assert not (tmp_path / "raw").exists()


def test_store_all_keeps_the_rest_where_no_source_is_looked_for(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    with website() as site:
        build(site)
        fetch(raw, f"{site.url}/skills", "--store-all", "--max-pages", "99")
        kinds = sorted(path.parent.name for path in (raw / ".other").rglob("*.html"))
        assert kinds == ["other", "other", "role"]
        site.forget()
        fetch(raw, f"{site.url}/skills", "--store-all")
        assert {visit.status for visit in site.log} == {304}
    done = run("normalize", raw, "--out", tmp_path / "tables")
    assert done.returncode == 0
    assert done.stdout.startswith("17 sources: 17 accepted")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<html><body><div id="root"></div><script src="/app.js"></script></body></html>', "SP025"),
        (index("http://other.example/skills/x"), "SP025"),
    ],
)
def test_a_start_that_leads_nowhere(tmp_path: Path, body: str, words: str) -> None:
    with website() as site:
        site.serve("/skills", body)
        result = fetch(tmp_path, f"{site.url}/skills")
    assert result.code == 1
    assert result.codes == [words]
    assert result.out.startswith("0 skill pages: 0 new")


def test_a_start_in_another_language_leads_to_the_editions_that_are_wanted(tmp_path: Path) -> None:
    with website() as site:
        # German pages under the same names, but for one that is called otherwise.
        for name in ("kafka", "dbt"):
            for code in ("en", "de"):
                site.serve(f"/{code}/skills/{name}", page(skill(name, code)))
        other = '<link rel="alternate" hreflang="de" href="/de/skills/bedrohungen">'
        site.serve("/en/skills/threats", page(skill("threats"), head=other))
        site.serve("/de/skills/bedrohungen", page(skill("bedrohungen", "de")))
        site.serve("/en/skills", index(*(f"/en/skills/{x}" for x in ("kafka", "dbt", "threats"))))
        result = fetch(tmp_path, f"{site.url}/en/skills", "--lang", "de")
        assert result.code == 0
        assert set(stored(tmp_path)) == {f"de/{x}.html" for x in ("kafka", "dbt", "bedrohungen")}
        # English pages are asked for only where no German one is to be found without them.
        assert [path for path in site.asked() if path.startswith("/en/skills/")] == [
            "/en/skills/threats"
        ]


def test_one_page_under_endless_addresses_is_one_page(tmp_path: Path) -> None:
    def behave(visit: Visit) -> Reply:
        number = int(visit.path.partition("=")[2] or 0)
        return Reply(page(skill("kafka"), f"/skills/kafka?sort={number + 1}").encode())

    with website() as site:
        site.serve("/skills/kafka", behave)
        result = fetch(tmp_path, f"{site.url}/skills/kafka", "--delay", "0", "--max-pages", "999")
        assert (result.code, set(stored(tmp_path))) == (0, {"en/kafka.html"})
        assert len(site.log) < 220
        assert result.codes == ["SP024"]
