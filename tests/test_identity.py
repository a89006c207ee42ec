"""Which skill a page is about: what addresses, file names and titles make of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillprofiles.model import is_slug
from skillprofiles.parser.identity import absolute, address_parts, file_stem, slugify

ADDRESSES = [
    ("https://a.example/skills/kafka", "kafka", None),
    ("https://a.example/skills/kafka.html", "kafka", None),
    ("https://a.example/skills/kafka/index.html", "kafka", None),
    ("https://a.example/skills/kafka/index", "kafka", None),
    ("https://a.example/de/kafka/index.php", "kafka", "de"),
    ("https://a.example/skills/1234?lang=zh", "1234", "zh"),
    ("https://a.example/skills/data", "data", None),
    ("https://a.example/skills.php?skill=kafka", None, None),
    ("https://a.example/skills/index.html", None, None),
    ("https://a.example/de/index.html", None, "de"),
    ("https://a.example/de", None, "de"),
    ("https://a.example/", None, None),
    ("https://[broken/skills", None, None),
    ("https://a.example/skills", None, None),
    ("https://a.example/skills/kafka/en/", "kafka", None),
    ("https://a.example/skills/kafka/en.html", "kafka", None),
    ("https://a.example/en/kafka", "kafka", "en"),
]


@pytest.mark.parametrize(("address", "skill", "language"), ADDRESSES)
def test_an_address_names_a_skill_or_says_nothing(
    address: str, skill: str | None, language: str | None
) -> None:
    assert address_parts(address) == (skill, language)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("kafka.en.html", "kafka"),
        ("kafka.EN.html", "kafka"),
        ("kafka.en-US.html", "kafka"),
        ("kafka.en (1).html", "kafka"),
        ("kafka.en(12).html", "kafka"),
        ("kafka (1).en.html", "kafka"),
        ("kafka.en - Kopie.html", "kafka"),
        ("kafka.en - Copy (2).html", "kafka"),
        ("Copy of kafka.en.html", "kafka"),
        ("Kopie von kafka.txt", "kafka"),
        ("kafka.en.txt~", "kafka"),
        ("kafka-en.md", "kafka"),
        ("old/Kafka (Streams).txt", "Kafka (Streams)"),
        ("a.zip!/b/kafka.html.gz", "kafka"),
        ("Copy of .txt", "Copy of "),
        ("(1).txt", "(1)"),
        (".en.txt", ".en"),
    ],
)
def test_what_a_file_name_says(name: str, stem: str) -> None:
    assert file_stem(name, "en") == stem


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Kafka™", "kafkatm"),
        ("№ 5", "no-5"),
        ("𝐀bc", "abc"),
        ("C++", "c-plus-plus"),
        ("C#/.NET", "c-sharp-net"),
        ("Größe", "grosse"),
        ("机器学习", "机器学习"),
        ("İstanbul", "istanbul"),
        ("Ꭰ", "ꭰ"),
    ],
)
def test_a_name_as_slug(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text(max_size=20))
def test_what_is_left_of_a_name_is_a_slug(text: str) -> None:
    slug = slugify(text)
    assert not slug or is_slug(slug)
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    "address",
    ["//a.example/x", "ftp://a.example/", "https:///x", "javascript:x", "https://a\x1b.b/"],
)
def test_what_nobody_can_go_to_is_no_address(address: str) -> None:
    assert absolute(address) is None
    assert absolute("https://a.example/x") == "https://a.example/x"
