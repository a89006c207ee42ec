"""What headings, ends and beginnings of an HTML page mean for what is read from it."""

from __future__ import annotations

import quopri

import pytest
from tests.samples import page

import skillprofiles as sp
from skillprofiles.findings import Finding
from skillprofiles.model import Profile

NAMES = ("Junior", "Middle", "Senior", "Lead", "Principal")


def with_headings(headings: list[str]) -> str:
    before, *tables = page("html").split("<table>")
    return before + "".join(
        f"{heading}\n<table>{table}" for heading, table in zip(headings, tables, strict=True)
    )


def read(text: str) -> Profile:
    profile, findings = sp.parse(text.encode())
    assert profile is not None, findings
    return profile


def errors(text: str | bytes) -> list[Finding]:
    data = text.encode() if isinstance(text, str) else text
    return [finding for finding in sp.parse(data)[1] if finding.is_error]


def codes(text: str | bytes) -> list[str]:
    return [finding.rule.code for finding in errors(text)]


@pytest.mark.parametrize(
    "heading",
    [
        "<h3>{name} (10+ years)</h3>",
        "<h3>{name} requirements</h3>",
        "<h3>Expected of a {name}</h3>",
        "<h3>{name} Engineer</h3>",
        "<p>Table: {name}</p>",
        "<h3>Level {rank}</h3>",
        "<h3>L{rank}</h3>",
        "<h3>级 {name}</h3>",
        "<h2><button>{name}</button></h2>",
        "<details open><summary>{name} level</summary></details>",
    ],
)
def test_headings_that_mean_a_level_are_held_against_the_order(heading: str) -> None:
    ranked = list(enumerate(NAMES, 1))
    said = [heading.format(name=name, rank=rank) for rank, name in ranked]
    assert codes(with_headings(said)) == []
    assert codes(with_headings(said[::-1])) == ["SP305"]


@pytest.mark.parametrize("item", ["<li>{}</li>", "<a href='#x'>{}</a>", "<div>{}</div>"])
def test_a_list_of_levels_to_choose_from_tells_which_comes_first(item: str) -> None:
    bar = [item.format(name) for name in NAMES]
    rest = [""] * 4
    assert codes(with_headings(["\n".join(bar), *rest])) == []
    assert codes(with_headings(["\n".join(bar[::-1]), *rest])) == ["SP305"]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("<span>Event Streaming</span>", "Event Streaming"),
        ("Event<br>Streaming", "Event Streaming"),
        ("Event Streaming<a href='#top'>¶</a>", "Event Streaming"),
        ("<a href='#top'>#</a> Event Streaming", "Event Streaming"),
        ("Event Streaming<span hidden> (copied!)</span><button>Share</button>", "Event Streaming"),
        ("<del>Messaging</del> Event Streaming", "Event Streaming"),
        ("<svg><title>icon</title></svg>Event Streaming", "Event Streaming"),
        ("<style>h1 {}</style>Event Streaming", "Event Streaming"),
        ("<b>E</b>vent Streaming", "Event Streaming"),
        ("C<span>#</span>", "C#"),
        ("deep<span> learning</span>", "deep learning"),
        ("Event<div>streaming</div>", "Event streaming"),
        ("CO<sub>2</sub>", "CO₂"),
        ("Event Streaming<span>Streaming</span>", "Event Streaming"),
        ("Event<span>Data Platform</span><span>Streaming</span>", "Event"),
        ("Event<span>Beta</span>", "Event Beta"),
        ("<div><div>Streaming</div></div>", "Streaming"),
    ],
)
def test_a_name_is_what_the_heading_shows(heading: str, name: str) -> None:
    text = page("html", skill="x").replace("Messaging", "Streaming")
    start, end = text.index("<h1>"), text.index("</h1>")
    assert read(f"{text[:start]}<h1>{heading}{text[end:]}").skill_name == name


def test_a_page_goes_on_behind_its_end_as_browsers_read_it() -> None:
    text = page("html")
    third = [at for at in range(len(text)) if text.startswith("<table>", at)][2]
    whole = read(text).requirements
    assert read(f"{text[:third]}</body></html>{text[third:]}").requirements == whole
    for nothing in ("", "\n<!-- <table> -->\n", "<script>'<html><table>'</script>"):
        assert read(f"{text}{nothing}").requirements == whole


def test_a_second_page_in_a_file_is_not_lost_in_silence() -> None:
    text = page("html")
    (found,) = errors(f"{text}\n{page('html', skill='other')}")
    assert found.rule.code == "SP006"
    line = text.count("\n") + 2
    assert f"another page begins at line {line}" in found.message


@pytest.mark.parametrize("head", [b"", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"])
def test_what_is_packed_for_mail_is_refused_by_name(head: bytes) -> None:
    text = page("html").replace("<td>", '<td class="a cell of the table, as long as a line">')
    (found,) = errors(head + quopri.encodestring(text.encode()))
    assert found.rule.code == "SP003"
    assert "encoded for mail (MIME)" in found.message


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("10<sup><span>6</span></sup> a second", "10⁶ a second"),
        ("CO<sub><b>2</b></sub> counted", "CO₂ counted"),
        ("x<sup>2 <i>n</i> 3</sup>", "x² n ³"),
    ],
)
def test_raised_digits_stay_raised_whatever_is_inside(cell: str, said: str) -> None:
    text = page("html").replace("Runs it for the team and keeps notes at step 1.", cell)
    assert read(text).requirements[0].description == said


def test_cells_that_are_not_shown_are_no_cells() -> None:
    text = page("html").replace("<th>Role</th>", "<th hidden>ID</th><th>Role</th>")
    text = text.replace("<tr><td>", '<tr><td style="display: none">7</td><td>')
    assert read(text).requirements == read(page("html")).requirements


def test_text_beside_the_cells_of_a_row_is_told_of() -> None:
    text = page("html").replace("at step 1.</td></tr>", "at</td> step 1.</tr>", 1)
    assert codes(text) == ["SP209"]


def test_what_is_made_invisible_is_not_read() -> None:
    hint = '<span style="visibility: hidden">a hint</span>'
    text = page("html").replace("Runs it for", f"{hint}Runs it for", 1)
    assert read(text).requirements == read(page("html")).requirements
