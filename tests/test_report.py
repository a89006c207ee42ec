"""The site as files: what stands on its pages, where links lead, the same bytes for the same tables."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
from lxml import html
from tests.datasets import profile, publish
from tests.reporting import HARM, LONG, NAMES, hostile, published, site
from tests.test_cli import call

import skillprofiles as sp
from skillprofiles.report.corpus import Corpus
from skillprofiles.report.interface import INTERFACES, interface
from skillprofiles.report.links import Links, UnusableTemplate, check_template, is_web_address
from skillprofiles.report.matrix import Step
from skillprofiles.report.naming import stem
from skillprofiles.report.pictures import stairs, tiles
from skillprofiles.report.tables import read_tables

REPORT = Path(sp.__file__).parent / "report"
LEVELS = ("junior", "middle", "senior", "lead", "principal")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return published(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def pages(releases: tuple[Path, Path]) -> Path:
    raw, tables = releases
    return site(tables, tables.parent / "site", raw=raw)


@pytest.fixture(scope="module")
def harm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return site(hostile(folder / "tables"), folder / "site")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_text(encoding="utf-8"))


def texts(element: html.HtmlElement, selector: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in element.xpath(selector)]


class Addresses(HTMLParser):
    """Collects where a page leads, and what can be led to on it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.ids: Counter[str] = Counter()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.leads.append(value)
            if name == "id" and value:
                self.ids[value] += 1


def broken_links(folder: Path) -> Iterator[str]:
    """Yield every link that leads nowhere, or out of the site."""
    read = {path: Addresses(path) for path in folder.rglob("*.html")}
    for path, found in read.items():
        yield from (
            f"{path}: id {id} {count} times" for id, count in found.ids.items() if count > 1
        )
        for link in found.leads:
            place, _, anchor = link.partition("#")
            goal = (path.parent / unquote(place)).resolve() if place else path
            if goal not in read and not (goal.is_file() and folder in goal.parents):
                yield f"{path}: {link}"
            # The search page is given words to look for.
            elif anchor and goal.name != "search.html" and anchor not in read[goal].ids:
                yield f"{path}: {link} (no such place)"


def test_every_link_leads_somewhere_and_every_place_is_one(pages: Path, harm: Path) -> None:
    assert list(broken_links(pages)) == []
    assert list(broken_links(harm)) == []


def test_the_search_index_leads_somewhere(pages: Path, harm: Path) -> None:
    for folder, skills in ((pages, 4), (harm, 5)):
        script = (folder / "assets" / "index.js").read_text(encoding="utf-8")
        index = json.loads(script.removeprefix("skillprofiles.index(").removesuffix(");\n"))
        assert len(index["skills"]) == skills
        for page, *_ in [*index["skills"], *index["roles"], *index["domains"]]:
            assert (folder / page).is_file()
        for _, _, _, domain, topics in index["skills"]:
            assert index["domains"][domain]
            assert all(index["topics"][number] for number in topics)
        carried = Counter(number for skill in index["skills"] for number in skill[4])
        assert [count for _, count in index["topics"]] == [carried[at] for at in sorted(carried)]


def test_the_same_tables_give_the_same_bytes(releases: tuple[Path, Path], tmp_path: Path) -> None:
    raw, tables = releases
    first = files(site(tables, tmp_path / "one", raw=raw))
    assert files(site(tables, tmp_path / "elsewhere" / "two", raw=raw)) == first
    again = "from tests.reporting import *; import sys; site(Path(sys.argv[1]), Path(sys.argv[2]),"
    again += " raw=Path(sys.argv[3]))"
    subprocess.run(
        [sys.executable, "-c", again, str(tables), str(tmp_path / "three"), str(raw)],
        cwd=Path(__file__).parent.parent,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ".", "PATH": ""},
        check=True,
    )
    assert files(tmp_path / "three") == first


def test_nothing_on_a_page_tells_where_or_when_it_was_made(pages: Path) -> None:
    for path, data in files(pages).items():
        assert str(pages.parent).encode() not in data, path


def test_a_skill_page_says_what_the_tables_say(pages: Path, releases: tuple[Path, Path]) -> None:
    page, data = tree(pages / "skills" / "kafka.html"), sp.load(releases[1])
    for language in ("en", "de"):
        rows = data.skill("kafka", language=language)
        (article,) = page.xpath(f"//article[@id='{language}']")
        assert texts(article, ".//caption") == list(dict.fromkeys(rows["role"]))
        found = [
            (name, level, bool(row.xpath("./th/b")), row.xpath("string(./td/p)"))
            for table in article.xpath(".//table")
            for name in texts(table, "./caption")
            for level, row in zip(LEVELS, table.xpath(".//tr"), strict=True)
            if row.xpath("./td/p")
        ]
        columns = ["role", "level", "mandatory", "description"]
        assert found == list(rows[columns].itertuples(index=False, name=None))


def test_each_step_is_what_compare_says(releases: tuple[Path, Path], normalized: Path) -> None:
    names = {
        "new": Step.NEW, "becomes mandatory": Step.MANDATORY, "becomes optional": Step.OPTIONAL,
        "text changes": Step.TEXT, "carried on": Step.SAME, "ends": Step.ENDS,
    }  # fmt: skip
    seen = set()
    for source in (releases[1], normalized):
        data, corpus = sp.load(source), Corpus(read_tables(source), "en")
        for at, one in enumerate(corpus.editions):
            rows = data.compare(one.skill, None, "junior", "principal", language=one.language)
            told = {
                (role, LEVELS.index(level)): names[change]
                for role, level, change in zip(
                    rows["role"], rows["level"], rows["change"], strict=True
                )
            }
            matrix = corpus.matrix
            found = {
                (matrix.roles[matrix.role[line]], level): Step(int(step))
                for line in corpus.editions[at].lines
                for level, step in enumerate(matrix.steps[line])
                if step
            }
            assert found == told, one.source
            seen |= set(found.values())
    assert seen == set(names.values())


def test_a_role_page_says_what_role_says(pages: Path, releases: tuple[Path, Path]) -> None:
    data = sp.load(releases[1])
    folder = pages / "roles" / "data-engineer"
    for level in LEVELS:
        page = tree(folder / f"{level}.html")
        rows = data.role("Data Engineer", level)
        found = [
            (skill, bool(row.xpath("./th/b")), row.xpath("string(./td)"))
            for row in page.xpath("//table[@class='at-level']//tr")
            for skill in texts(row, "./th/a")
        ]
        wanted = zip(rows["skill_name"], rows["mandatory"], rows["description"], strict=True)
        assert sorted(found) == sorted(wanted)
        for table in page.xpath("//table[@class='at-level']"):
            flags = [bool(row.xpath("./th/b")) for row in table.xpath(".//tr")]
            assert flags == sorted(flags, reverse=True)
    ended = texts(tree(folder / "lead.html"), "//section[@class='ended']//li")
    assert ended == ["Kafka"]
    assert texts(tree(folder / "middle.html"), "//th[em]/em") == ["becomes mandatory"]


def test_a_role_page_links_to_the_row_of_the_skill(pages: Path) -> None:
    page = tree(pages / "roles" / "data-engineer" / "senior.html")
    links = {one.text_content(): one.get("href") for one in page.xpath("//th[@scope='row']/a")}
    assert links["Kafka"] == "../../skills/kafka.html#en-1-3"


def test_roles_are_one_where_the_questions_take_them_for_one(tmp_path: Path) -> None:
    tables = publish(
        tmp_path,
        profile("a", "ML-Engineer: o o o o M\nC# Developer: o o o o M"),
        profile("b", "ML Engineer: o o o o M\nC++ Developer: o o o o M"),
        profile("c", "ML Engineer: M M M M M"),
        profile("d", "ml engineer: o o o o M"),
    )
    corpus, data = Corpus(read_tables(tables), "en"), sp.load(tables)
    found = {role.name: len(role.lines) for role in corpus.roles}
    assert found == {"C# Developer": 1, "C++ Developer": 1, "ML Engineer": 4}
    for name, count in found.items():
        assert len(data.role(name, "principal")) == count
    page = tree(site(tables, tmp_path / "site") / "roles" / "ml-engineer" / "index.html")
    assert texts(page, "//q") == ["ML-Engineer", "ml engineer"]


def test_maps_count_what_is_mandatory(pages: Path, releases: tuple[Path, Path]) -> None:
    data = sp.load(releases[1])
    rows = data.role("Data Engineer", None)
    inside = rows[rows["domain"] == "Data Platform"]
    page = tree(next((pages / "domains").glob("data-platform-*.html")))
    (row,) = [row for row in page.xpath("//tbody/tr") if texts(row, "./th") == ["Data Engineer"]]
    wanted = []
    for level in LEVELS:
        cells = inside[inside["level"] == level]["mandatory"]
        wanted.append(
            f"{cells.sum()} of {len(cells)} mandatory" if len(cells) else "nothing expected"
        )
    assert [one.get("aria-label") for one in row.xpath(".//svg")] == wanted
    assert "nothing expected" in wanted


@pytest.mark.parametrize(
    ("mandatory", "total", "percent", "shade"),
    [(0, 0, None, 0), (0, 9, 0, 0), (1, 1000, 1, 1), (1, 5, 20, 1), (999, 1000, 99, 5), (7, 7, 100, 5)],
)  # fmt: skip
def test_a_share_is_0_of_none_and_100_of_all_alone(
    mandatory: int, total: int, percent: int | None, shade: int
) -> None:
    (tile,) = tiles([(mandatory, total)])
    assert (tile.percent, tile.shade) == (percent, shade)


def test_depth_grows_where_something_is_new_or_said_differently(
    releases: tuple[Path, Path],
) -> None:
    corpus = Corpus(read_tables(releases[1]), "en")
    matrix = corpus.matrix
    depth = {
        (one.skill, matrix.roles[matrix.role[line]]): matrix.depth[line].tolist()
        for one in corpus.editions
        if one.language == "en"
        for line in one.lines
    }
    # Flag raised with the same text; another text; nothing; new.
    assert depth["kafka", "Data Engineer"] == [1, 2, 3, 3, 4]
    assert depth["code-review", "Data Engineer"] == [1, 1, 2, 2, 2]
    picture = stairs(bytes([1, 2, 0, 0, 2]), bytes([1, 1, 1, 1, 2]))
    assert picture.pattern == "om--m"
    assert picture.optional.count("M") == 1
    assert picture.mandatory.count("M") == 2


def test_changes_tell_what_moved(pages: Path, releases: tuple[Path, Path]) -> None:
    listed = tree(pages / "changes.html")
    ids = texts(listed, "//tbody/tr/th//code")
    assert [one[:6] for one in ids] == ["000003", "000002", "000001"]
    second = tree(pages / "changes" / f"{ids[1]}.html")
    said = texts(second, "//section")
    assert said[0] == "New skills Vault en 5 requirements"
    assert said[1] == "Skills that are gone Sql Tuning en 5 requirements"
    assert "Data Engineer, Senioris mandatory now" in said[2]
    assert "Does z for the team" in said[2]
    # A page's own figures are no flags.
    assert "the page as a wholeMandatoryBefore: 4After: 5" in said[2]
    assert "nothing to compare it with" in tree(pages / "changes" / f"{ids[2]}.html").text_content()
    older = site(releases[1] / "releases" / ids[1], pages.parent / "older")
    assert texts(tree(older / "changes.html"), "//tbody/tr/th//code") == ids[1:]
    assert not (older / "changes" / f"{ids[0]}.html").exists()


def test_quality_says_what_was_rejected_and_why(pages: Path) -> None:
    page = tree(pages / "quality.html")
    assert dict(zip(texts(page, "//dt"), texts(page, "//dd"), strict=True)) == {
        "accepted": "4", "rejected": "2", "published in an earlier version": "1", "skipped": "0",
    }  # fmt: skip
    kafka, login = texts(page, "//article")
    assert kafka.startswith("kafka.en.txt An earlier version of it stays published. Kafka SP303 ")
    assert "the page declares 4 roles" in kafka
    assert login.startswith("login.txt Nothing of it is published. SP006 ")
    links = page.xpath("//article//a[@class='src']/@href")
    assert links == ["sources/kafka.en.txt.html#L7", "sources/login.txt.html#L1"]


def test_a_folder_without_releases_has_no_page_on_changes(normalized: Path, tmp_path: Path) -> None:
    folder = site(normalized, tmp_path / "site")
    assert not (folder / "changes.html").exists()
    assert "changes.html" not in (folder / "index.html").read_text(encoding="utf-8")
    outside = [link.partition(": ")[2] for link in broken_links(folder)]
    assert outside
    assert all(link.startswith("https://skills.example.org/") for link in outside)


def test_rows_link_to_the_line_they_were_read_from(
    pages: Path, releases: tuple[Path, Path]
) -> None:
    raw, _ = releases
    page = tree(pages / "skills" / "code-review.html")
    rows = page.xpath("//tr[td/p]")
    assert rows
    for row in rows:
        text, (link,) = row.xpath("string(./td/p)"), row.xpath("./td/a")
        target, _, line = link.get("href").partition("#")
        copy = tree((pages / "skills" / target).resolve())
        (shown,) = copy.xpath(f"//li[@id='{line}']/code")
        assert text in shown.text_content()
        assert link.text_content() == f"code-review.en.txt:{line[1:]}"
        lines = (raw / "code-review.en.txt").read_text(encoding="utf-8").splitlines()
        assert lines[int(line[1:]) - 1] == shown.text_content()


def test_a_source_that_is_not_as_it_was_read_is_not_linked(pages: Path) -> None:
    # The English page is held: what is published was read from an earlier version.
    page = tree(pages / "skills" / "kafka.html")
    assert page.xpath("//article[@id='de']//td/a")
    assert not page.xpath("//article[@id='en']//td/a")
    assert texts(page, "//article[@id='en']//td/cite")[0].startswith("kafka.en.txt:")


ADDRESSES = [
    ("a b/ü?#%.txt", "https://host/blob/main/a%20b/%C3%BC%3F%23%25.txt#L7"),
    ("in/pages.zip!/x.txt", "https://host/blob/main/in/pages.zip#L7"),
    ("https://other.example/page?x=1#top", "https://other.example/page?x=1#L7"),
    ('"><script>', "https://host/blob/main/%22%3E%3Cscript%3E#L7"),
]


@pytest.mark.parametrize(("source", "address"), ADDRESSES)
def test_a_template_links_to_lines(source: str, address: str) -> None:
    links = Links("https://host/blob/main/{source}#L{line}")
    assert links.around(source, None, "../").to(7) == address


def test_a_template_may_put_the_line_anywhere() -> None:
    for template, line, whole in [
        ("https://h/?at={line}&file={source}", "https://h/?at=7&file=x", "https://h/?at=1&file=x"),
        ("https://h/{source}", "https://h/x#L7", "https://h/x"),
        ("https://h/{source}#L{line}", "https://h/x#L7", "https://h/x"),
    ]:
        around = Links(template).around("x", None, "")
        assert (around.to(7), around.to(None)) == (line, whole)


@pytest.mark.parametrize(
    "template",
    ["", "https://h/{line}", "https://h/{source}{sha}", "javascript:{source}", "{source}", "//h/{source}",
     "https://h/{source}{line}{line}", "https://h/{source", "https://h/{source!r}", "ht tp://{source}"],
)  # fmt: skip
def test_a_template_that_cannot_be_used_is_refused(template: str) -> None:
    with pytest.raises(UnusableTemplate):
        check_template(template)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("https://host/a?b#c", True), ("http://host", True), ("HTTPS://host/", True), ("https:", False),
     ("javascript:alert(1)", False), ("ht\ntps://host", False), ("https://ho st/", False),
     (" https://host", False), ("https://[", False), ("data:text/html,x", False), ("//host", False)],
)  # fmt: skip
def test_an_address_of_the_web_is_one(text: str, safe: bool) -> None:
    assert is_web_address(text) is safe


def test_a_source_that_changed_since_is_neither_copied_nor_linked(tmp_path: Path) -> None:
    tables = publish(
        tmp_path, profile("a", "Data Engineer: o o o o M"), profile("b", "QA: o o o o M")
    )
    raw = tmp_path / "raw"
    (raw / "a.en.txt").write_text((raw / "a.en.txt").read_text(encoding="utf-8") + "\n")
    folder = site(tables, tmp_path / "site", raw=raw)
    assert [path.name for path in (folder / "sources").iterdir()] == ["b.en.txt.html"]
    assert not tree(folder / "skills" / "a.html").xpath("//td/a")
    assert tree(folder / "skills" / "b.html").xpath("//td/a")


def test_what_a_source_says_is_text(harm: Path) -> None:
    for path in harm.rglob("*.html"):
        page = tree(path)
        assert all(one.get("src", "").endswith(".js") for one in page.xpath("//script")), path
        assert not page.xpath("//img | //*[starts-with(@href, 'javascript:')]"), path
        names = {name for one in page.iter() if isinstance(one.tag, str) for name in one.attrib}
        assert not {name for name in names if name.startswith("on") or name == "style"}, path
    page = tree(harm / "skills" / "mischief.html")
    assert texts(page, "//article[@id='en']//caption") == [" ".join(name.split()) for name in NAMES]
    assert {one.text_content()[:-2] for one in page.xpath("//article[@id='en']//td/p")} == {HARM}


def test_names_that_differ_in_case_alone_have_files_of_their_own(harm: Path) -> None:
    names = [path.name.casefold() for path in (harm / "skills").iterdir()]
    assert len(set(names)) == len(names) == 5
    assert "mischief.html" in names
    long = [path for path in (harm / "skills").iterdir() if LONG in path.read_text("utf-8")]
    assert [path.name for path in long] == [f"{stem('MISCHIEF')}.html"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [("node.js", True), ("c-sharp", True), ("007_4be1d0c2", True), ("Kafka", False), ("con", False),
     ("aux.txt", False), ("index", False), ("数据建模", False), ("a/b", False), ("..", False), ("", False),
     ("a-0123456789", False), ("0123456789", False), ("x" * 61, False), ("e\u0301", False), ("é", False)],
)  # fmt: skip
def test_file_names_are_safe_everywhere(name: str, safe: bool) -> None:
    assert (stem(name) == name) is safe
    assert re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", stem(name))
    assert len(stem(name)) <= 71


def test_no_name_takes_the_file_of_another() -> None:
    names = ["kafka", "Kafka", "KAFKA", "kafka ", stem("Kafka"), stem("KAFKA"), "é", "e\u0301", "e"]
    assert len({stem(name) for name in names}) == len(names)


def test_interfaces_say_the_same_things() -> None:
    assert INTERFACES == ("de", "en")
    english, german = interface("en").texts, interface("de").texts
    assert set(german) == set(english) != set()
    for key, text in english.items():
        assert isinstance(german[key], type(text)), key
        for one, other in zip(
            [text] if isinstance(text, str) else text,
            [german[key]] if isinstance(german[key], str) else german[key],
            strict=True,
        ):
            assert set(re.findall(r"{\w+}", one)) == set(re.findall(r"{\w+}", str(other))), key


def test_every_text_of_the_interface_is_said_somewhere() -> None:
    said = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*REPORT.rglob("*.html"), *REPORT.rglob("*.js"), *REPORT.rglob("*.py")]
    )
    composed = {f"step_{step}" for step in "nudtse"} | {"thousands"}
    unsaid = {key for key in interface("en").texts if not re.search(rf"[\"']{key}[\"']", said)}
    assert unsaid <= composed


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert interface("en").say("n_skills", 1) == "1 skill"
    assert interface("en").say("n_skills", 1234567) == "1,234,567 skills"
    assert interface("de").say("n_skills", 1234) == "1.234 Skills"
    assert interface("en").say("share_cell", "{m}", 2) == "{m} of 2 mandatory"


def test_templates_escape_everything() -> None:
    for template in REPORT.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup", text), template
    for module in REPORT.rglob("*.py"):
        assert "Markup(" not in module.read_text(encoding="utf-8"), module


def test_pages_are_german_where_that_is_asked_for(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = site(releases[1], tmp_path / "site", language="de", title="Was wir erwarten")
    home = tree(folder / "index.html")
    assert home.get("lang") == "de"
    assert texts(home, "//h1") == ["Was wir erwarten"]
    assert "Anteil der Pflichtanforderungen" in home.text_content()
    skill = tree(folder / "skills" / "kafka.html")
    assert skill.xpath("//article/@id") == ["de", "en"]
    assert texts(skill, "//th[b]/b")[0] == "Pflicht"
    # A role's page shows one edition of each skill: the German one.
    assert "#de-1-3" in (folder / "roles/data-engineer/senior.html").read_text(encoding="utf-8")


def test_texts_are_marked_with_their_own_language(normalized: Path, tmp_path: Path) -> None:
    folder = site(normalized, tmp_path / "site")
    page = tree(folder / "skills" / "dbt.html")
    # The German page of this skill has English texts.
    assert page.xpath("//article[@id='de']//table/@lang")[0] == "en"
    assert page.xpath("//article[@id='de']//h2/@lang") == ["de"]


def test_the_first_page_stays_small(pages: Path) -> None:
    first = ["index.html", *(f"assets/{name}.js" for name in ("words", "interface", "search"))]
    assert sum((pages / name).stat().st_size for name in [*first, "assets/site.css"]) < 100_000


def test_the_first_page_lists_skills_while_they_are_few(
    releases: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tree(site(releases[1], tmp_path / "few") / "index.html")
    listed = few.xpath("//section[1]//li/a")
    assert [link.text_content() for link in listed] == ["Code Review", "Kafka", "Vault", "数据建模"]
    assert listed[1].get("href") == "skills/kafka.html"
    monkeypatch.setattr("skillprofiles.report.overview_pages._SKILLS_AT_HOME", 3)
    many = tree(site(releases[1], tmp_path / "many") / "index.html")
    assert not many.xpath("//a[starts-with(@href, 'skills/')]")
    assert "Each domain lists its skills." in many.text_content()


def test_what_changed_is_named_in_the_language_of_the_interface(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = site(releases[1], tmp_path / "site", language="de")
    second = sorted((folder / "changes").iterdir())[1]
    said = tree(second).text_content()
    assert "die Seite als GanzesPflichtVorher: 4Nachher: 5" in said
    assert "mandatory" not in said
    assert "description" not in said


def test_nothing_accepted_is_a_site_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "login.txt").write_text("Please sign in.", encoding="utf-8")
    sp.normalize(tmp_path / "login.txt", tmp_path / "tables")
    folder = site(tmp_path / "tables", tmp_path / "site")
    assert list(broken_links(folder)) == []
    home = tree(folder / "index.html").text_content()
    assert "No skill is published here. Sources and findings" in home
    assert "0 of 1 source published." in home
    assert "Share of mandatory requirements" not in home


def test_the_command_says_what_it_made(releases: tuple[Path, Path], tmp_path: Path) -> None:
    raw, tables = releases
    result = call("report", tables, "--out", tmp_path / "site", "--raw", raw)
    assert result.exit_code == 0
    release = (tables / "latest").readlink().name
    count = len(files(tmp_path / "site")) - 1
    assert result.stdout == (
        f"4 skills, 7 roles, 3 domains of release {release}: {count} files in {tmp_path}/site\n"
        f"Open {tmp_path}/site/index.html\n"
    )
    quiet = call("report", tables, "--out", tmp_path / "site", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")


MISTAKES = [
    (("--language", "fr"), "no interface in 'fr'; there are de, en"),
    (
        ("--source-url", "ftp://x/{source}"),
        "'ftp://x/{source}' is no address of the web: http:// or",
    ),
    (
        ("--source-url", "https://x/"),
        "'https://x/' is no template for links: it needs {source}, may",
    ),
    (("--raw", "nowhere"), "Invalid value for '--raw': Directory 'nowhere' does not exist."),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=lambda value: str(value)[:30])
def test_a_mistake_is_one_line_and_exit_2(
    normalized: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = call("report", normalized, "--out", tmp_path / "site", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "site").exists()


def test_a_folder_without_tables_or_with_damaged_ones_is_one_line(tmp_path: Path) -> None:
    empty = call("report", tmp_path, "--out", tmp_path / "site")
    assert (empty.exit_code, empty.stderr) == (
        2,
        f"Error: {tmp_path}: no tables were published there\n",
    )
    tables = publish(tmp_path, profile("a", "Data Engineer: o o o o M"))
    (tables / "profiles.parquet").resolve().write_bytes(b"none")
    damaged = call("report", tables, "--out", tmp_path / "site")
    assert damaged.exit_code == 2
    assert "profiles.parquet: cannot be read as Parquet" in damaged.stderr
    assert damaged.stderr.count("\n") == 1


def test_a_table_without_a_column_is_one_line(tmp_path: Path) -> None:
    tables = publish(tmp_path, profile("a", "Data Engineer: o o o o M"))
    path = (tables / "profiles.parquet").resolve()
    pq.write_table(pq.read_table(path).drop_columns(["domain"]), path)
    result = call("report", tables, "--out", tmp_path / "site")
    assert result.exit_code == 2
    lacking = "it has no column 'domain', so it is no table of profiles"
    assert result.stderr == f"Error: {path}: {lacking}\n"


def test_a_release_that_is_damaged_is_listed_as_such(tmp_path: Path) -> None:
    _, tables = published(tmp_path)
    first, second, third = sorted(path.name for path in (tables / "releases").iterdir())
    (tables / "releases" / second / "changes.parquet").unlink()
    folder = site(tables, tmp_path / "site")
    rows = texts(tree(folder / "changes.html"), "//tbody/tr")
    assert [row[:19] for row in rows] == [third, second, first]
    assert rows[1].startswith(f"{second}cannot be read")
    assert not (folder / "changes" / f"{second}.html").exists()
    assert list(broken_links(folder)) == []


def test_without_jinja_one_line_says_how_to_get_it(normalized: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['jinja2'] = None\nfrom skillprofiles.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", code, "report", str(normalized), "--out", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == "Error: a report needs Jinja2: pip install 'skillprofiles[report]'\n"
