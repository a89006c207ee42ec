"""What only shows when many pages are seen together, found at the right row of the right file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.samples import sample

from skillprofiles.config import Config, Selection, expand
from skillprofiles.corpus.filler import MASK, masked
from skillprofiles.findings import Finding
from skillprofiles.model import Figures, Level, Profile, Requirement
from skillprofiles.pipeline.check import check, with_places
from skillprofiles.read.discover import discover
from skillprofiles.rules import Severity
from skillprofiles.write import write_page


def found(folder: Path, *codes: str) -> list[Finding]:
    config = Config()
    checked = check(discover([str(folder)], config.max_bytes), config)
    assert not [finding for finding in checked.findings if finding.is_error]
    shown = [finding for finding in checked.findings if finding.rule.code in codes]
    return with_places(shown, checked.inputs, config)[0]


def changed(profile: Profile, at: int, **changes: Any) -> Profile:
    rows = list(profile.requirements)
    rows[at] = rows[at]._replace(**changes)
    mandatory = sum(row.mandatory for row in rows)
    roles = len({row.role for row in rows})
    return replace(
        profile,
        requirements=tuple(rows),
        declared=Figures(roles, 5, mandatory, len(rows) - mandatory),
    )


def write(folder: Path, profile: Profile, layout: str = "canonical") -> str:
    name = f"{profile.skill}.{profile.language}.{'html' if layout == 'html' else 'txt'}"
    (folder / name).write_text(write_page(profile, layout), encoding="utf-8")
    return name


def text_at(folder: Path, finding: Finding) -> str:
    assert finding.span
    line = (folder / finding.source).read_text("utf-8").split("\n")[finding.span.line - 1]
    return line[finding.span.column - 1 : finding.span.end_column - 1]


def test_editions_that_disagree_name_the_cell_in_both_files(tmp_path: Path) -> None:
    german = sample(language="de")
    write(tmp_path, german, "html")
    english = sample(language="en")
    at = next(i for i, row in enumerate(english.requirements) if row.mandatory)
    write(tmp_path, changed(english, at, mandatory=False), "html")
    findings = found(tmp_path, "SP404")
    assert len(findings) == 1
    row = english.requirements[at]
    assert findings[0].source == "event-streaming.en.html"
    assert (
        f"'{row.role}' at level {row.level.label} is optional here, but mandatory"
        in findings[0].message
    )
    line = int(findings[0].message.rsplit("(line ", 1)[1].rstrip(")"))
    assert (
        row.role.split("(")[0]
        in (tmp_path / "event-streaming.de.html").read_text("utf-8").split("\n")[line - 1]
    )


def test_a_cell_that_one_edition_lacks(tmp_path: Path) -> None:
    write(tmp_path, sample(language="de"))
    english = sample(language="en")
    rows = english.requirements[:2] + english.requirements[3:]
    mandatory = sum(row.mandatory for row in rows)
    lacking = replace(
        english, requirements=rows, declared=Figures(2, 5, mandatory, len(rows) - mandatory)
    )
    write(tmp_path, lacking)
    messages = [finding.message for finding in found(tmp_path, "SP404")]
    assert len(messages) == 1
    assert "is missing here, but optional in 'event-streaming.de.txt' (line " in messages[0]


def test_editions_that_agree_are_silent(tmp_path: Path) -> None:
    for language in ("de", "en", "es", "zh"):
        write(tmp_path, sample(language=language))
    assert found(tmp_path, "SP404") == []


def test_almost_the_same_role_is_found_at_the_rarer_spelling(tmp_path: Path) -> None:
    for skill in ("kafka", "nats", "pulsar"):
        write(tmp_path, sample(skill))
    odd = sample("rabbitmq")
    rows = tuple(
        row._replace(role="Data Enginer") if row.role == "Data Engineer" else row
        for row in odd.requirements
    )
    write(tmp_path, replace(odd, requirements=rows))
    findings = found(tmp_path, "SP405")
    assert [text_at(tmp_path, finding) for finding in findings] == ["Data Enginer"]
    assert (
        "'Data Enginer' is almost 'Data Engineer', which 3 other page(s) have"
        in findings[0].message
    )


def test_roles_that_differ_in_what_tells_them_apart_are_not_confused(tmp_path: Path) -> None:
    roles = (
        "Backend Developer (C#/.NET)", "Backend Developer (C++/.NET)", "iOS Developer", "OS Developer",
        "QA Engineer (Manual)", "QA Engineer (Automation)", "ML Engineer", "AI Engineer", "1C Developer",
        "Frontend Developer", "Backend Developer", "Level 1 Analyst", "Level 2 Analyst",
    )  # fmt: skip
    for number, role in enumerate(roles):
        profile = sample(f"skill-{chr(97 + number)}x", roles=1)
        rows = tuple(row._replace(role=role) for row in profile.requirements)
        write(tmp_path, replace(profile, requirements=rows))
    assert found(tmp_path, "SP405") == []


def test_a_flag_that_is_dropped_further_up(tmp_path: Path) -> None:
    profile = sample()
    last = len(profile.requirements) - 1
    assert profile.requirements[last].mandatory
    write(tmp_path, changed(profile, last, mandatory=False))
    findings = found(tmp_path, "SP503")
    assert len(findings) == 1
    assert findings[0].rule.severity is Severity.ADVICE
    assert "must do at level lead" in findings[0].message
    assert findings[0].level == "principal"


def test_filler_texts_are_found_with_the_names_masked(tmp_path: Path) -> None:
    for skill in ("kafka", "nats", "pulsar"):
        profile = sample(skill)
        rows = tuple(
            Requirement(row.role, row.level, row.mandatory, f"Sets {profile.skill_name} standards.")
            if row.level is Level.LEAD
            else row._replace(description=f"{row.description} {skill[::-1]} {number}")
            for number, row in enumerate(profile.requirements)
        )
        write(tmp_path, replace(profile, requirements=rows))
    findings = found(tmp_path, "SP504")
    assert {finding.source for finding in findings} == {
        "kafka.en.txt",
        "nats.en.txt",
        "pulsar.en.txt",
    }
    assert {text_at(tmp_path, finding) for finding in findings} == {
        f"Sets {name} standards." for name in ("Kafka", "Nats", "Pulsar")
    }


MASKED = [
    ("C#", "Sets C# standards; C#, and more C#.", "sets * standards; *, and more *."),
    (".NET", "Moves ASP.NET to .NET 9", "moves asp.net to * 9"),
    ("C", "C, C++ and C# are three", "*, c++ and c# are three"),
    ("C++", "C++ and C++17", "* and *17"),
    ("Go", "Going on with Go, Django and Go-kit", "going on with *, django and *-kit"),
    ("dbt", "dbt, dbtdbt", "*, dbtdbt"),
    ("数据建模", "负责数据建模的设计。数据建模", "负责*的设计。*"),
    ("Kafka", "使用Kafka构建 Kafkaesque", "使用*构建 kafkaesque"),
    ("Event  Streaming", "EVENT\tstreaming", "*"),
    ("CI/CD (GitLab)", "Runs CI/CD (GitLab).", "runs *."),
    ("STRASSE", "Die Straße", "die *"),
    (None, "As  it IS", "as it is"),
    ("", "as it is", "as it is"),
]


@pytest.mark.parametrize(("name", "text", "expected"), MASKED)
def test_a_name_is_masked_where_it_stands_by_itself(
    name: str | None, text: str, expected: str
) -> None:
    assert masked(text, name) == expected.replace("*", MASK)


def test_selection_by_code_prefix_and_name(tmp_path: Path) -> None:
    write(tmp_path, changed(sample(), 9, mandatory=False))
    config = Config()
    checked = check(discover([str(tmp_path)], config.max_bytes), config)
    cases = [
        (Selection(), []),
        (Selection(extend=expand(["SP5"])), ["SP503"]),
        (Selection(select=expand(["flag-dropped"])), ["SP503"]),
        (Selection(extend=expand(["SP5"]), ignore=expand(["SP503"])), []),
        (Selection(least=Severity.ADVICE), ["SP503"]),
        (Selection(extend=expand(["SP5"]), per_file=(("*.txt", expand(["SP503"])),)), []),
        (Selection(severities=(("SP503", Severity.ERROR),)), ["SP503"]),
    ]
    inputs = list(discover([str(tmp_path)], config.max_bytes))
    for selection, expected in cases:
        selected = selection.apply(checked.findings)
        assert [finding.rule.code for finding in selected.shown] == expected, selection
        needed = check(inputs, config, selection.wants).findings
        assert selection.apply(needed) == selected, "what is not needed is not missed"
    assert "SP503" not in {
        item.rule.code for item in check(inputs, config, Selection().wants).findings
    }
    idle = Selection(per_file=(("*.md", expand(["SP301"])),)).apply(checked.findings).idle
    assert idle == ("per-file-ignores: '*.md' hides no SP301 (mandatory-count); remove it",)
