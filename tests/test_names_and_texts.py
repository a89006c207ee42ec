"""What names, summaries and dates are taken for, and what is not taken for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.samples import page

import skillprofiles as sp
from skillprofiles.findings import Finding
from skillprofiles.model import Profile
from skillprofiles.parser.markup import escaped, name_in
from skillprofiles.parser.texts import inferred_name, topics
from skillprofiles.vocabulary import lexicon


def read(text: str) -> Profile:
    profile, findings = sp.parse(text.encode())
    assert profile is not None, findings
    return profile


def told(text: str) -> list[tuple[str, int | None]]:
    findings: list[Finding] = sp.parse(text.encode())[1]
    return [
        (found.rule.code, found.span.line if found.span else None)
        for found in findings
        if found.rule.severity.value != "advice"
    ]


NAMES = {
    "Kafka": "Kafka",
    "[Kafka](https://a.example/kafka)": "Kafka",
    "[Kafka][1]": "Kafka",
    r"C\#": "C#",
    r"Site Reliability \(SRE\)": "Site Reliability (SRE)",
    r"R\&D": "R&D",
    r"C:\temp": r"C:\temp",
    r"a\\b": r"a\b",
    "a * b": "a * b",
}


@pytest.mark.parametrize(("written", "name"), NAMES.items())
def test_names_are_read_without_markdown(written: str, name: str) -> None:
    assert name_in(written) == name
    assert name_in(escaped(name)) == name
    text = page("md").replace("Data Engineer", written).replace("Data Platform", written)
    profile = read(f"# {written}\n{text}")
    assert read(f"# {written} {{#anchor}}\n{text}").skill_name == profile.skill_name == name
    assert profile.domain == name
    assert name in {row.role for row in profile.requirements}


@pytest.mark.parametrize("name", ["a {#b}", "*a*", "[a](b)", "\\", "\\*a\\*", "`a`", "_a_ b"])
def test_names_that_look_like_markdown_can_be_written(name: str) -> None:
    assert name_in(escaped(name)) == name


def test_a_label_as_main_heading_is_no_name() -> None:
    text = page("md")
    for label in ("Domain", "Skill Profile", "Roles"):
        profile = read(
            text.replace(f"\n{label}\n", f"\n# {label}\n", 1).replace("Domain\n", "# Domain\n", 1)
        )
        assert profile.skill_name is None


def test_a_second_text_beside_the_summary_is_told_of() -> None:
    text = page("md").replace("Topics, retries", "Streaming\nTopics, retries")
    assert told(text) == [("SP103", 5)]
    text = page("md").replace("dead letters\n", "dead letters\nThis is what people do with it.\n")
    assert told(text) == [("SP103", 5)]


@pytest.mark.parametrize("layout", ["md", "html"])
def test_a_stock_summary_without_its_full_stop_is_one(layout: str) -> None:
    stock = "This skill defines expectations across roles and levels"
    assert read(page(layout).replace("Topics, retries, dead letters", stock)).summary is None


def test_a_summary_may_begin_as_a_help_line_does() -> None:
    text = page("md", language="zh").replace("Topics, retries, dead letters", "表格、公式、透视表")
    assert read(text).tags == ("表格", "公式", "透视表")
    sentence = text.replace("表格、公式、透视表", "表格显示深度如何增长，逐级对照。")
    assert told(sentence) == [("SP107", 3)]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("<dt>Last updated</dt>", "<dt>Updated on</dt>").replace(
            "<main>", "<main><div>Created</div><div>1/1/2020</div>"
        ),
        lambda text: text.replace("<dt>Last updated</dt><dd>2/22/2026</dd>", "").replace(
            "</dl>", "</dl><p>Cookie policy</p><p>1/1/2020</p>"
        ),
    ],
)
def test_no_other_date_of_an_html_page_is_taken(change: Callable[[str], str]) -> None:
    text = change(page("html"))
    assert text != page("html")
    assert "SP101" in [code for code, _ in told(text)]
    assert sp.parse(text.encode())[0] is None


def test_cells_in_the_quotes_of_a_spreadsheet() -> None:
    text = page("tabbed")
    assert "\tRuns it for the team and keeps notes at step 1." in text
    quoted = text.replace(
        "\tRuns it for the team and keeps notes at step 1.", '\t"Runs ""it"", for the team."'
    )
    assert read(quoted).requirements[0].description == 'Runs "it", for the team.'
    for kept in ('"a" and "b"', '"', '""', '"open'):
        plain = text.replace("\tRuns it for the team and keeps notes at step 1.", f"\t{kept}")
        assert read(plain).requirements[0].description == kept


def test_names_in_descriptions_may_hold_full_stops() -> None:
    texts = [
        "Understands the fundamentals of Node.js. Runs scripts.",
        "Has deep expertise in Node.js.",
        "Independently applies WCAG 2.2 in practice.",
    ]
    assert inferred_name(texts, lexicon()) == ("Node.js", 2)


@pytest.mark.parametrize(
    ("summary", "parts"),
    [
        ("nodes, partitions", ("nodes", "partitions")),
        ("Beyond 1,000 nodes, partitions", ("Beyond 1,000 nodes", "partitions")),
        ("HTTP/1,2", ("HTTP/1", "2")),
        ("1,2,3", ("1", "2", "3")),
        ("a,b", ("a", "b")),
        ("表格、公式", ("表格", "公式")),
    ],
)
def test_topics(summary: str, parts: tuple[str, ...]) -> None:
    assert topics(summary) == parts


@pytest.mark.parametrize("sign", "\u061c\u115f\u180e\u2800\u3164\uffa0\U000e0041")
def test_letters_that_nobody_sees_make_no_other_role(sign: str) -> None:
    profile, findings = sp.parse(
        page("md").replace("Data Engineer", f"Data{sign} Engineer", 2).encode()
    )
    assert profile is not None
    assert {row.role for row in profile.requirements} == {
        row.role for row in read(page("md")).requirements
    }
    assert "SP014" in [found.rule.code for found in findings]
