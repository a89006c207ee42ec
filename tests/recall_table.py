"""How many faults are told, and where: every fault done to every page, held against what was said.

``python -m tests.recall_table`` prints the document ``docs/recall.md``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from tests.anatomy import Page, take_apart
from tests.faults import FAULTS, GROUPS, UNDETECTABLE, Fault, Mutant

from skillprofiles.config import Config
from skillprofiles.findings import Finding
from skillprofiles.model import Figures, Level, Lineage, Profile, Requirement, Source
from skillprofiles.pipeline.batch import read_page
from skillprofiles.read.discover import Input
from skillprofiles.rules import Severity
from skillprofiles.validate import validate
from skillprofiles.vocabulary import LANGUAGES
from skillprofiles.write import LAYOUTS, write_page

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "recall.md"
# The clock of the tests: some pages are dated later than others may run them.
TODAY = dt.date(2026, 12, 31)

FOUND, ELSEWHERE, UNCHANGED, SILENT = "found", "elsewhere", "unchanged", "silent"

SENTENCES = {
    "de": "Prüft {0} vor jeder Übergabe. Erklärt {1}, wenn größere Änderungen → anstehen.",
    "en": "Checks {0} before each handover — in writing. Explains {1} to the team’s newcomers.",
    "es": "Revisa {0} antes de cada entrega. Explica {1} cuando llega un diseño más difícil.",
    "zh": "检查 {0}，并在每次交接前记录结果。向新同事解释 {1} 的原因。",
}
VERBS = {
    "de": ("Kennt", "Nutzt", "Plant", "Leitet"),
    "en": ("Knows", "Uses", "Plans", "Leads"),
    "es": ("Conoce", "Usa", "Planifica", "Dirige"),
    "zh": ("了解", "使用", "规划", "领导"),
}
TOPICS = ("retries", "AT&T links", "C++ builds", "the 95 % goal", "queues", "a | b tables")
ROLES = (
    "Backend Developer (C#/.NET)",
    "Data Engineer",
    "QA Engineer (Manual)",
    "Site Reliability Engineer (SRE)",
)


class Case(NamedTuple):
    """A mutant, the page it was made of, and what became of it."""

    fault: Fault
    page: Page
    mutant: Mutant
    outcome: str
    findings: list[Finding]


def description(code: str, role: int, level: int) -> str:
    verb = VERBS[code][(role + level) % 4]
    topic = TOPICS[(2 * role + level) % len(TOPICS)]
    other = TOPICS[(role + 3 * level + 1) % len(TOPICS)]
    first = f"{verb} {topic}, {level}.{role}. " if code != "zh" else f"{verb} {topic}（{level}.{role}）。"
    return first + SENTENCES[code].format(topic, other)


def made(code: str, kind: str) -> Profile:
    """Return a profile of one of three kinds.

    ``gaps``: four roles, one never flagged, two missing at a level. ``full``: no gap, the stock
    sentence as its summary. ``four``: four levels, named on the page.
    """
    names = {"gaps": ROLES, "full": ROLES[1:], "four": ROLES[:2]}[kind]
    levels = list(Level)[1:] if kind == "four" else list(Level)
    gaps = {(1, Level.JUNIOR), (3, Level.PRINCIPAL)} if kind == "gaps" else set()
    rows = tuple(
        Requirement(
            role,
            level,
            role != "QA Engineer (Manual)" and (number + level) % 3 != 0,
            description(code, number, level),
        )
        for level in levels
        for number, role in enumerate(names)
        if (number, level) not in gaps
    )
    mandatory = sum(row.mandatory for row in rows)
    return Profile(
        skill=f"made-{kind}",
        language=code,
        skill_name=f"Made {kind.title()}",
        skill_name_from="page",
        domain="Data & Platform",
        group="Messaging",
        summary=None if kind == "full" else "Topics, retries, dead letters",
        tags=(),
        content_language=code,
        declared=Figures(len(names), len(levels), mandatory, len(rows) - mandatory),
        updated_on=dt.date(2026, 3, 4) if kind == "full" else dt.date(2026, 2, 22),
        requirements=rows,
        url=None,
        lineage=Lineage(Source("made"), "md", "", (), {}),
    )


def sources() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each page that faults are done to."""
    for path in sorted((ROOT / "raw").rglob("*")):
        if path.is_file() and path.suffix not in (".zip", ".gz"):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    for layout in LAYOUTS:
        for code in LANGUAGES:
            for kind in ("gaps", "full", "four"):
                name = f"made/{layout}/made-{kind}.{code}.txt"
                yield name, write_page(made(code, kind), layout).encode()


def read(pages: dict[str, bytes]) -> dict[str, tuple[Profile | None, list[Finding]]]:
    """Read pages as publishing would: the profile of those accepted, and all findings."""
    with mock.patch("skillprofiles.parser.header.latest_possible", lambda: TODAY):
        read_ = [
            read_page(Input(Source(name), data=data), Config()) for name, data in pages.items()
        ]
    accepted, refused = validate([page.profile for page in read_ if page.profile])
    kept = {profile.lineage.source.name: profile for profile in accepted.profiles}
    said = {page.source: (kept.get(page.source), list(page.findings)) for page in read_}
    for finding in refused:
        said[finding.source][1].append(finding)
    return said


@cache
def clean() -> list[tuple[Page, list[Finding]]]:
    """Return the pages, taken apart, with what is said of them as they are."""
    data = dict(sources())
    found = []
    for name, (profile, findings) in read(data).items():
        assert profile is not None, (name, findings)
        codec = "utf-8" if _is_utf8(data[name]) else "cp1252"
        found.append((take_apart(name, data[name], profile, codec), findings))
    return found


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@cache
def cases() -> list[Case]:
    """Do every fault to every page, and return what became of it."""
    todo = [
        (fault, page, mutant, usual)
        for page, usual in clean()
        for fault in FAULTS
        for mutant in fault.make(page)
    ]
    names = [f"{number:06d}/{Path(page.name).name}" for number, (_, page, *_) in enumerate(todo)]
    said = read({name: item[2].data for name, item in zip(names, todo, strict=True)})
    return [
        Case(fault, page, mutant, *_judged(page, mutant, usual, *said[name]))
        for name, (fault, page, mutant, usual) in zip(names, todo, strict=True)
    ]


def _judged(
    page: Page, mutant: Mutant, usual: list[Finding], profile: Profile | None, said: list[Finding]
) -> tuple[str, list[Finding]]:
    known = Counter((item.rule.code, item.message) for item in usual)
    new = []
    for item in said:
        if known[item.rule.code, item.message] > 0 and not item.is_error:
            known[item.rule.code, item.message] -= 1
        else:
            new.append(item)
    told = {(item.span.line if item.span else 0, item.rule.code) for item in new}
    if told & mutant.places:
        return FOUND, new
    if any(item.rule.severity is not Severity.ADVICE for item in new):
        return ELSEWHERE, new
    same = profile is not None and profile == page.profile
    return UNCHANGED if same else SILENT, new
