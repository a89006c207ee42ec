"""What texts are recognized as, however long they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillprofiles.vocabulary import lexicon
from skillprofiles.vocabulary.fold import fold

WORDS = lexicon()
KNOWN = sorted(
    {*WORDS.labels, *WORDS.footers, *WORDS.footer_starts, *WORDS.boilerplate}
    | set(WORDS.boilerplate_starts)
)
BLANKS = st.text(" \t\u00a0", max_size=200)
TAILS = st.sampled_from(["", ":", "：：", " and so on", ": " * 100, "x" * 400, " word" * 100])


@given(BLANKS, st.sampled_from(KNOWN), BLANKS, TAILS)
def test_only_the_beginning_of_a_long_text_is_looked_at(
    before: str, known: str, between: str, tail: str
) -> None:
    text = before + known.replace(" ", f" {between}").upper() + tail
    folded = fold(text)
    footer = folded in WORDS.footers or folded.startswith(WORDS.footer_starts)
    assert WORDS.is_footer(text) == footer
    assert WORDS.ends_tables(text) == (footer or folded in WORDS.labels)
    boilerplate = folded in WORDS.boilerplate or folded.startswith(WORDS.boilerplate_starts)
    assert WORDS.is_boilerplate(text) == boilerplate


@pytest.mark.parametrize("text", ["Änderung vorschlagen", "Aenderung vorschlagen:"])
def test_umlauts_may_be_written_as_two_letters(text: str) -> None:
    assert WORDS.is_footer(text)
    assert WORDS.is_footer(text + " " * 300)


def test_nothing_known_is_longer_than_what_is_looked_at() -> None:
    from skillprofiles.vocabulary import _lexicon

    assert max(map(len, KNOWN)) <= _lexicon._LONGEST
