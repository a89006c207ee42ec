"""The site as people meet it: a real Chromium, pages from the disk, keys, phones, dark rooms, harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browsing import Visit, chromium, visiting
from tests.reporting import BACKWARDS, HARM, LONG, NAMES, hostile, published, site

from skillprofiles.report.naming import stem

KINDS = {
    "home": "index.html",
    "skill": "skills/kafka.html",
    "skill in Chinese": f"skills/{stem('数据建模')}.html",
    "role": "roles/data-engineer/index.html",
    "level": "roles/data-engineer/senior.html",
    "roles": "roles.html",
    "domain": f"domains/{stem('Data Platform')}.html",
    "changes": "changes.html",
    "release": "changes/*.html",
    "quality": "quality.html",
    "search": "search.html#q=data",
    "source": "sources/code-review.en.txt.html#L20",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw, tables = published(tmp_path_factory.mktemp("browsed"))
    return site(tables, tables.parent / "site", raw=raw)


@pytest.fixture(scope="module")
def harm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harm")
    return site(hostile(folder / "tables"), folder / "site")


@pytest.fixture
def visit(browser: Browser, pages: Path) -> Iterator[Visit]:
    with visiting(browser, pages) as found:
        yield found


def address(folder: Path, kind: str) -> str:
    """Return the address of a page of a kind; of releases that of the second, which has all."""
    pattern = KINDS[kind]
    if "*" not in pattern:
        return pattern
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern))[1]


def one_of_each(folder: Path) -> list[str]:
    """Return the addresses of all pages, but for the levels of a role, which are much alike."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [
        path for path in paths if "roles/" not in path or path.endswith(("x.html", "lead.html"))
    ]


def shown(page: Page) -> dict[str, list[str]]:
    """Return for each role that is shown its rows: level and what is said beside it."""
    found: list[tuple[str, list[str]]] = page.evaluate(
        """() => [...document.querySelectorAll("table.role")]
            .filter(table => table.getClientRects().length)
            .map(table => [table.dataset.name, [...table.rows]
                .filter(row => row.getClientRects().length)
                .map(row => row.querySelector("th").innerText.replace(/\\s+/g, " "))])"""
    )
    return dict(found)


def status(page: Page) -> str:
    return page.inner_text(".chooser .said")


def test_one_chooses_a_level_and_sees_what_the_next_expects(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    assert status(page) == "All levels are shown."
    assert {name: len(rows) for name, rows in shown(page).items()} == {
        "Data Engineer": 5, "QA Engineer (Manual)": 5, "Backend Developer (C#/.NET)": 5,
    }  # fmt: skip
    page.get_by_role("radio", name="Junior").check(force=True)
    assert shown(page) == {
        "Data Engineer": [
            "Junior optional your level", "Middle mandatory becomes mandatory",
        ],
        "QA Engineer (Manual)": ["Junior your level", "Middle optional new"],
        "Backend Developer (C#/.NET)": [
            "Junior optional your level", "Middle optional text changes",
        ],
    }  # fmt: skip
    assert status(page) == (
        "From Junior to Middle: 1 new, 1 becomes mandatory, 1 changes in its text."
    )
    page.get_by_role("radio", name="Senior").check(force=True)
    assert shown(page)["Data Engineer"] == ["Senior mandatory your level", "Lead ends"]
    page.get_by_role("radio", name="Principal").check(force=True)
    assert shown(page)["Data Engineer"] == ["Principal mandatory your level"]
    assert status(page).startswith("Principal is the highest level")


def test_what_is_new_in_a_text_is_marked_sentence_by_sentence(visit: Visit) -> None:
    page = visit.open("skills/code-review.html")
    page.get_by_role("radio", name="Middle").check(force=True)
    assert page.locator("mark").count() == 0  # as a whole the same, or new as a whole
    before, after = "First of all. Keeps notes? Third.", "First of all. Keeps notes? Something new."
    page.evaluate(
        """([before, after]) => {
            const rows = document.querySelector("table.role").rows;
            rows[1].querySelector("td p").textContent = before;
            rows[2].querySelector("td p").textContent = after;
        }""",
        [before, after],
    )
    page.get_by_role("radio", name="Senior").check(force=True)
    page.get_by_role("radio", name="Middle").check(force=True)
    assert page.locator("mark").all_inner_texts() == ["Something new."]
    page.get_by_role("radio", name="All").check(force=True)
    assert page.locator("mark").count() == 0
    assert page.locator("table.role td p").nth(2).inner_text() == after


def test_the_next_level_stands_out_for_the_eye(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    page.get_by_role("radio", name="Junior").check(force=True)
    color = "one => getComputedStyle(one.querySelector('td')).backgroundColor"
    here, following = page.locator("table.role").first.locator("tr:visible").all()
    assert here.evaluate(color) == "rgba(0, 0, 0, 0)"
    assert following.evaluate(color) != "rgba(0, 0, 0, 0)"
    picture = page.locator(".stairs").first
    assert "linear-gradient" in picture.evaluate("one => getComputedStyle(one).backgroundImage")


def test_level_and_role_are_kept_from_skill_to_skill(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    page.get_by_role("radio", name="Middle").check(force=True)
    page.get_by_label("Your role").select_option("Data Engineer")
    assert list(shown(page)) == ["Data Engineer"]
    assert page.locator(".growth li:visible bdi").all_inner_texts() == ["Data Engineer"]
    page = visit.open("skills/code-review.html")
    assert shown(page) == {
        "Data Engineer": ["Middle optional your level", "Senior mandatory becomes mandatory"]
    }
    # A skill without the role shows all of its roles.
    page = visit.open("skills/vault.html")
    assert list(shown(page)) == ["Security Engineer"]


def test_a_link_to_a_row_shows_it_whatever_was_chosen(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    page.get_by_role("radio", name="Junior").check(force=True)
    page.get_by_label("Your role").select_option("Data Engineer")
    visit.open("roles/qa-engineer-manual/lead.html")
    page = visit.page
    page.get_by_role("link", name="Kafka").click()
    expect(page).to_have_url(re.compile(r"kafka\.html#en-3-4$"))
    expect(page.locator("#en-3-4")).to_be_in_viewport()
    visit.open("skills/kafka.html#de-1")
    expect(visit.page.locator("#de")).to_be_visible()
    expect(visit.page.locator("#en")).to_be_hidden()


def test_editions_stand_side_by_side(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    expect(page.locator("article:visible")).to_have_count(1)
    page.get_by_label("Side by side with").select_option("Deutsch")
    first = page.locator("#en-1-2 td")
    assert first.count() == 2
    assert first.nth(1).get_attribute("lang") == "en"
    assert first.nth(1).locator(".src").inner_text().startswith("kafka.de.txt:")
    # The German page calls this role otherwise: nothing is guessed.
    assert page.locator("#en-2-2 td").nth(1).inner_text() == ""
    assert (
        page.locator("#en-1 tr").nth(3).locator("td").all_inner_texts() == ["nothing expected"] * 2
    )
    page.locator("[name=edition]").select_option("de")
    expect(page.locator("td.beside")).to_have_count(0)
    assert "Backend-Entwickler" in shown(page)


def test_the_interface_is_german_for_germans_and_for_whom_asks(
    browser: Browser, pages: Path
) -> None:
    with visiting(browser, pages, locale="de-AT") as visit:
        page = visit.open("skills/kafka.html")
        assert page.get_attribute("html", "lang") == "de"
        # Whose pages are German first.
        expect(page.locator("#de")).to_be_visible()
        page.get_by_role("radio", name="Junior").check(force=True)
        assert shown(page)["Data Engineer"] == [
            "Junior optional Ihre Stufe", "Middle Pflicht wird Pflicht",
        ]  # fmt: skip
        assert page.locator(".stairs").first.get_attribute("aria-label") == (
            "Junior optional, Middle Pflicht, Senior Pflicht, Lead nichts, Principal Pflicht"
        )
        page.get_by_role("button", name="English").click()
        assert page.get_attribute("html", "lang") == "en"
        assert status(page).startswith("From Junior to Middle:")
        assert visit.open("quality.html").inner_text("h1") == "Quality"
        assert page.title() == "Quality"
    with visiting(browser, pages, locale="fr-FR") as visit:
        assert visit.open("quality.html").inner_text("h1") == "Quality"


ENGLISH = re.compile(r"\b(?:mandatory|nothing expected|Roles|Changes|Level|skills?|requirements)\b")
GERMAN = re.compile(r"\b(?:Pflicht|nichts erwartet|Rollen|Änderungen|Stufe|Anforderungen)\b")


def own_words(page: Page) -> str:
    """Return what a page says by itself: all but what was read, which names its language or none."""
    said: str = page.evaluate(
        """() => {
            const copy = document.body.cloneNode(true), own = document.documentElement.lang;
            const read = "bdi, code, .src, del, ins, noscript, [data-ui]";
            copy.querySelectorAll(read).forEach(one => one.remove());
            copy.querySelectorAll("[lang]").forEach(one => one.lang !== own && one.remove());
            const labels = [...copy.querySelectorAll("[aria-label], [placeholder]")];
            const said = labels.flatMap(one => [one.ariaLabel, one.placeholder]);
            return [document.title, copy.textContent, ...said].join(" ");
        }"""
    )
    return said


def test_an_interface_leaves_no_words_of_the_other(browser: Browser, pages: Path) -> None:
    with visiting(browser, pages) as visit:
        for kind in KINDS:
            page = visit.open(address(pages, kind))
            if kind == "skill":
                page.get_by_role("radio", name="Junior").check(force=True)
            before = own_words(page)
            assert ENGLISH.search(before), kind
            assert not GERMAN.search(before), kind
            page.get_by_role("button", name="Deutsch").click()
            assert GERMAN.search(own_words(page)), kind
            assert not ENGLISH.search(own_words(page)), kind
            assert page.locator("[data-t][lang=en]").count() == 0, kind
            page.get_by_role("button", name="English").click()
            assert own_words(page) == before, kind


def found(page: Page) -> list[str]:
    return page.locator("#found [role=option] bdi").all_inner_texts()


def type_in(page: Page, text: str) -> None:
    page.fill("#search", "")
    page.locator("#search").press_sequentially(text)
    expect(page.locator("#found")).to_be_visible()


QUERIES = [
    ("kafka", "Kafka"),
    ("KAF", "Kafka"),
    ("rev code", "Code Review"),
    ("kakfa", "Kafka"),
    ("数据", "数据建模"),
    ("qa eng", "QA Engineer (Manual)"),
    ("c#/.net", "Backend Developer (C#/.NET)"),
    ("dead", "dead letters"),
    ("trust", "Security & Trust"),
    ("sécurity engineer", "Security Engineer"),
]


def test_search_answers_while_typing(visit: Visit) -> None:
    page = visit.open("index.html")
    for text, name in QUERIES:
        type_in(page, text)
        expect(page.locator("#found bdi", has_text=name).first).to_be_visible()
        if text not in ("dead", "trust"):
            assert found(page)[0] == name, text
    type_in(page, "kakfa")
    said = "Nothing found as written; this comes closest"
    expect(page.locator("#said-of-search")).to_have_text(said)
    type_in(page, "qqqqzz")
    assert page.inner_text("#found") == "Nothing found"
    assert page.inner_text("#said-of-search") == "Nothing found"


def test_search_is_used_with_keys_alone(visit: Visit) -> None:
    page = visit.open("skills/vault.html")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("data")
    expect(page.locator("#search")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    last = page.locator("#found [role=option]").last
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#search", "aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    assert page.locator("#found [aria-selected=true]").count() == 1
    assert visit.grave() == []
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    page.keyboard.type("kaf")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # An address changes before the scripts of its page listen to keys.
    page.wait_for_url(re.compile(r"/skills/kafka\.html$"), wait_until="load")
    page.keyboard.press("/")
    page.keyboard.type("data e")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\.html#q=data%20e$"))
    expect(page.locator(".results a", has_text="Data Engineer")).to_be_visible()


def test_what_is_typed_before_the_scripts_have_run_is_searched_for(visit: Visit) -> None:
    page = visit.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/assets/search.js", hold)
    page.goto(f"{visit.site.as_uri()}/skills/vault.html", wait_until="commit")
    expect(page.locator("h1")).to_have_text("Vault")
    expect(page.locator("#search")).to_be_hidden()
    page.keyboard.type("q/kaxy")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("f")
    held[0].fallback()
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("kaf")
    expect(page.locator("#found [role=option]").first).to_contain_text("Kafka")
    page.keyboard.type("k")
    expect(page.locator("#search")).to_have_value("kafk")


def test_a_search_that_cannot_be_loaded_says_so_and_tries_again(visit: Visit) -> None:
    page = visit.open("index.html")
    page.route("**/assets/index.js", lambda route: route.abort())
    page.fill("#search", "kaf")
    expect(page.locator("#said-of-search")).to_have_text("The search cannot be loaded")
    expect(page.locator("#found")).to_have_text("The search cannot be loaded")
    expect(page.locator("#found")).to_be_in_viewport()
    assert all("ERR_FAILED" in said for said in visit.complaints)
    visit.complaints.clear()
    page.unroute("**/assets/index.js")
    page.fill("#search", "kafk")
    expect(page.locator("#found [role=option]").first).to_contain_text("Kafka")


def test_topics_lead_to_the_skills_that_carry_them(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    page.locator("#en").get_by_role("link", name="dead letters").click()
    expect(page.locator("main .said")).to_have_text("4 results")
    assert sorted(page.locator(".results bdi").all_inner_texts()) == [
        "Code Review", "Kafka", "Vault", "数据建模",
    ]  # fmt: skip
    page.fill(".query input", "vault")
    expect(page.locator(".results bdi").first).to_have_text("Vault")


def test_a_role_at_a_level_is_filtered(visit: Visit) -> None:
    page = visit.open("roles/data-engineer/middle.html")
    rows = page.locator(".at-level tr:visible")
    assert rows.count() == 3
    page.get_by_label("mandatory only").check()
    assert rows.count() == 1
    page.get_by_label("mandatory only").uncheck()
    page.get_by_label("only what is new").check()
    assert rows.locator("a").all_inner_texts() == ["Kafka"]
    assert page.inner_text(".filters .said") == "1 skill shown"
    assert page.locator(".at-level:visible").count() == 1


def test_everything_is_reached_with_the_tab_key(visit: Visit) -> None:
    page = visit.open("skills/kafka.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
        outline = page.evaluate(
            """() => [document.activeElement, document.activeElement.nextElementSibling]
                .some(one => one && getComputedStyle(one).outlineStyle !== "none")"""
        )
        assert outline, seen
    assert [name for name in seen if name.islower()] == ["have", "role", "edition", "beside"]
    page.focus("[name=have]:checked")
    page.keyboard.press("ArrowRight")
    assert status(page).startswith("From Junior to Middle:")


@pytest.mark.parametrize(("scheme", "locale"), list(product(("light", "dark"), ("en-US", "de-DE"))))
def test_nothing_serious_for_those_who_see_or_hear_otherwise(
    browser: Browser, pages: Path, scheme: str, locale: str
) -> None:
    with visiting(browser, pages, scheme=scheme, locale=locale) as visit:
        for kind in KINDS:
            page = visit.open(address(pages, kind))
            if kind == "skill":
                page.locator("[name=have][value='1']").check(force=True)
                page.locator("[name=beside]").select_option("de" if locale == "en-US" else "en")
            if kind == "search":
                expect(page.locator(".results a").first).to_be_visible()
            assert visit.grave() == [], kind
            assert page.evaluate("document.documentElement.lang") == locale[:2]


def test_a_fault_would_be_found(browser: Browser, pages: Path) -> None:
    with visiting(browser, pages) as visit:
        page = visit.open("index.html")
        page.evaluate("document.querySelector('#search').removeAttribute('aria-label')")
        page.evaluate("document.querySelector('#search').removeAttribute('placeholder')")
        page.evaluate("document.querySelector('.lead').classList.add('codes')")
        page.evaluate("document.documentElement.style.setProperty('--muted', '#bbb')")
        assert {found.partition(":")[0] for found in visit.grave()} >= {"label", "color-contrast"}


def luminance(color: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_on_tiles_can_be_read_and_shades_told_apart(
    browser: Browser, pages: Path, scheme: str
) -> None:
    with visiting(browser, pages, scheme=scheme) as visit:
        page = visit.open("index.html")
        colors: list[list[str]] = page.evaluate(
            """() => {
                const tile = document.querySelector(".tile[class*=h]");
                const fill = name => getComputedStyle(tile.querySelector(name)).fill;
                return [0, 1, 2, 3, 4, 5].map(shade => {
                    tile.setAttribute("class", `tile h${shade}`);
                    return [fill("rect"), fill("text")];
                });
            }"""
        )
    shades = [luminance(rect) for rect, _ in colors]
    for (rect, text), shade in zip(colors, shades, strict=True):
        light, dark = sorted((shade, luminance(text)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (rect, text)
    # One hue, told apart by lightness alone, as every kind of colour vision does.
    ordered = sorted(shades, reverse=scheme == "light")
    assert shades == ordered
    for one, other in pairwise(ordered):
        assert max(one, other) + 0.05 >= 1.15 * (min(one, other) + 0.05)


@pytest.mark.parametrize("width", [360, 700])
def test_a_phone_shows_it_without_scrolling_sideways(
    browser: Browser, pages: Path, harm: Path, width: int
) -> None:
    with visiting(browser, pages, width=width) as visit:
        for kind in KINDS:
            visit.open(address(pages, kind))
            assert visit.overflow() == 0, kind
        page = visit.open("skills/kafka.html")
        page.get_by_role("radio", name="Junior").check(force=True)
        page.get_by_label("Side by side with").select_option("Deutsch")
        assert visit.overflow() == 0
    with visiting(browser, harm, width=width) as visit:
        for path in one_of_each(harm):
            visit.open(path)
            assert visit.overflow() == 0, path


def test_without_scripts_everything_can_be_read(browser: Browser, pages: Path) -> None:
    with visiting(browser, pages, scripts=False) as visit:
        page = visit.open("skills/kafka.html")
        expect(page.locator("article:visible")).to_have_count(2)
        expect(page.locator(".chooser, .search, .interface").first).to_be_hidden()
        expect(page.locator("table.role tr:visible")).to_have_count(30)
        assert "Search" not in visit.open("index.html").inner_text("body")


def test_pictures_of_depth_name_their_levels_on_a_phone_and_on_paper(
    browser: Browser, pages: Path
) -> None:
    with visiting(browser, pages, width=390) as visit:
        page = visit.open("skills/kafka.html")
        scale = page.locator("#en .scale li")
        bars = page.locator("#en .stairs").first
        for is_paper, least, most in ((False, 300, 390), (True, 100, 250)):
            page.emulate_media(media="print" if is_paper else "screen")
            assert scale.all_inner_texts() == ["Junior", "Middle", "Senior", "Lead", "Principal"]
            place, first = bars.bounding_box(), scale.first.bounding_box()
            assert place
            assert first
            assert least < place["width"] < most, is_paper
            assert first["x"] == pytest.approx(place["x"], abs=2), is_paper


def test_words_in_narrow_tables_stay_whole(browser: Browser, pages: Path) -> None:
    with visiting(browser, pages, width=390, locale="de-DE") as visit:
        page = visit.open("quality.html")
        heads = page.locator(".figures thead th")
        expect(heads.nth(1)).to_have_text("Schwere")
        heights = [box["height"] for one in heads.all() if (box := one.bounding_box())]
        assert max(heights[:4]) < 40
        assert visit.overflow() == 0


def test_print_has_the_content_and_no_controls(browser: Browser, pages: Path) -> None:
    with visiting(browser, pages, scheme="dark") as visit:
        page = visit.open("skills/kafka.html")
        page.emulate_media(media="print", color_scheme="dark")
        for hidden in (".search", ".interface", ".chooser", ".top nav"):
            expect(page.locator(hidden)).to_be_hidden()
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert (luminance(paper), luminance(ink) < 0.05) == (1, True)
        expect(page.locator("table.role:visible")).to_have_count(3)


def test_harm_is_shown_as_text_and_does_nothing(browser: Browser, harm: Path) -> None:
    with visiting(browser, harm) as visit:
        for path in one_of_each(harm):
            page = visit.open(path)
            assert page.evaluate("window.harmed") is None, path
        page = visit.open("skills/mischief.html")
        assert list(shown(page)) == list(NAMES)
        assert page.locator("#en-4-1 p").inner_text() == f"{HARM} 1"
        page.get_by_role("radio", name="Middle").check(force=True)
        for name in NAMES:
            page.get_by_label("Your role").select_option(label=name)
            assert list(shown(page)) == [name]
        page = visit.open("skills/mischief.html")
        assert list(shown(page)) == [NAMES[-1]]
        page.get_by_label("Your role").select_option("")
        page.get_by_label("Side by side with").select_option("Deutsch")
        assert page.locator("#en-1-2 td.beside p").inner_text().startswith("\"'><b onmouseover")
        assert page.evaluate("window.harmed") is None
        page = visit.open(f"skills/{stem('MISCHIEF')}.html")
        assert page.locator("#en-1-1 p").inner_text() == f"{LONG} 1"


@pytest.mark.parametrize("name", ["constructor", "__proto__", "toString", "<script>", "right"])
def test_names_of_the_language_of_scripts_are_names(
    browser: Browser, harm: Path, name: str
) -> None:
    with visiting(browser, harm) as visit:
        page = visit.open("index.html")
        type_in(page, name)
        assert any(name in text for text in found(page))
        assert page.evaluate("window.harmed") is None
        page.keyboard.press("Enter")
        expect(page.locator(".results li").first).to_be_visible()
        assert page.evaluate("window.harmed") is None


def test_a_topic_of_any_signs_is_found_again(browser: Browser, harm: Path) -> None:
    with visiting(browser, harm) as visit:
        for topic in (HARM, "100% & more+=#", "__proto__", BACKWARDS):
            page = visit.open("skills/mischief.html")
            page.locator("#en .tags a").get_by_text(topic, exact=True).click()
            expect(page.locator("main .said")).to_have_text("5 results")
            assert page.input_value(".query input") == topic


def test_marks_that_turn_text_around_end_with_the_name(browser: Browser, harm: Path) -> None:
    measure = """item => [item.querySelector("a").getBoundingClientRect().right,
        item.querySelector(".num").getBoundingClientRect().left]"""
    with visiting(browser, harm) as visit:
        items = visit.open("index.html").locator(".chips li:has(.num)").filter(has_text="\u202e")
        assert items.count() == 1
        end_of_name, start_of_count = items.evaluate(measure)
        assert end_of_name <= start_of_count
