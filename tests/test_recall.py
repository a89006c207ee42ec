"""Single faults on accepted pages: each is told at its line, or listed as one that cannot be.

What is done to the pages stands in ``faults.py``, what became of it and what is allowed in
``recall_table.py``; ``docs/recall.md`` shows the matrix. ``make test ARGS="-k recall -s"`` prints it.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from tests.faults import FAULTS, UNDETECTABLE, Fault
from tests.recall_table import (
    DOCUMENT,
    ELSEWHERE,
    FOUND,
    HARMLESS,
    OPEN,
    SILENT,
    Case,
    cases,
    clean,
    clock,
    document,
    known,
    matrix,
)

import skillprofiles
from skillprofiles.rules import RULES, Severity
from skillprofiles.vocabulary import LANGUAGES
from skillprofiles.write import LAYOUTS

UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
# A sample that is what it is said to be: not UTF-8.
TRUE_WARNINGS = {("raw/embedded-iot/feldbus-protokolle.de.txt", "SP010")}


def shown(case: Case) -> str:
    """Return a case as a failing test shows it."""
    said = [f"{f.span.line if f.span else '-'} {f.rule.code} {f.message}" for f in case.findings]
    wanted = sorted(case.mutant.places) or case.mutant.hidden
    return f"{case.page.name} {case.mutant.what}: {case.outcome}; {wanted}; said {said[:4]}"


def test_clean_pages_report_nothing() -> None:
    said = {
        (page.name, finding.rule.code)
        for page, findings in clean()
        for finding in findings
        if finding.rule.severity is not Severity.ADVICE
    }
    assert said == TRUE_WARNINGS


def test_faults_are_done_to_every_layout_in_every_language() -> None:
    done = {(case.fault.name, case.page.layout, case.page.language) for case in cases()}
    kinds = Counter((layout, language) for _, layout, language in done)
    assert set(kinds) == {(layout, language) for layout in LAYOUTS for language in LANGUAGES}
    assert min(kinds.values()) > 60
    assert {name for name, _, _ in done} == {fault.name for fault in FAULTS}
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_a_fault_changes_the_page() -> None:
    same = [c for c in cases() if c.mutant.data == c.page.text.encode(c.page.codec)]
    assert same == []


def test_places_name_rules_that_exist() -> None:
    codes = {code for case in cases() for _, code in case.mutant.places}
    assert codes <= set(RULES)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_told_at_its_line(fault: Fault) -> None:
    mine = [case for case in cases() if case.fault is fault and not case.mutant.hidden]
    wrong = [case for case in mine if case.outcome != FOUND and known(case) is None]
    assert [shown(case) for case in wrong[:10]] == []


def test_one_page_alone_is_judged_the_same() -> None:
    for case in cases()[::401]:
        with clock():
            profile, findings = skillprofiles.parse(
                case.mutant.data, name=case.page.name.rpartition("/")[2]
            )
        said = {(f.rule.code, f.span, f.message) for f in findings}
        assert {(f.rule.code, f.span, f.message) for f in case.findings} <= said
        assert (profile is None) == any(f.is_error for f in case.findings), shown(case)


def test_what_is_listed_as_undetectable_is_not_detected() -> None:
    hidden = [case for case in cases() if case.mutant.hidden]
    assert [shown(case) for case in hidden if case.outcome != SILENT] == []


def test_every_listed_reason_is_needed() -> None:
    needed = {known(case) for case in cases()}
    listed = [*UNDETECTABLE, *(item.key for item in (*HARMLESS, *ELSEWHERE, *OPEN))]
    assert len(set(listed)) == len(listed)
    assert [key for key in listed if key not in needed] == []


def test_document_is_current() -> None:
    now = document()
    print(matrix())
    if UPDATE:
        DOCUMENT.write_text(now, encoding="utf-8", newline="\n")
    assert DOCUMENT.read_text(encoding="utf-8") == now
