"""How many faults are told, and where: every fault done to every page, held against what was said.

``python -m tests.recall_table`` prints the document ``docs/recall.md``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from tests.anatomy import Page, take_apart
from tests.faults import FAULTS, GROUPS, UNDETECTABLE, Fault, Mutant, is_utf8

from skillprofiles.config import Config
from skillprofiles.findings import Finding
from skillprofiles.model import Figures, Level, Lineage, Profile, Requirement, Source
from skillprofiles.pipeline.page import read_page
from skillprofiles.read.discover import Input
from skillprofiles.rules import Severity
from skillprofiles.validate import validate
from skillprofiles.vocabulary import LANGUAGES
from skillprofiles.write import LAYOUTS, write_page

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "recall.md"
# The clock of the tests: some pages are dated later than others may run them.
TODAY = dt.date(2026, 12, 31)

FOUND, TOLD, UNCHANGED, SILENT = "found", "told elsewhere", "unchanged", "silent"

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


class Known(NamedTuple):
    """Why cases that are not told as they should be are allowed; ``holds`` recognizes them."""

    key: str
    why: str
    holds: Callable[[Case], bool]


def told(case: Case) -> dict[str, str]:
    """Return the messages of a case by the code of their rule."""
    return {item.rule.code: item.message for item in case.findings}


def is_closed(page: Page) -> bool:
    """Whether a page shows that it ends: by its tags, or by a footer."""
    return page.layout == "html" or bool(page.text[page.rows[-1].whole.end :].strip())


def ends_too_early(case: Case) -> bool:
    """Whether a page was taken to be cut off because rows are missing, not by how it ends."""
    reason = told(case).get("SP005", "")
    if case.fault.group not in ("Tables", "Rows", "Cells", "Figures"):
        return False
    return "ends after table" in reason or "ends before the last of the roles" in reason


# Nothing is lost: the page is read as it was.
HARMLESS = [
    Known(
        "empty cell",
        "The empty flag of an optional row may be dropped or stand at the row's end; exports do both.",
        lambda case: "empty" in case.mutant.what,
    ),
    Known(
        "no content",
        "The line below a header carries nothing; headers are known by their words.",
        lambda case: case.fault.name == "separator below the header lost",
    ),
    Known(
        "same again",
        "A label that is given twice with the same value says the same.",
        lambda case: case.fault.name == "label and the same value repeated",
    ),
    Known(
        "date's form",
        "A date is known by its form, with its label or without.",
        lambda case: case.mutant.what == "updated" and case.fault.name.startswith("label"),
    ),
]

# Told, but not at the line of the fault, and it could hardly be otherwise.
ELSEWHERE = [
    Known(
        "end or middle",
        "Rows are missing, and the last table, or the last of its rows, is among what may be missing: "
        "the loss is told as SP005 at the end of the page, though it may have happened further up.",
        lambda case: ends_too_early(case) and not is_closed(case.page),
    ),
    Known(
        "absent",
        "A label that is not there has no line. SP101 names it at the first text of the page.",
        lambda case: case.fault.name == "label lost" and "SP101" in told(case),
    ),
    Known(
        "short label",
        "HTML: what is left of a label of two letters resembles nothing, and other texts of a web page "
        "need no label. It is told as a missing one, at the first text of the page.",
        lambda case: (
            case.fault.name == "label misspelled"
            and case.page.layout == "html"
            and len(case.page.at(case.page.labels[case.mutant.what])) == 2
        ),
    ),
    Known(
        "not text",
        "A source with a NUL byte is not text and has no lines; SP003 names the byte's offset.",
        lambda case: "SP003" in told(case),
    ),
    Known(
        "only letter",
        "Where the damaged letter is the page's only one beyond ASCII nothing shows that the page is "
        "UTF-8. It is read as cp1252, with the warning SP010 for the whole source.",
        lambda case: "SP010" in told(case) and sum(not c.isascii() for c in case.page.text) == 1,
    ),
    Known(
        "shared doubt",
        "In flat text the rows of a role that is never flagged tell together where it ends. A row cut "
        "within its role leaves the others in doubt: SP205 at their lines.",
        lambda case: (
            case.page.layout == "flat" and case.fault.group == "Cuts" and "SP205" in told(case)
        ),
    ),
]

# Faults of the program that are known; each entry goes with its repair.
OPEN: list[Known] = []


def known(case: Case) -> str | None:
    """Return why a case needs not be told at its line, by key; None where it has to be."""
    if case.mutant.hidden:
        return case.mutant.hidden if case.outcome == SILENT else None
    allowed = {FOUND: [], UNCHANGED: HARMLESS, TOLD: [*OPEN, *ELSEWHERE], SILENT: OPEN}
    return next((item.key for item in allowed[case.outcome] if item.holds(case)), None)


def description(code: str, role: int, level: int) -> str:
    verb = VERBS[code][(role + level) % 4]
    topic = TOPICS[(2 * role + level) % len(TOPICS)]
    other = TOPICS[(role + 3 * level + 1) % len(TOPICS)]
    first = (
        f"{verb} {topic}, {level}.{role}. "
        if code != "zh"
        else f"{verb} {topic}（{level}.{role}）。"
    )
    return first + SENTENCES[code].format(topic, other)


def made(code: str, kind: str) -> Profile:
    """Return a profile of one of three kinds.

    ``gaps``: five roles, one never flagged, two missing at a level, one there at one level only.
    ``full``: no gap, the stock sentence as its summary. ``four``: four levels, named on the page.
    """
    names = {"gaps": ROLES, "full": ROLES[1:], "four": ROLES[:2]}[kind]
    levels = list(Level)[1:] if kind == "four" else list(Level)
    gaps = {(1, Level.MIDDLE), (3, Level.PRINCIPAL)} if kind == "gaps" else set()
    rows = [
        Requirement(
            role,
            level,
            role != "QA Engineer (Manual)" and (number + level) % 3 != 0,
            description(code, number, level),
        )
        for level in levels
        for number, role in enumerate(names)
        if (number, level) not in gaps
    ]
    if kind == "gaps":
        at = next(i for i, row in enumerate(rows) if row.level is Level.LEAD)
        once = Requirement("Data Architect", Level.SENIOR, True, description(code, 5, 3))
        rows.insert(at, once)
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
        declared=Figures(
            len({row.role for row in rows}), len(levels), mandatory, len(rows) - mandatory
        ),
        updated_on=dt.date(2026, 3, 4) if kind == "full" else dt.date(2026, 2, 22),
        requirements=tuple(rows),
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


def clock() -> AbstractContextManager[object]:
    """Let pages be read on the same day always."""
    return mock.patch("skillprofiles.parser.header.latest_possible", return_value=TODAY)


def read(pages: dict[str, bytes]) -> dict[str, tuple[Profile | None, list[Finding]]]:
    """Read pages as publishing would: the profile of those accepted, and all findings."""
    with clock():
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
        codec = "utf-8" if is_utf8(data[name]) else "cp1252"
        found.append((take_apart(name, data[name], profile, codec), findings))
    return found


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
    places = {(item.span.line if item.span else 0, item.rule.code) for item in new}
    if places & mutant.places:
        return FOUND, new
    if any(item.rule.severity is not Severity.ADVICE for item in new):
        return TOLD, new
    same = profile is not None and profile == page.profile
    return UNCHANGED if same else SILENT, new


# The document.


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(header), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(cases_: list[Case]) -> str:
    """Return how many faults were told where they are, and why the others were not."""
    if not cases_:
        return "–"
    found = sum(case.outcome == FOUND and not case.mutant.hidden for case in cases_)
    others = Counter(
        known(case) or "FAILED" for case in cases_ if case.outcome != FOUND or case.mutant.hidden
    )
    parts = [str(found)] if found else []
    return " + ".join(parts + [f"{count} *{key}*" for key, count in sorted(others.items())])


def matrix() -> str:
    """Return the table of faults and layouts."""
    rows = []
    for group in GROUPS:
        rows.append([f"**{group}**", *[""] * len(LAYOUTS)])
        for fault in FAULTS:
            if fault.group == group:
                mine = [case for case in cases() if case.fault is fault]
                rows.append(
                    [
                        fault.name,
                        *(cell([c for c in mine if c.page.layout == layout]) for layout in LAYOUTS),
                    ]
                )
    return table(["fault", *LAYOUTS], rows)


def share(cases_: list[Case]) -> str:
    """Return the share of detectable faults that were told where they are."""
    able = [case for case in cases_ if not case.mutant.hidden and case.outcome != UNCHANGED]
    found = sum(case.outcome == FOUND for case in able)
    return f"{100 * found / len(able):.1f} %" if found < len(able) else "100 %"


def noticed(cases_: list[Case]) -> str:
    """Return the share of detectable faults that were told at all."""
    able = [case for case in cases_ if not case.mutant.hidden and case.outcome != UNCHANGED]
    silent = sum(case.outcome == SILENT for case in able)
    return f"{100 - 100 * silent / len(able):.2f} %" if silent else "100 %"


def summary() -> str:
    """Return the table of layouts and languages."""
    rows = []
    for code in (*LANGUAGES, None):
        mine = [case for case in cases() if code in (None, case.page.language)]
        by_layout = [[c for c in mine if c.page.layout == layout] for layout in LAYOUTS]
        rows.append([code or "all", *map(share, by_layout), share(mine), noticed(mine)])
    return table(["language", *LAYOUTS, "at the right line", "told at all"], rows)


def reasons(entries: Iterable[tuple[str, str]]) -> str:
    counts = Counter(known(case) for case in cases())
    return table(["why", "times", ""], [[f"*{k}*", str(counts[k]), why] for k, why in entries])


def document() -> str:
    """Return the document."""
    pages = clean()
    kinds = len(FAULTS)
    open_ = ""
    if OPEN:
        listed = reasons((item.key, item.why) for item in OPEN)
        open_ = f"""
## What is still to be repaired

{listed}
"""
    return f"""\
# Recall: which faults are found

{len(cases()):,} times one thing was made wrong on a page that is right: {kinds} kinds of faults, done to
{len(pages)} pages of every layout and language, the samples in `raw/` and generated ones. A fault is found
when the page is rejected, or warned of where the rule is a warning, by a finding *at the right line*:

- that of the row, the label or the value at fault;
- for a wrong figure its own;
- for a lost row, and a flag that was added or removed, that of a figure that no longer adds up;
- for a page that was cut off its last line.

The right pages themselves report nothing: no error, and no warning but one that is true (a sample in
cp1252).

This page is generated by `python -m tests.recall_table`. `tests/test_recall.py` does all of it again, and
fails when any other fault is accepted in silence or told at another line, and when a fault that is listed
below as one that cannot be found is found after all.

{summary()}

Faults that nobody could find, and those that change nothing, are not counted here; the table below has
them all.

## Fault by layout

A number is how many were found. What stands beside words in italics was not found, or not at its line; the
words are explained below. – is a fault that the layout cannot have.

{matrix()}

## What cannot be found, and why

{reasons(UNDETECTABLE.items())}

## What changes nothing

{reasons((item.key, item.why) for item in HARMLESS)}

## What is told at another line

These pages are rejected or warned of as well.

{reasons((item.key, item.why) for item in ELSEWHERE)}
{open_}"""


if __name__ == "__main__":
    print(document(), end="")
