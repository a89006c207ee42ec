"""Pages as files, each beside what is expected of it.

A case is a page, bytes exactly as they are, and ``<case>.expected.json``: the profile with all its
fields (or null) and the findings as code, line, column, end column, message. Running the tests with
``SKILLPROFILES_UPDATE=1`` writes what the program says now; the difference has to be read.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support import CASES, EXPECTED, dumps, expected_file, outcome, pages, read_page

from skillprofiles.rules import RULES

UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
PAGES = list(pages())
# Told of files and archives, not of what a page holds.
# Files, whole folders, runs and crawls.
TESTED_ELSEWHERE = {
    *("SP001", "SP004", "SP008", "SP018", "SP019", "SP503", "SP504"),
    *(f"SP02{number}" for number in range(6)),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CASES).as_posix())
def test_page_reads_as_expected(page: Path) -> None:
    found = dumps(outcome(*read_page(page.read_bytes(), page.name))) + "\n"
    file = expected_file(page)
    if UPDATE:
        file.write_text(found, encoding="utf-8", newline="\n")
    assert json.loads(found) == json.loads(file.read_text(encoding="utf-8"))


def test_every_expected_file_belongs_to_one_page() -> None:
    wanted = [expected_file(page) for page in PAGES]
    assert len(set(wanted)) == len(wanted)
    assert set(wanted) == set(CASES.rglob(f"*{EXPECTED}"))


def test_every_rule_of_a_page_has_a_case() -> None:
    rules = {code for code in RULES if code[:3] in ("SP0", "SP1", "SP2", "SP5")} | {"SP305"}
    told = {
        finding[0]
        for page in PAGES
        for finding in json.loads(expected_file(page).read_text(encoding="utf-8"))["findings"]
    }
    assert sorted(rules - TESTED_ELSEWHERE - told) == []
    assert sorted(told - set(RULES)) == []
