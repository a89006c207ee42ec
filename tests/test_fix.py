"""Sources repaired: pages beside what becomes of them, and what a repair may never do.

A case is a page ``<case>.<ext>`` in ``tests/fix`` and ``<case>.fixed.<ext>``; what is said about each
stands in ``repairs.json``. Cases with ``.unsafe`` in their name are repaired with unsafe repairs.
Running the tests with ``SKILLPROFILES_UPDATE=1`` writes what the program does now.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.samples import page
from tests.support import contradictions, pages, read_page

from skillprofiles.api import parse
from skillprofiles.config import Config
from skillprofiles.fix import FIXABLE, FIXABLE_UNSAFE, Fixed, Repair, diff, fix
from skillprofiles.fix import _source as stage
from skillprofiles.model import Level, Settled
from skillprofiles.rules import RULES

UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
FOLDER = Path(__file__).parent / "fix"
SAID = FOLDER / "repairs.json"
CASES = sorted(
    path for path in FOLDER.iterdir() if ".fixed." not in path.name and path.suffix != ".json"
)
ROOT = Path(__file__).parent.parent
EXPORTS = sorted(path for path in (ROOT / "raw").rglob("*") if path.is_file())
CONFIG = Config()


def fixed_file(case: Path) -> Path:
    return case.with_name(f"{case.stem}.fixed{case.suffix}")


def repaired(case: Path) -> Fixed:
    return fix(case.read_bytes(), case.name, CONFIG, unsafe=".unsafe" in case.name)


def said(fixed: Fixed) -> dict[str, object]:
    applied = [f"{item.line} {item.name} {item.lines} {item.code or '-'}" for item in fixed.applied]
    return {"applied": applied, "kept": fixed.kept}


def remarks(data: bytes, name: str) -> Counter[tuple[object, ...]]:
    """Return the findings that no repair is about, by what they say and the line they stand on."""
    _, findings = read_page(data, name)
    return Counter(
        (item.rule.code, item.message, item.role, item.level, item.span and item.span.line)
        for item in findings
        if item.rule.code not in FIXABLE
    )


def test_cases_are_repaired_as_expected() -> None:
    outcomes = {case.name: repaired(case) for case in CASES}
    told = {name: said(fixed) for name, fixed in outcomes.items()}
    if UPDATE:
        for case in CASES:
            fixed_file(case).write_bytes(outcomes[case.name].data)
        SAID.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    expected = {case.name: fixed_file(case).read_bytes() for case in CASES}
    assert {name: fixed.data for name, fixed in outcomes.items()} == expected
    assert told == json.loads(SAID.read_text(encoding="utf-8"))
    files = {path.name for path in FOLDER.iterdir()} - {SAID.name}
    assert files == {*expected, *(fixed_file(case).name for case in CASES)}


def test_every_fixable_rule_has_a_case() -> None:
    codes = {repair.code for case in CASES for repair in repaired(case).applied} - {None}
    assert codes == FIXABLE | FIXABLE_UNSAFE
    assert codes <= set(RULES)
    assert not FIXABLE & FIXABLE_UNSAFE


@pytest.mark.parametrize(
    "path",
    [*(case for case in CASES if ".unsafe" not in case.name), *pages(), *EXPORTS],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_what_is_parsed_stays_equal_and_once_is_enough(path: Path) -> None:
    before = path.read_bytes()
    fixed = fix(before, path.name, CONFIG)
    if fixed.data == before:
        assert not fixed.applied
        return
    assert fixed.applied
    assert read_page(fixed.data, path.name)[0] == read_page(before, path.name)[0]
    assert remarks(fixed.data, path.name) == remarks(before, path.name)
    again = fix(fixed.data, path.name, CONFIG)
    assert (again.data, again.applied) == (fixed.data, ())
    fixed.data.decode("utf-8")
    assert b"\r" not in fixed.data
    assert fixed.data.endswith(b"\n")
    assert diff(before, fixed.data, path.name)


@pytest.mark.parametrize("path", [*CASES, *pages()], ids=lambda path: path.name)
def test_no_fixable_finding_is_left_where_nothing_is_kept(path: Path) -> None:
    fixed = fix(path.read_bytes(), path.name, CONFIG)
    _, findings = read_page(fixed.data, path.name)
    disputed = {item.span and item.span.line for item in findings if item.is_error}
    left = [
        item.rule.code
        for item in findings
        if item.rule.code in FIXABLE and (item.span and item.span.line) not in disputed
    ]
    undeclared = left == ["SP017"] and b"http-equiv" in fixed.data
    assert fixed.kept or undeclared or not left


def test_unsafe_repairs_leave_a_page_without_contradictions() -> None:
    for case in CASES:
        fixed = repaired(case)
        if any(repair.code in FIXABLE_UNSAFE for repair in fixed.applied):
            before, _ = read_page(case.read_bytes(), case.name)
            after, _ = read_page(fixed.data, case.name)
            assert before is not None
            assert after is not None
            assert contradictions(before)
            assert contradictions(after) == []
            assert replace(after, declared=before.declared) == before
            assert fix(fixed.data, case.name, CONFIG, unsafe=True) == Fixed(fixed.data)


def test_figures_are_not_set_unasked() -> None:
    case = FOLDER / "figures.unsafe.md"
    assert fix(case.read_bytes(), case.name, CONFIG) == Fixed(case.read_bytes())


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("pages.zip!/kafka.md", b"Domain\r\n", "members of archives are not changed"),
        ("a!/pages.tar.gz!/b!/kafka.md", b"Domain\r\n", "members of archives are not changed"),
        ("kafka.md", b"\x1f\x8b", "compressed files are not changed"),
        ("kafka.md", b"BZh9", "compressed files are not changed"),
        ("kafka.md", b"PK\x03\x04", "compressed files are not changed"),
        ("kafka.md", b"", "the source is empty"),
    ],
)
def test_some_sources_are_never_changed(name: str, data: bytes, reason: str) -> None:
    assert fix(data, name, CONFIG) == Fixed(data, kept=reason)


def test_a_folder_named_like_the_border_of_an_archive_is_none() -> None:
    data = page().replace("\n", "\r\n").encode()
    assert fix(data, "a!/kafka.md", CONFIG).data == fix(data, "kafka.md", CONFIG).data != data


def test_a_source_is_not_made_larger_than_allowed() -> None:
    data = page(language="de", text="hält Übungen über Größen ab").encode("cp1252")
    assert fix(data, "kafka.md", Config(max_bytes=len(data))).kept == (
        "repaired it would be larger than max-bytes allows"
    )
    assert fix(data, "kafka.md", Config(max_bytes=len(data) - 1)) == Fixed(
        data, kept="it is larger than max-bytes allows"
    )
    assert fix(data, "kafka.md", CONFIG).kept is None


def test_a_page_is_read_with_its_configuration() -> None:
    whole = page().replace("Levels\n5", "Levels\n4").replace("7 optional", "6 optional")
    four = whole[: whole.rindex("| Role |")].replace("\n", "\r\n").replace("\n2\r", "\n2\r")
    levels = tuple(Level)[:4]
    config = Config(sources=(("kafka.md", Settled(skill="streams", levels=levels)),))
    before, _ = parse(four.encode(), name="kafka.md", config=config)
    fixed = fix(four.encode(), "kafka.md", config, unsafe=True)
    after, findings = parse(fixed.data, name="kafka.md", config=config)
    assert before is None
    assert after is not None
    assert (after.skill, len(after.requirements)) == ("streams", 8)
    assert not any(finding.is_error for finding in findings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Data Engineer", "Data Enginer"),
        ("| | ", "| Required | "),
        ("Messaging", "Messages"),
        ("\n5\n", "\n4\n"),
        ("2/22/2026", "22/2/2026"),
        ("|---|---|---|\n", ""),
        ("\n", "\n\n"),
    ],
)
def test_what_would_change_the_page_is_not_done(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    """A repair with a fault in it is stopped, that of the letters is still made."""
    data = page("canonical").encode()
    marked = b"\xef\xbb\xbf" + data

    def faulty(lines, page):
        return "\n".join(lines).replace(old, new).split("\n"), [(1, "fault")]

    monkeypatch.setattr(stage, "tidy", faulty)
    fixed = fix(marked, "kafka.md", CONFIG)
    assert fixed.data == data
    assert [repair.name for repair in fixed.applied] == ["byte-order-mark"]
    assert fixed.kept
    assert "would" in fixed.kept
    monkeypatch.setattr(stage, "repaired_letters", lambda page: faulty(page.decoded.lines, page)[0])
    assert fix(data, "kafka.md", CONFIG).data == data
    fixed = fix(marked, "kafka.md", CONFIG)
    assert fixed.data == data
    monkeypatch.setattr(stage, "encoded", lambda text, page: text.replace(old, new).encode())
    fixed = fix(marked, "kafka.md", CONFIG)
    assert fixed.data == marked
    assert not fixed.applied
    assert fixed.kept


def test_a_repair_that_goes_on_and_on_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    data = page("canonical").encode()

    def longer(lines, page):
        return [line and line + " " for line in lines], [(1, "fault")]

    monkeypatch.setattr(stage, "tidy", longer)
    assert fix(data, "kafka.md", CONFIG) == Fixed(
        data, kept="repairing it twice would not be the same as once"
    )


def test_letters_that_would_be_repaired_again_are_left() -> None:
    data = page("canonical", language="de", text="h\u00c3\u200b\u00a4lt es").encode()
    fixed = fix(data, "kafka.md", CONFIG)
    assert fixed.data == data
    assert fixed.kept == "what it says would be read differently"
    fixed = fix(data.replace(b"\n", b"\r\n"), "kafka.md", CONFIG)
    assert fixed.data == data
    assert [repair.code for repair in fixed.applied] == ["SP013"]
    assert fixed.kept == "what it says would be read differently"


def test_what_was_applied_names_rules_and_lines() -> None:
    data = page("canonical").replace("Data Engineer", "Data\u00a0Engineer").encode()
    (repair,) = fix(data, "kafka.md", CONFIG).applied
    assert isinstance(repair, Repair)
    assert repair.finding is not None
    assert (repair.code, repair.name, repair.line) == ("SP016", "no-break-space", 23)


def test_a_difference_is_shown_where_it_can_be_seen() -> None:
    before = "Domäne\nData\u00a0Engi\u200bneer\nlast".encode("utf-16")
    after = "Domäne\nData Engineer\nlast\n".encode()
    assert diff(before, after, "a.md") == (
        "# a.md: encoding changed to UTF-8, byte order mark dropped\n"
        "--- a.md\n+++ a.md\n@@ -1,3 +1,3 @@\n Domäne\n"
        "-Data<U+00A0>Engi<U+200B>neer\n-last\n\\ No newline at end of file\n"
        "+Data Engineer\n+last\n"
    )


def test_a_difference_of_bytes_alone_is_told() -> None:
    assert diff(b"a\n", b"a\n", "a.md") == ""
    assert diff(b"\xef\xbb\xbfa\r\n", b"a\n", "a.md") == (
        "# a.md: byte order mark dropped, line ends changed to line feeds\n"
    )
    assert diff("ä\n".encode("cp1252"), "ä\n".encode(), "a.md") == (
        "# a.md: encoding changed to UTF-8\n"
    )
    assert diff("a\u0308\n".encode(), "ä\n".encode(), "a.md") == (
        "--- a.md\n+++ a.md\n@@ -1 +1 @@\n-a<U+0308>\n+ä\n"
    )
    assert diff(b"\x1b[31mred\n", b"red\n", "a.md").endswith("-<U+001B>[31mred\n+red\n")
    assert diff(b"a\0b\xff\n", b"ab\n", "a.md")
