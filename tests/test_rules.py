"""Every rule is triggered, and the example in its documentation is true.

Where the good example is an excerpt of the page below, putting the bad one in its place must trigger
the rule, and nothing else of severity error. The other rules have a page of their own here.
"""

from __future__ import annotations

import codecs
import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from tests.samples import page, sample

import skillprofiles as sp
from skillprofiles.findings import Finding
from skillprofiles.model import Level, Requirement
from skillprofiles.rules import FAMILIES, RULES, Rule, Severity
from skillprofiles.validate import validate

NAME = "event-streaming.en.txt"
PAGE = """\
# Apache Kafka
Domain
Data Platform
Skill Profile
Topics, retries, dead letters
Roles
2
where this skill appears
Levels
5
structured growth path
Mandatory requirements
6
the other 4 optional
Data Platform
Messaging
2/22/2026
| Role | Required | Description |
|---|---|---|
| Backend Developer | | Publishes messages. |
| Data Engineer | | Reads a topic by its name and writes down what it found. |
| Role | Required | Description |
|---|---|---|
| Backend Developer | | Writes a consumer that survives a restart. |
| Data Engineer | Required | Reads a topic. |
| Role | Required | Description |
|---|---|---|
| Backend Developer | Required | Designs topics for three teams. |
| Data Engineer | Required | Sets offsets by hand \\| by tool. |
| Role | Required | Description |
|---|---|---|
| Backend Developer | Required | Decides what goes through the queue. |
| Data Engineer | Required | Plans capacity for a year. |
| Role | Required | Description |
|---|---|---|
| Backend Developer | | Explains the platform to new teams. |
| Data Engineer | Required | Sets the direction for streaming. |
"""

# The rules whose example is no excerpt of a page: bytes, files, several sources.
OWN: dict[str, Callable[[Path], object]] = {
    "SP001": lambda folder: folder / "missing.txt",
    "SP002": lambda folder: b"",
    "SP003": lambda folder: codecs.decode(RULES["SP003"].bad.rstrip("."), "unicode_escape").encode(
        "latin-1"
    ),
    "SP004": lambda folder: PAGE.encode() + b" " * (17 * 1024 * 1024),
    "SP006": lambda folder: RULES["SP006"].bad.encode(),
    "SP007": lambda folder: (
        RULES["SP007"].bad + "\n|---|---|---|---|---|---|\n| dbt | B | B | I | A | — |\n"
    ).encode(),
    "SP008": lambda folder: gzip.compress(b"x")[:-3],
    "SP009": lambda folder: PAGE.replace("topic.", "Domäne → Topic.").encode() + b"Dom\xe4ne",
    "SP010": lambda folder: PAGE.replace("Messaging", "Domäne").encode("cp1252"),
    "SP011": lambda folder: PAGE.replace("Messaging", "Domäne").encode().decode("cp1252").encode(),
    "SP012": lambda folder: b"\xef\xbb\xbf" + PAGE.encode(),
    "SP013": lambda folder: PAGE.replace("\n", "\r\n").encode(),
    "SP014": lambda folder: PAGE.replace("Data Engineer", "Data\u200b Engineer").encode(),
    "SP015": lambda folder: PAGE.replace("Messaging", "Doma\u0308ne").encode(),
    "SP016": lambda folder: PAGE.replace("Data Engineer", "Data\u00a0Engineer").encode(),
    "SP017": lambda folder: (
        page("html").replace("utf-8", "iso-8859-1").replace("Topics", "Thémes").encode()
    ),
    "SP108": lambda folder: (
        PAGE.replace("Skill Profile", "Skill-Profil")
        .replace("Levels", "Stufen")
        .replace("Mandatory requirements", "Requisitos obligatorios")
        .encode()
    ),
    "SP111": lambda folder: b"https://example.org/skills/kafka?lang=de\n" + PAGE.encode(),
    "SP205": lambda folder: (
        page("flat", text="it")
        .replace("Runs it", "Data Runs")
        .replace("Data Engineer Builds", "Data Wizard Builds")
        .encode()
    ),
    "SP210": lambda folder: re.sub(r"(?<=---\|\n)(\|.*\n){2}", "", PAGE, count=1).encode(),
    "SP305": lambda folder: (
        PAGE.replace("| Role", "\n| Role")
        .rsplit("\n\n", 1)[0]
        .replace("\n5\n", "\n4\n")
        .replace("\n6\n", "\n5\n")
        .replace("the other 4", "the other 3")
        .encode()
    ),
    "SP308": lambda folder: PAGE.replace("Reads a topic.", "x" * 30_000).encode(),
    "SP501": lambda folder: PAGE.replace("# Apache Kafka\n", "").encode(),
    "SP502": lambda folder: (
        PAGE.replace("# Apache Kafka\n", "")
        .replace("Plans capacity for a year.", RULES["SP502"].bad)
        .replace("Decides what goes through the queue.", RULES["SP502"].bad)
        .encode()
    ),
}


def codes(findings: list[Finding]) -> set[str]:
    return {finding.rule.code for finding in findings}


def test_the_page_of_the_examples_is_clean() -> None:
    profile, findings = sp.parse(PAGE.encode(), name=NAME)
    assert profile is not None
    assert findings == []


# Broken by faults of the program or while a file changes, or seen only in several pages together:
# tested below, in test_ingest_faults.py, test_ingest_poison.py and test_corpus.py. Those of `fetch`
# are about addresses: test_fetch.py and test_fetch_faults.py.
ELSEWHERE = {
    "SP018",
    "SP019",
    "SP307",
    "SP401",
    "SP402",
    "SP403",
    "SP404",
    "SP405",
    "SP406",
    "SP503",
    "SP504",
}
ELSEWHERE |= {"SP020", "SP021", "SP022", "SP023", "SP024", "SP025"}
EXCERPTS = [
    rule
    for rule in RULES.values()
    if rule.good in PAGE and rule.code not in OWN and rule.code not in ELSEWHERE
]


@pytest.mark.parametrize("rule", EXCERPTS, ids=lambda rule: rule.code)
def test_the_bad_example_in_place_of_the_good_one_triggers_the_rule(rule: Rule) -> None:
    broken = PAGE.replace(rule.good, rule.bad, 1)
    _, findings = sp.parse(broken.encode(), name=NAME)
    assert rule.code in codes(findings), findings
    rejected = any(finding.is_error for finding in findings)
    assert rejected or rule.severity is not Severity.ERROR


@pytest.mark.parametrize("code", OWN)
def test_rules_about_bytes_and_files(tmp_path: Path, code: str) -> None:
    source = OWN[code](tmp_path)
    _, findings = sp.parse(source, name="000_1.txt")  # type: ignore[arg-type]
    assert code in codes(findings), findings


def test_rules_about_several_sources(tmp_path: Path) -> None:
    for folder, text in (("a", PAGE), ("b", PAGE), ("c", PAGE.replace("2/22/", "1/5/"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / NAME).write_text(text, encoding="utf-8")
    found = set(sp.normalize(tmp_path).findings["code"])
    (tmp_path / "b" / NAME).write_text(
        PAGE.replace("Reads a topic.", "Reads two."), encoding="utf-8"
    )
    found |= set(sp.normalize(tmp_path).findings["code"])
    assert {"SP401", "SP402", "SP403"} <= found


def test_the_contract_guards_against_the_program_itself() -> None:
    wrong = Requirement("Data Engineer", Level.JUNIOR, True, "two\nlines")
    profile = replace(sample(), requirements=(wrong, *sample().requirements[1:]))
    lineage = replace(profile.lineage, lines=tuple(range(1, 11)))
    accepted, findings = validate([replace(profile, lineage=lineage)])
    assert accepted.profiles == []
    assert isinstance(accepted.requirements, pa.Table)
    assert "SP307" in codes(findings)


def test_every_rule_is_triggered_by_one_of_these() -> None:
    assert set(RULES) == {rule.code for rule in EXCERPTS} | set(OWN) | ELSEWHERE


def test_declarations_are_complete_and_unique() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    for code, rule in RULES.items():
        assert re.fullmatch(r"SP\d{3}", code)
        assert code[:3] in FAMILIES
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert rule.why.endswith(".")
        assert not rule.message.endswith(".")
        assert not rule.hint.endswith(".")
        assert rule.good != rule.bad
