"""The parts of a crawl on their own: addresses, scopes, records, reach, plans."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.website import page, skill
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from skillprofiles.fetch.address import (
    Scope,
    canonical,
    edition_of,
    is_upgrade,
    language_of,
    repeats_itself,
    slug_of,
    work_of,
)
from skillprofiles.fetch.connection import _Filter
from skillprofiles.fetch.hub import _seconds
from skillprofiles.fetch.page import Kind, look_at
from skillprofiles.fetch.plan import BadPlan, Credentials, Plan
from skillprofiles.fetch.reach import Reach, is_public, parsed
from skillprofiles.read.provenance import Provenance, provenance
from skillprofiles.read.served import readable

SPELLINGS = [
    ("HTTP://Site.Example:80", "http://site.example/"),
    ("https://site.example:443/a/../skills/./x", "https://site.example/skills/x"),
    ("https://site.example./x#part", "https://site.example/x"),
    ("https://site.example/x?b=2&a=1&utm_source=mail&gclid=9", "https://site.example/x?a=1&b=2"),
    ("https://site.example/x;jsessionid=5A?sid=3", "https://site.example/x?sid=3"),
    ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"),
    ("https://site.example/a%2fb%7Ec", "https://site.example/a%2Fb~c"),
    ("https://site.example:8080/x", "https://site.example:8080/x"),
    ("//other.example/x", "https://other.example/x"),
    ("../y?lang=de", "https://site.example/y?lang=de"),
    ("?lang=de", "https://site.example/skills/kafka?lang=de"),
    ("https://ada:secret@site.example/x", None),
    ("https://site.example:99999/x", None),
    ("https://site.example/" + "x" * 3000, None),
    ("javascript:alert(1)", None),
    ("mailto:a@b.example", None),
    ("file:///etc/passwd", None),
    ("data:text/html,x", None),
    ("http://[::1", None),
    ("http://", None),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_every_address_has_one_spelling(text: str, expected: str | None) -> None:
    assert canonical(text, "https://site.example/skills/kafka") == expected


@given(st.text(max_size=80), st.sampled_from(["", "https://a.example/", "http://b.example:81/x?"]))
def test_the_spelling_of_a_spelling_is_itself(text: str, start: str) -> None:
    once = canonical(start + text, "https://site.example/skills/")
    if once is not None:
        assert canonical(once) == once
        assert once.isascii()
        assert once.startswith(("http://", "https://"))


EDITIONS = [
    ("https://a.example/s/kafka", None, "https://a.example/s/kafka?lang=de"),
    ("https://a.example/s/kafka?lang=en", "en", "https://a.example/s/kafka?lang=de"),
    ("https://a.example/s?id=kafka&lang=en", "en", "https://a.example/s?id=kafka&lang=de"),
    ("https://a.example/en/s/kafka", "en", "https://a.example/de/s/kafka"),
    ("https://a.example/enormous/kafka", None, "https://a.example/enormous/kafka?lang=de"),
    ("https://a.example/fr/s/kafka", None, "https://a.example/fr/s/kafka?lang=de"),
]


@pytest.mark.parametrize(("url", "language", "german"), EDITIONS)
def test_editions_share_a_work(url: str, language: str | None, german: str) -> None:
    assert language_of(url) == language
    assert edition_of(url, "de") == german
    assert language_of(german) == "de"
    assert work_of(german) == work_of(url)
    assert slug_of(german) == slug_of(url)


INSIDE = [
    ("https://a.example/skills", "https://a.example/skills/kafka", True),
    ("https://a.example/skills/", "https://a.example/skills?page=2", True),
    ("https://a.example/skills/index.html", "https://a.example/skills/kafka", True),
    ("https://a.example/de/skills", "https://a.example/en/skills/kafka", True),
    ("https://a.example/", "https://a.example/anything", True),
    ("https://a.example/skills", "https://a.example/skillset", False),
    ("https://a.example/skills", "https://a.example/", False),
    ("https://a.example/skills", "https://b.example/skills/kafka", False),
    ("https://a.example/skills", "https://a.example:8443/skills/kafka", False),
    ("https://a.example/skills/kafka", "https://a.example/skills/dbt", False),
]


@pytest.mark.parametrize(("start", "link", "inside"), INSIDE)
def test_links_are_followed_below_the_start_only(start: str, link: str, inside: bool) -> None:
    scope = Scope.around([canonical(start) or ""], [], [])
    assert scope.follows(canonical(link) or "") is inside


def test_steps_up_and_down() -> None:
    assert is_upgrade("http://a.example/x", "https://a.example/y")
    assert not is_upgrade("https://a.example/x", "http://a.example/y")
    assert not is_upgrade("https://a.example/x", "https://a.example:8443/y")
    assert repeats_itself("https://a.example/x/y/x/y/x/y")
    assert not repeats_itself("https://a.example/skills/data/data-quality/data")


PRIVATE = """
    127.0.0.1 10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255
    224.0.0.1 240.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 2002:7f00:0001:: 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2001:db8::1
""".split()


def test_private_addresses_are_none_of_the_internet() -> None:
    for text in PRIVATE:
        address = parsed(text)
        assert address is not None
        assert not is_public(address), text
    for text in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        address = parsed(text)
        assert address is not None
        assert is_public(address), text
    assert not Reach().allows("no address", "a.example")


@implementer(IHostnameResolver)
class Rebinding:
    """A name server that means another machine with every answer."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def ask(self, receiver: Any) -> None:
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, 80))
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: IPv4Address) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    server = Rebinding(["93.184.216.34"], ["127.0.0.1", "93.184.216.34"], ["169.254.169.254"])
    reach, seen = Reach(), []
    for _ in range(3):
        receiver = Receiver()
        server.ask(_Filter(receiver, "a.example", reach))
        assert receiver.complete
        seen.append(receiver.addresses)
    assert seen == [["93.184.216.34"], ["93.184.216.34"], []]
    assert reach.refused == {"a.example": "169.254.169.254"}


def test_a_private_start_opens_its_own_address_and_no_other() -> None:
    reach = Reach.of_starts(["http://127.0.0.1:8000/skills", "http://8.8.8.8/"])
    assert reach.allows("127.0.0.1", "x")
    assert not reach.allows("127.0.0.2", "x")
    assert not reach.allows("10.0.0.1", "x")


RETRY_AFTER = [
    ("0", 0), ("120", 120), (" 7 ", 7), ("", None), (None, None), ("soon", None), ("-5", None),
    ("1e9", None), ("9" * 40, None), ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), RETRY_AFTER)
def test_retry_after_in_seconds_or_as_a_date(text: str | None, seconds: float | None) -> None:
    assert _seconds(text) == seconds


def test_retry_after_in_the_future() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    found = _seconds(later.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    assert found is not None
    assert 85 < found <= 90


RECORDS: list[tuple[str | bytes, Provenance | None]] = [
    (
        '{"url": "https://a.example/x", "fetched_at": "2026-02-03T04:05:06+02:00"}',
        Provenance("https://a.example/x", dt.datetime(2026, 2, 3, 2, 5, 6, tzinfo=dt.UTC)),
    ),
    ('{"url": "https://a.example/x"}', Provenance("https://a.example/x", None)),
    (
        '{"url": "http://a.example", "fetched_at": "yesterday"}',
        Provenance("http://a.example", None),
    ),
    (
        '{"url": "http://a.example", "fetched_at": "2026-02-03T04:05:06"}',
        Provenance("http://a.example", None),
    ),
    (
        '{"url": "http://a.example", "fetched_at": "0001-01-01T00:00:00+23:59"}',
        Provenance("http://a.example", None),
    ),
    ('{"url": "http://a.example", "fetched_at": 5}', Provenance("http://a.example", None)),
    ('{"url": "file:///etc/passwd"}', None),
    ('{"url": "https://a.example/\\u001b[2J"}', None),
    ('{"url": "https://[a"}', None),
    ('{"url": 5}', None),
    ("{}", None),
    ("[1]", None),
    ("{", None),
    ("", None),
    (b"\xff\xfe\x00", None),
    ("[" * 100_000, None),
    (json.dumps({"url": "https://a.example/", "more": "x" * 2_000_000}), None),
]


@pytest.mark.parametrize(("text", "expected"), RECORDS, ids=range(len(RECORDS)))
def test_records_beside_pages(
    tmp_path: Path, text: str | bytes, expected: Provenance | None
) -> None:
    path = tmp_path / "x.html.fetch.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert provenance(str(path)) == expected


def test_a_record_that_is_not_there(tmp_path: Path) -> None:
    assert provenance(str(tmp_path / "none")) is None
    assert provenance(str(tmp_path)) is None


CHARSETS = [
    ("领域".encode("gb18030"), "text/html; charset=GB18030", "领域", "gb18030"),
    ("Domäne".encode("cp1250"), 'text/html; charset="windows-1250"', "Domäne", "cp1250"),
    ("Domäne".encode(), "text/html; charset=iso-8859-2", "Domäne", None),
    ("\ufeffDomäne".encode(), "text/html; charset=gb18030", "\ufeffDomäne", None),
    (b"plain", "text/html; charset=gb18030", "plain", None),
    (b"plain", "text/html; charset=hex", "plain", None),
    (b"plain", "text/html; charset=nonsense", "plain", None),
    (b"plain", None, "plain", None),
]


@pytest.mark.parametrize(("data", "content_type", "text", "charset"), CHARSETS)
def test_bytes_that_need_their_header(
    data: bytes, content_type: str | None, text: str, charset: str | None
) -> None:
    assert readable(data, content_type) == (text.encode(), charset)


def test_bytes_that_tell_their_own_character_set_stay() -> None:
    page = '<meta charset="gb18030">领域'.encode("gb18030")
    assert readable(page, "text/html; charset=big5") == (page, None)
    latin = "Domäne".encode("cp1252")
    assert readable(latin, "text/html; charset=iso-8859-1") == (latin, None)
    broken = b"\xff\xff\xff"
    assert readable(broken, "text/html; charset=gb18030") == (broken, None)


def test_a_page_on_which_the_reader_fails_is_a_broken_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RecursionError

    good = page(skill("kafka"), "/skills/dbt").encode()
    assert look_at("https://a.example/skills/kafka", good, "text/html", 10**6).kind is Kind.PROFILE
    monkeypatch.setattr("skillprofiles.fetch.page.parse_document", fail)
    seen = look_at("https://a.example/skills/kafka", good, "text/html", 10**6)
    assert (seen.kind, seen.what) == (Kind.BROKEN, "the reader failed with RecursionError")
    assert "https://a.example/skills/dbt" in {link.url for link in seen.links}


def test_credentials_are_taken_from_the_environment_and_not_shown() -> None:
    found = Credentials.from_environment({"SKILLPROFILES_FETCH_TOKEN": "s3cret"})
    assert found.authorization == "Bearer s3cret"
    plan = Plan(("https://a.example/",), Path("raw"), credentials=found)
    assert "s3cret" not in repr(found) + repr(plan) + plan.key
    for environment, words in (
        ({"TOKEN": "a\r\nX: y"}, "no header can carry"),
        ({"TOKEN": "a", "USER": "b"}, "one is enough"),
    ):
        names = {f"SKILLPROFILES_FETCH_{name}": value for name, value in environment.items()}
        with pytest.raises(BadPlan, match=words) as caught:
            Credentials.from_environment(names)
        assert "X: y" not in str(caught.value)
