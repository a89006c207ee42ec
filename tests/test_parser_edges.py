"""Bounds of the parser that no page of a reasonable size reaches."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.samples import page
from tests.support import read_page

from skillprofiles.model import Document, Level, Row, Settled, Table, Text
from skillprofiles.parser.dates import latest_possible
from skillprofiles.parser.levels import Unsettled, assign_levels
from skillprofiles.parser.texts import content_language, topics
from skillprofiles.vocabulary import lexicon

ENGLISH = [
    "Builds the pipelines for the team and keeps them in order.",
    "Knows what is in the logs.",
]
GERMAN = ["Baut die Pipelines für das Team und hält sie in Ordnung.", "Weiß, was in den Logs ist."]


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ([*ENGLISH, *GERMAN], None),
        (["the and of", "der und die"], None),
        (["Kafka"], None),
        ([], None),
    ],
)
def test_the_language_of_the_texts_is_that_of_most_of_their_words(
    texts: list[str], language: str | None
) -> None:
    assert content_language(texts, lexicon()) == language


def test_a_dump_of_a_table_is_no_page() -> None:
    text = page()
    row = text.splitlines()[-1]
    many = read_page((text + f"{row}\n" * 10_000).encode(), "many.en.txt")[1]
    assert ["10,0" in finding.message for finding in many] == [True]
    header = "| Role | Required | Description |\n"
    tables = read_page((text + header * 10_001).encode(), "tables.en.txt")[1]
    assert [finding.rule.code for finding in tables] == ["SP006"]


def on_four_tables(*names: str) -> Document:
    """Return a page of four tables, named where names are given."""
    captions = [[Text(name, 1)] if name else [] for name in names]
    tables = [Table(Row(9 + at, []), above, [], []) for at, above in enumerate(captions)]
    return Document("md", True, [], tables, [], [])


FOUR = (Level.JUNIOR, Level.SENIOR, Level.LEAD, Level.PRINCIPAL)


@pytest.mark.parametrize(
    ("settled", "names", "expected"),
    [
        (FOUR, ("", "", "", ""), FOUR),
        (FOUR, ("Junior", "", "Lead", ""), FOUR),
        (None, ("Junior", "Senior", "Lead", "Principal"), FOUR),
        (FOUR[:3], ("", "", "", ""), "settles junior, senior, lead for 4 tables"),
        (FOUR, ("", "Middle", "", ""), "settles senior for the table at line 10, and the page"),
        (None, ("", "", "", ""), "there are 4 tables without level names"),
        (None, ("Junior", "", "Lead", "Principal"), "the table at line 10 has no level name"),
        (None, ("Junior", "Junior", "Lead", "Principal"), "repeat or stand out of order"),
    ],
)
def test_levels_are_named_or_settled_and_never_both_otherwise(
    settled: tuple[Level, ...] | None, names: tuple[str, ...], expected: tuple[Level, ...] | str
) -> None:
    found = assign_levels(on_four_tables(*names), Settled(levels=settled), lexicon())
    if isinstance(found, Unsettled):
        assert isinstance(expected, str)
        assert expected in found.reason
    else:
        assert tuple(found) == expected


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Kafka", ()),
        ("topics, , keys", ()),
        ("topics,", ()),
        ("topics, keys", ("topics", "keys")),
        ("topics, keys, topics", ("topics", "keys")),
        ("clients (Java, Go), topics [log, keys], x", ("clients (Java, Go)", "topics [log, keys]", "x")),
        ("主题（日志、流）、键", ("主题（日志、流）", "键")),
        ("topics), keys", ("topics)", "keys")),
        ("Reads topics, and writes them.", ()),
        (f"topics, {'k' * 200}", ()),
        (None, ()),
    ],
)  # fmt: skip
def test_topics_are_what_a_list_lists(summary: str | None, expected: tuple[str, ...]) -> None:
    assert topics(summary) == expected


def test_the_latest_date_is_today_where_that_is_first() -> None:
    ahead = dt.timedelta(hours=14)
    before = (dt.datetime.now(dt.UTC) + ahead).date()
    latest = latest_possible()
    assert before <= latest <= (dt.datetime.now(dt.UTC) + ahead).date()


def test_the_word_of_a_flag_may_come_again_in_a_text() -> None:
    flagged = "Data Engineer Required"
    lines = [
        line.replace("for the team", "as Required") if line.startswith(flagged) else line
        for line in page("flat").split("\n")
    ]
    profile, findings = read_page("\n".join(lines).encode(), "kafka.en.txt")
    assert profile is not None, findings
    assert {row.role for row in profile.requirements} == {
        "Backend Developer (C#/.NET)", "Data Engineer",
    }  # fmt: skip
    assert sum("as Required" in row.description for row in profile.requirements) == 3
