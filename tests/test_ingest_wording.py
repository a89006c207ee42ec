"""CHANGES.md: what a release changed, in words that no reader of Markdown takes for markup."""

from __future__ import annotations

import pytest

from skillprofiles.ingest.changes import Change
from skillprofiles.ingest.wording import in_words


def cell(skill: str, role: str, text: str, change: str = "added") -> Change:
    before, after = (text, None) if change == "removed" else (None, text)
    return Change(skill, "en", role, "junior", change, None, before, after)


def whole(skill: str, change: str = "added") -> Change:
    before, after = (skill, None) if change == "removed" else (None, skill)
    return Change(skill, "en", None, None, change, None, before, after)


def field(name: str, before: str | None, after: str | None, role: str | None = None) -> Change:
    level = "senior" if role else None
    return Change("kafka", "en", role, level, "changed", name, before, after)


def test_skills_that_come_and_go_are_counted() -> None:
    changes = [
        whole("kafka"), cell("kafka", "Data Engineer", "a"), cell("kafka", "SRE", "b"),
        whole("nats"), cell("nats", "SRE", "c"),
        whole("zmq", "removed"), cell("zmq", "SRE", "d", "removed"),
    ]  # fmt: skip
    assert in_words("000002-b", "000001-a", changes).splitlines() == [
        "# Release 000002-b",
        "",
        "Compared with release 000001-a. Requirements: 3 added, 1 removed.",
        "",
        "## New skills",
        "",
        "- kafka (en), 2 requirements",
        "- nats (en), 1 requirement",
        "",
        "## Skills that are gone",
        "",
        "- zmq (en), 1 requirement",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (field("mandatory", "false", "true", "SRE"), "SRE, senior: is mandatory now"),
        (field("mandatory", "true", "false", "SRE"), "SRE, senior: is optional now"),
        (field("summary", None, "a, b"), "summary: nothing → a, b"),
        (field("url", "https://x.example/", None), "url: https://x.example/ → nothing"),
        (cell("kafka", "SRE", "a *bold* <b> |cell|"), r"SRE, junior: added: a \*bold\* \<b\> \|cell\|"),
        (cell("kafka", "SRE", "# a &lt; b ~~c~~"), r"SRE, junior: added: \# a &amp;lt; b \~\~c\~\~"),
        (cell("kafka", "C# Developer", "AT&T", "removed"), "C# Developer, junior: removed: AT&T"),
        (cell("kafka", "SRE", "x" * 200), f"SRE, junior: added: {'x' * 200}"),
        (cell("kafka", "SRE", "x" * 201), f"SRE, junior: added: {'x' * 199}…"),
    ],
)  # fmt: skip
def test_a_change_is_one_line(change: Change, line: str) -> None:
    said = in_words("000002-b", "000001-a", [change]).splitlines()
    assert said[-4:] == ["## Skills that changed", "", "- kafka (en)", f"  - {line}"]


def test_a_long_list_says_how_much_is_left_out() -> None:
    skills = [whole(f"skill-{number:03}") for number in range(102)]
    said = in_words("000002-b", "000001-a", skills).splitlines()
    assert said[-2:] == [
        "- skill-099 (en), 0 requirements",
        "- and 2 more, see the table `changes`",
    ]
    assert said[2].endswith("Requirements: as before.")
    cells = [cell("kafka", f"Role {number:03}", "a") for number in range(101)]
    said = in_words("000002-b", "000001-a", cells).splitlines()
    assert said[-2:] == [
        "  - Role 099, junior: added: a",
        "  - and 1 more, see the table `changes`",
    ]
    assert "and" not in in_words("000002-b", "000001-a", cells[:100])


def test_nothing_to_tell() -> None:
    first = in_words("000001-a", None, [])
    assert first.splitlines()[-1] == "The first release: there is nothing to compare it with."
    same = in_words("000002-b", "000001-a", [], "sources differ")
    assert same.endswith("\nWhat the skills say is as in release 000001-a; sources differ.\n")
