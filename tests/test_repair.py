"""What is taken for sound at first sight needs no repair, and damage without end ends quickly."""

from __future__ import annotations

import unicodedata
from time import perf_counter

from skillprofiles.findings import Report
from skillprofiles.read.markdown import read_markdown
from skillprofiles.read.repair import _SOUND, is_sound, repaired
from skillprofiles.vocabulary import lexicon


def letters():
    return [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def test_sound_letters_are_left_alone():
    for letter in filter(_SOUND.fullmatch, letters()):
        report = Report("page.md")
        assert repaired(f"a{letter}b", [f"a{letter}b"], report) == [f"a{letter}b"]
        assert not report.findings


def test_sound_letters_compose_with_nothing():
    sound = [letter for letter in letters() if _SOUND.fullmatch(letter)]
    pairs = (unicodedata.normalize("NFD", letter)[1:] for letter in letters())
    assert not set("".join(pairs)) & set(sound)


def test_mojibake_is_not_sound():
    for text in ("fÃ¼r", "a — b\nfÃ¼r"):
        assert not is_sound(text, text.encode())
    for text in ("für — alle", "ü\n—"):
        assert is_sound(text, text.encode())


def test_accents_without_end_take_no_time():
    line = "a" + "\u0301\u0323" * 20_000
    start = perf_counter()
    assert repaired(line, [line], Report("page.md")) == [line]
    assert perf_counter() - start < 1


def test_headings():
    for line, name in {
        "# Kafka": "Kafka",
        "#\tKafka  ##": "Kafka",
        "# C#": "C#",
        "# a # #": "a #",
        "# #": "#",
        "# a" + " " * 50_000 + "#b": "a" + " " * 50_000 + "#b",
    }.items():
        heading = read_markdown([line], [line], lexicon()).heading
        assert heading is not None
        assert heading.text == name
    assert read_markdown(["#Kafka"], ["#Kafka"], lexicon()).heading is None
