"""Validating a batch: every way to break the contract, and who is rejected for it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillprofiles import contracts
from skillprofiles.frames import Batch, findings_table
from skillprofiles.model import Figures, Level, Lineage, Profile, Requirement, Source, Span
from skillprofiles.validate import validate

ROLES = ("Data Engineer", "Backend Developer", "Site Reliability Engineer (SRE)")
LINE = {"profile": 1, "roles": 4, "levels": 7, "mandatory": 10, "optional": 11}
FIRST_ROW = 20

Change = Callable[[Profile], Profile]


def profile(skill: str = "kafka", language: str = "en") -> Profile:
    """Return a profile that keeps the contract: three roles, five levels, rows from line 20."""
    requirements = tuple(
        Requirement(role, level, level > Level.MIDDLE, f"{role} at {level.label}.")
        for level in Level
        for role in ROLES
    )
    return Profile(
        skill=skill,
        language=language,
        skill_name="Apache Kafka",
        skill_name_from="page",
        domain="Data Platform",
        group="Streaming",
        summary="topics, brokers",
        tags=("topics", "brokers"),
        content_language="en",
        declared=Figures(roles=3, levels=5, mandatory=9, optional=6),
        updated_on=dt.date(2026, 2, 22),
        requirements=requirements,
        url=None,
        lineage=Lineage(
            source=Source(f"{skill}.{language}.txt"),
            kind="md",
            sha256="0" * 64,
            lines=tuple(range(FIRST_ROW, FIRST_ROW + len(requirements))),
            figures={name: Span(line, 2, line, 4) for name, line in LINE.items()},
        ),
    )


def declare(**figures: int) -> Change:
    return lambda page: replace(page, declared=replace(page.declared, **figures))


def change(**fields: Any) -> Change:
    return lambda page: replace(page, **fields)


def read(**fields: Any) -> Change:
    return lambda page: replace(page, lineage=replace(page.lineage, **fields))


def row(number: int, **fields: Any) -> Change:
    def apply(page: Profile) -> Profile:
        rows = list(page.requirements)
        rows[number] = rows[number]._replace(**fields)
        return replace(page, requirements=tuple(rows))

    return apply


def without(*numbers: int) -> Change:
    def apply(page: Profile) -> Profile:
        kept = [number for number in range(len(page.requirements)) if number not in numbers]
        return replace(
            page,
            requirements=tuple(page.requirements[number] for number in kept),
            lineage=replace(
                page.lineage, lines=tuple(page.lineage.lines[number] for number in kept)
            ),
        )

    return apply


def both(*changes: Change) -> Change:
    def apply(page: Profile) -> Profile:
        for each in changes:
            page = each(page)
        return page

    return apply


# Each is: what is done to a good profile, and the findings that follow: code, line, and a part
# of the message.
BREAKS: dict[str, tuple[Change, list[tuple[str, int, str]]]] = {
    "flag lost": (
        row(14, mandatory=False),
        [
            ("SP301", 10, "declares 9 mandatory requirements, its tables hold 8"),
            ("SP302", 11, "declares 6 optional requirements, its tables hold 7"),
        ],
    ),
    "mandatory row lost": (
        without(14),
        [("SP301", 10, "declares 9 mandatory requirements, its tables hold 8")],
    ),
    "optional row lost": (
        without(0),
        [("SP302", 11, "declares 6 optional requirements, its tables hold 5")],
    ),
    "role respelled in one table": (
        row(3, role="Data Enginer"),
        [("SP303", 4, "declares 3 roles, its tables hold 4; 'Data Enginer' stands in one table")],
    ),
    "two roles respelled": (
        both(row(3, role="Data Enginer"), row(4, role="Backend Develper")),
        [("SP303", 4, "its tables hold 5")],
    ),
    "role lost": (
        both(without(0, 3, 6, 9, 12), declare(mandatory=6, optional=4)),
        [("SP303", 4, "declares 3 roles, its tables hold 2")],
    ),
    "table lost": (
        both(without(12, 13, 14), declare(mandatory=6)),
        [("SP304", 7, "declares 5 levels, it holds 4 tables")],
    ),
    "seven levels": (declare(levels=7), [("SP304", 7, "declares 7 levels, it holds 5")]),
    "figure beyond its column": (
        declare(mandatory=10**12),
        [("SP301", 10, "declares 1000000000000 mandatory requirements, its tables hold 9")],
    ),
    "every figure wrong": (
        declare(roles=1, levels=1, mandatory=0, optional=0),
        [("SP303", 4, ""), ("SP304", 7, ""), ("SP301", 10, ""), ("SP302", 11, "")],
    ),
    "no rows": (
        without(*range(15)),
        [("SP303", 4, "hold 0"), ("SP304", 7, ""), ("SP301", 10, ""), ("SP302", 11, "")],
    ),
    "cell twice": (
        row(4, role="Data Engineer"),
        [("SP306", 24, "'Data Engineer' stands twice at level middle, first on line 23")],
    ),
    "cell thrice": (
        both(row(4, role="Data Engineer"), row(5, role="Data Engineer")),
        [
            ("SP306", 24, "'Data Engineer' stands twice at level middle, first on line 23"),
            ("SP306", 25, "'Data Engineer' stands twice at level middle, first on line 23"),
        ],
    ),
    "two cells twice on one line": (
        both(
            row(4, role="Data Engineer"),
            row(7, role="Data Engineer"),
            read(lines=(9,) * 15),
        ),
        [
            ("SP306", 9, "at level middle, first on line 9"),
            ("SP306", 9, "at level senior, first on line 9"),
        ],
    ),
    "description too long": (
        row(7, description="x" * 20_001),
        [("SP308", 27, "description is 20,001 characters long, more than 20,000")],
    ),
    "two descriptions too long": (
        both(row(7, description="x" * 30_000), row(9, description="x" * 40_000)),
        [("SP308", 27, "30,000"), ("SP308", 29, "40,000")],
    ),
    "skill too long": (
        change(skill="s" * 501),
        [("SP308", 1, "skill is 501 characters long, more than 500")],
    ),
    "two lines in a description": (
        row(7, description="two\nlines"),
        [("SP307", 27, "column description breaks the contract of table requirements")],
    ),
    "no description": (row(7, description=""), [("SP307", 27, "column description")]),
    "null description": (row(7, description=None), [("SP307", 27, "not_nullable")]),
    "null role": (row(7, role=None), [("SP303", 4, ""), ("SP307", 27, "column role")]),
    "padded role": (
        both(*(row(number, role="SRE ") for number in (2, 5, 8, 11, 14))),
        [("SP307", 22, "column role breaks the contract of table requirements")],
    ),
    "no slug": (
        change(skill="Apache Kafka"),
        [("SP307", 1, "column skill breaks the contract of table profiles")],
    ),
    "unknown language": (change(language="fr"), [("SP307", 1, "column language")]),
    "no name, but an origin": (change(skill_name=None), [("SP307", 1, "skill_name_from")]),
    "padded tag": (change(tags=(" topics",)), [("SP307", 1, "column tags")]),
    "no domain": (change(domain=None), [("SP307", 1, "column domain")]),
    "unknown layout": (read(kind="pdf"), [("SP307", 1, "column source_kind")]),
    "no checksum": (read(sha256=""), [("SP307", 1, "column source_sha256")]),
    "line 0": (read(lines=(0, *range(1, 15))), [("SP307", 1, "column line")]),
    "fewer lines than rows": (read(lines=(1, 2)), [("SP307", 1, "lines")]),
    "role that is no text": (row(7, role="\ud800"), [("SP307", 27, "surrogates not allowed")]),
    "skill that is no text": (change(skill="\ud800"), [("SP307", 1, "surrogates not allowed")]),
    "several things": (
        both(declare(mandatory=8), row(7, description="x" * 20_001), change(domain="")),
        [("SP307", 1, "column domain"), ("SP301", 10, ""), ("SP308", 27, "")],
    ),
}


@pytest.mark.parametrize(("broken", "expected"), BREAKS.values(), ids=BREAKS)
def test_a_broken_profile_is_rejected_alone(
    broken: Change, expected: list[tuple[str, int, str]]
) -> None:
    before, bad, after = profile("before"), broken(profile()), profile("after")
    accepted, findings = validate([before, bad, after])
    assert [
        (item.rule.code, item.span and item.span.line, part)
        for item, (_, _, part) in zip(findings, expected, strict=False)
    ] == expected
    assert len(findings) == len(expected)
    for item, (_, _, part) in zip(findings, expected, strict=True):
        assert part in item.message
        assert item.source == "kafka.en.txt"
        assert (item.skill, item.language) == (bad.skill, bad.language)
        assert item.is_error
    alone = Batch.of([before, after])
    assert accepted.profiles == [before, after]
    assert accepted.requirements.equals(alone.requirements, check_metadata=True)
    assert accepted.profile_rows.equals(alone.profile_rows, check_metadata=True)


@pytest.mark.parametrize(("broken", "expected"), BREAKS.values(), ids=BREAKS)
def test_findings_can_be_published(broken: Change, expected: list[Any]) -> None:
    _, findings = validate([broken(profile())])
    table = findings_table(findings)
    assert table.num_rows == len(expected)
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    wrong = contracts.judge(contracts.schema("findings"), frame)
    # A language that is none is the one thing a finding cannot repeat.
    assert {item.column for item in wrong} <= {"language"}


def test_findings_on_rows_name_role_and_level() -> None:
    changes = both(row(4, role="Data Engineer"), row(7, description=""), row(14, role="r" * 501))
    _, findings = validate([changes(profile())])
    assert [(item.rule.code, item.role, item.level) for item in findings] == [
        ("SP303", None, None),
        ("SP306", "Data Engineer", "middle"),
        ("SP307", "Backend Developer", "senior"),
        ("SP308", "r" * 501, "principal"),
    ]


def test_a_figure_is_reported_where_it_stands() -> None:
    wrong = declare(roles=4)(profile())
    _, [finding] = validate([wrong])
    assert finding.span == Span(4, 2, 4, 4)
    assert finding.hint.startswith("look for a role that is spelled differently")
    _, [at_page] = validate([read(figures={"profile": Span(1, 1, 1, 9)})(wrong)])
    assert at_page.span == Span(1, 1, 1, 9)
    _, [nowhere] = validate([read(figures={})(wrong)])
    assert nowhere.span is None


def test_good_profiles_pass_as_they_are() -> None:
    holes = both(without(13, 14), declare(mandatory=7))(profile("holes"))
    four = both(without(12, 13, 14), declare(levels=4, mandatory=6))(profile("four-levels"))
    pages = [profile(), profile(language="de"), holes, four]
    accepted, findings = validate(pages)
    assert findings == []
    assert accepted.profiles == pages
    assert accepted.requirements.num_rows == 15 + 15 + 13 + 12


def test_the_same_skill_twice_is_a_question_to_the_corpus() -> None:
    copy = read(source=Source("copy/kafka.en.txt"))(profile())
    accepted, findings = validate([profile(), copy, profile()])
    assert findings == []
    assert accepted.requirements.num_rows == 45


def test_an_empty_batch() -> None:
    accepted, findings = validate([])
    assert (accepted.profiles, findings) == ([], [])
    assert accepted.requirements.schema.equals(contracts.arrow_schema("requirements"))
    assert accepted.profile_rows.schema.equals(contracts.arrow_schema("profiles"))


def test_a_batch_of_nothing_good() -> None:
    bad = [broken(profile(f"page-{number}")) for number, (broken, _) in enumerate(BREAKS.values())]
    accepted, findings = validate(bad)
    assert accepted.profiles == []
    assert accepted.requirements.num_rows == accepted.profile_rows.num_rows == 0
    assert {item.source for item in findings} == {
        f"page-{number}.en.txt" for number in range(len(bad))
    }
    keys = [item.sort_key for item in findings]
    assert keys == sorted(keys)


@settings(max_examples=25, deadline=None)
@given(
    good=st.integers(0, 8),
    broken=st.lists(st.sampled_from(sorted(BREAKS)), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_the_good_survive_whoever_stands_beside_them(
    good: int, broken: list[str], order: random.Random
) -> None:
    keep = [profile(f"good-{number}") for number in range(good)]
    pages = keep + [BREAKS[name][0](profile(f"bad-{at}")) for at, name in enumerate(broken)]
    order.shuffle(pages)
    accepted, findings = validate(pages)
    survivors = [page for page in pages if page in keep]
    assert accepted.profiles == survivors
    assert accepted.requirements.equals(Batch.of(survivors).requirements)
    assert len(findings) == sum(len(BREAKS[name][1]) for name in broken)
