"""Pages of every layout and language, damaged at random: repaired they say the same, and once is enough."""

from __future__ import annotations

import codecs
import random
import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.samples import sample
from tests.support import read_page
from tests.test_roundtrip import EXAMPLES, profiles

from skillprofiles.config import Config
from skillprofiles.fix import FIXABLE, diff, fix
from skillprofiles.model import Profile
from skillprofiles.vocabulary import LANGUAGES
from skillprofiles.write import LAYOUTS, write_page

TEXTS = {
    "de": "hält Übungen – größere auch – „täglich“ ab",
    "en": "keeps AT&amp;T notes \\| café “at noon” – 5 €",
    "es": "enseña según qué día – ¿cómo?",
    "zh": "负责数据管道 and keeps notes",
}
SPACES = tuple("\u00a0\u2007\u202f\u2009")
UNSEEN = tuple("\u200b\ufeff\u00ad\u2060\x07\u200e")
UNSEEN_ENTITIES = ("&#8203;", "&shy;", "&zwnj;")
DAMAGES = ("space", "entity space", "unseen", "unseen entity", "nfd", "bom", "crlf", "cr", "cp1252",
           "utf-16", "mojibake", "ragged", "ends", "blank end", "no end")  # fmt: skip


def damaged(page: str, layout: str, kinds: set[str], seed: int, *, tame: bool) -> bytes:
    """Return a page with some kinds of damage.

    A tame damage can be undone to the letter: it stands where nothing else does.
    """
    dice = random.Random(seed)
    if tame and "mojibake" in kinds:
        # A line of both is read in a way of its own.
        kinds = kinds - {"space", "unseen"}
    if "mojibake" in kinds:
        page = _mojibake(page)
    if kinds & {"space", "entity space"}:
        spaces = SPACES if "space" in kinds else ("&nbsp;", "&#8201;")
        page = _some(page, r"(?<=[a-z]) (?=[a-z])", lambda: dice.choice(spaces), dice)
    if kinds & {"unseen", "unseen entity"}:
        letters = UNSEEN if "unseen" in kinds else UNSEEN_ENTITIES
        where = (
            r"(?<=[a-z]{2})(?=[a-z]{2}[a-z ]*\.?(\n| \||</))" if tame else r"(?<=[^&\s])(?=[^;\s])"
        )
        page = _some(page, where, lambda: dice.choice(letters), dice, 0.05)
    lines = page.split("\n")
    if "ragged" in kinds and layout in ("md", "canonical"):
        lines = [_ragged(line, dice) if line[:1] == "|" else line for line in lines]
    if "ends" in kinds and layout != "html":
        ends = " ", "  ", " \u00a0" if "space" in kinds else " "
        lines = [line + dice.choice(ends) if dice.random() < 0.3 else line for line in lines]
    page = "\n".join(lines)
    if "blank end" in kinds:
        page += "\n\n" if layout == "html" else " \n\n  \n"
    elif "no end" in kinds:
        page = page.rstrip("\n")
    if "nfd" in kinds and "mojibake" not in kinds:
        page = unicodedata.normalize("NFD", page)
    return _bytes(page, kinds)


def _some(text: str, where: str, what, dice: random.Random, share: float = 0.2) -> str:
    return re.sub(where, lambda found: what() if dice.random() < share else found[0], text)


def _ragged(line: str, dice: random.Random) -> str:
    line = re.sub(r"^\| (.*?) \| \| (.*) \|$", r"| \1 | \2 | |", line)
    between = dice.choice((" ", "  ", "", "\t"))
    line = re.sub(r"(?<!\\)\| | \|", lambda found: found[0].replace(" ", between), line)
    if set(line) <= set("|-"):
        line = dice.choice((line, "| --- | :-: | ---: |", "|-|-|-|"))
    return dice.choice(("", " ", "   ")) + line


def _mojibake(page: str) -> str:
    def broken(line: str) -> str:
        try:
            return line.encode().decode("cp1252")
        except UnicodeDecodeError:
            return line

    return "\n".join(map(broken, page.split("\n")))


def _bytes(page: str, kinds: set[str]) -> bytes:
    if "crlf" in kinds:
        page = page.replace("\n", "\r\n")
    elif "cr" in kinds:
        page = page.replace("\n", "\r")
    if "utf-16" in kinds:
        return page.encode("utf-16")
    if "bom" in kinds:
        return codecs.BOM_UTF8 + page.encode()
    if "cp1252" in kinds:
        try:
            return page.encode("cp1252")
        except UnicodeEncodeError:
            return page.encode()
    return page.encode()


def said(data: bytes, name: str) -> tuple[Profile | None, Counter[tuple[object, ...]]]:
    profile, findings = read_page(data, name)
    return profile, Counter(
        (item.rule.code, item.message, item.role, item.level)
        for item in findings
        if item.rule.code not in FIXABLE
    )


damages = st.sets(st.sampled_from(DAMAGES))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@settings(EXAMPLES, max_examples=40)
@given(kinds=damages, seed=st.integers(0, 1 << 16), roles=st.integers(1, 3))
def test_damage_is_undone_to_the_letter(
    layout: str, language: str, kinds: set[str], seed: int, roles: int
) -> None:
    profile = sample(language=language, roles=roles, text=TEXTS[language])
    page = write_page(profile, layout)
    data = damaged(page, layout, kinds, seed, tame=True)
    name = f"event-streaming.{language}.txt"
    fixed = fix(data, name, Config())
    assert fixed.kept is None
    assert fixed.data == fix(page.encode(), name, Config()).data
    assert said(fixed.data, name) == said(data, name)
    assert fix(fixed.data, name, Config()) == (fixed.data, (), None)
    assert bool(fixed.applied) == (fixed.data != data)
    read, findings = read_page(fixed.data, name)
    assert read is not None
    assert not {finding.rule.code for finding in findings} & FIXABLE


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(EXAMPLES, max_examples=40)
@given(profile=profiles(), kinds=damages, seed=st.integers(0, 1 << 16), unsafe=st.booleans())
def test_any_page_says_the_same_and_once_is_enough(
    layout: str, profile: Profile, kinds: set[str], seed: int, unsafe: bool
) -> None:
    data = damaged(write_page(profile, layout), layout, kinds, seed, tame=False)
    name = f"{profile.skill}.{profile.language}.txt"
    fixed = fix(data, name, Config(), unsafe=unsafe)
    event("kept" if fixed.kept else "repaired" if fixed.data != data else "nothing to do")
    codes = {repair.code for repair in fixed.applied}
    if codes <= {None, *FIXABLE}:
        assert said(fixed.data, name) == said(data, name)
    assert fix(fixed.data, name, Config(), unsafe=unsafe).data == fixed.data
    assert bool(fixed.applied) == (fixed.data != data)
    assert bool(diff(data, fixed.data, name)) == (fixed.data != data)


@settings(EXAMPLES, max_examples=150)
@given(data=st.data(), kinds=damages, seed=st.integers(0, 1 << 16))
def test_a_broken_page_says_the_same(data: st.DataObject, kinds: set[str], seed: int) -> None:
    """Lines lost, doubled or cut, and bytes exchanged: nothing that is wrong gets right."""
    layout = data.draw(st.sampled_from(list(LAYOUTS)))
    language = data.draw(st.sampled_from(LANGUAGES))
    lines = write_page(sample(language=language, roles=3), layout).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        lines[at : at + 1] = data.draw(
            st.sampled_from([[], [lines[at]] * 2, [lines[at][:cut]], [lines[at][cut:]], ["", "x"]])
        )
    page = damaged("\n".join(lines), layout, kinds, seed, tame=False)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(page)))
        page = page[:at] + data.draw(st.binary(max_size=2)) + page[at + 1 :]
    fixed = fix(page, "kafka.txt", Config())
    event("kept" if fixed.kept else "repaired" if fixed.data != page else "nothing to do")
    assert said(fixed.data, "kafka.txt") == said(page, "kafka.txt")
    assert fix(fixed.data, "kafka.txt", Config()).data == fixed.data


@settings(EXAMPLES, max_examples=300)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
)
def test_no_bytes_make_it_fail(data: bytes) -> None:
    fixed = fix(data, "kafka.md", Config(), unsafe=True)
    assert fixed.data == data or not fixed.kept
    diff(data, data[::-1], "kafka.md")
