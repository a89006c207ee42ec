"""Two readers that know nothing of each other agree on every row of every clean page.

Clean is a page that is accepted without an error or a warning. What the second readers cannot know is
listed by page, and why; a page that is on the list and agrees is an error too.
"""

from __future__ import annotations

import gzip
from itertools import groupby
from pathlib import Path

import pytest
from benchmarks.corpus import Generator
from hypothesis import HealthCheck, given, settings
from tests.secondreaders import Rows, by_markdown_it, by_pandas, folded
from tests.support import CASES, pages
from tests.test_roundtrip import profiles

import skillprofiles as sp
from skillprofiles.model import Profile
from skillprofiles.rules import Severity
from skillprofiles.write import write_page

ROOT = Path(__file__).parent.parent
SAMPLES = [*sorted(path for path in (ROOT / "raw").rglob("*") if path.is_file()), *pages()]
READERS = {"md": by_markdown_it, "html": by_pandas}
GENERATED = 20
ENCODING = "tests/cases/encoding/"
EXPLAINED = {
    f"{ENCODING}declared-gb2312-written-gbk.zh.html": "lxml ends at a letter GBK has beyond GB2312",
    f"{ENCODING}declared-in-xml.html": "lxml does not look for the encoding there",
    f"{ENCODING}declared-latin-1.html": "lxml reads latin-1 as such, browsers read it as cp1252",
    f"{ENCODING}every-line-doubled.md": "to markdown, a blank line ends a table",
    "tests/cases/html/all-in-one-table.html": "pandas reads one table",
    "tests/cases/html/flag-cell-merged.html": "pandas repeats a cell for each column it spans",
    "tests/cases/html/hidden-row.html": "pandas shows what a browser hides",
    "tests/cases/html/lists-and-breaks.html": "pandas puts no blank where a line breaks",
    "tests/cases/html/optional-end-tags-left-out.html": "pandas does not close the last cell",
    "tests/cases/html/raised-struck-and-hidden.de.html": "pandas reads what is struck out or hidden",
    "tests/cases/html/unclosed-tables.html": "pandas reads the tables inside a cell into the cell",
    "tests/cases/rows/emphasis-around-role-and-flag.md": "the marks of emphasis are left where they are",
}


def clean(data: bytes, name: str) -> Profile | None:
    """Return the profile of a page that is accepted without an error or a warning."""
    profile, findings = sp.parse(data, name=name)
    told = any(finding.rule.severity is not Severity.ADVICE for finding in findings)
    return None if told else profile


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def ours(profile: Profile) -> Rows:
    return [
        [(row.role, row.mandatory, folded(row.description)) for row in rows]
        for _, rows in groupby(profile.requirements, key=lambda row: row.level)
    ]


CLEAN = {
    path.relative_to(ROOT).as_posix(): profile
    for path in SAMPLES
    if (profile := clean(path.read_bytes(), path.name)) and profile.lineage.kind in READERS
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_page_is_read_alike_by_another_reader(name: str) -> None:
    profile = CLEAN[name]
    theirs = READERS[profile.lineage.kind](content(ROOT / name))
    assert (theirs != ours(profile)) == (name in EXPLAINED)


def test_there_are_clean_pages_of_both_layouts() -> None:
    kinds = [profile.lineage.kind for profile in CLEAN.values()]
    assert kinds.count("md") >= 30
    assert kinds.count("html") >= 15
    assert EXPLAINED.keys() <= CLEAN.keys()


@pytest.mark.parametrize("layout", ["canonical", "md", "html"])
def test_generated_pages_are_read_alike_by_another_reader(layout: str) -> None:
    found = Generator({layout: 100}).pages()
    for _ in range(GENERATED):
        page = next(found)
        profile = clean(page.text.encode(), page.name)
        assert profile is not None, page.name
        assert READERS[profile.lineage.kind](page.text.encode()) == ours(profile), page.name


@pytest.mark.parametrize("layout", ["canonical", "html"])
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(profile=profiles())
def test_any_text_is_read_alike_by_another_reader(layout: str, profile: Profile) -> None:
    text = write_page(profile, layout)
    again = clean(text.encode(), "1.txt")
    if again is not None:
        assert READERS[again.lineage.kind](text.encode()) == ours(again)


def test_a_reader_that_loses_a_row_is_seen() -> None:
    page = next(Generator({"md": 100}).pages())
    profile = clean(page.text.encode(), page.name)
    assert profile is not None
    lines = page.text.splitlines()
    assert by_markdown_it("\n".join(lines[:-1]).encode()) != ours(profile)


def test_cases_are_where_they_are_looked_for() -> None:
    assert any(name.startswith(CASES.relative_to(ROOT).as_posix()) for name in CLEAN)
