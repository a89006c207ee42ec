"""Bounds of the parser that no page of a reasonable size reaches."""

from __future__ import annotations

import pytest
from tests.samples import page
from tests.support import read_page

from skillprofiles.parser.texts import content_language
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
