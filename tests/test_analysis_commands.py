"""The commands that ask questions: what is printed, in which format, and one line for what is not there."""

from __future__ import annotations

import csv
import json
import os
import pty
import select
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
import wcwidth
from markdown_it import MarkdownIt
from tests.datasets import profile, publish
from tests.test_cli import call

from skillprofiles.cli._answers import as_json, shown

HOSTILE = "=1+1|<b>x</b>|*y*|`z`|[a](b)|&lt;"


@pytest.fixture(autouse=True)
def unknown_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are laid out as where nobody tells the width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return tables of some skills with names in several scripts, and texts that mean harm."""
    return publish(
        tmp_path_factory.mktemp("commands"),
        profile("kafka", f"Data Engineer: oa ob Mc - Me\nQA Engineer (Manual): o o o o{HOSTILE} M"),
        profile("kafka", "Data Engineer: oa ob Mc - Me\nQA Engineer (Manual): o o o o M", "de"),
        profile(
            "数据建模",
            "数据工程师: o" + "中文" * 30 + " o o M M",
            "zh",
            name="数据建模",
            domain="数据平台",
        ),
    )


def test_show_lists_the_skills(tables: Path) -> None:
    result = call("show", tables)
    assert result.stdout.splitlines() == [
        "skill     name      domain         languages",
        "kafka     Kafka     Data Platform  en, de",
        "数据建模  数据建模  数据平台       zh",
    ]


def test_show_says_edition_matrix_and_texts(tables: Path) -> None:
    lines = call("show", tables, "Kafka", "--role", "data engineer").stdout.splitlines()
    assert lines[:2] == [
        "Kafka (kafka)",
        "Data Platform / Messaging; en (also de); updated 2026-02-22; 3 mandatory, 6 optional; "
        "kafka.en.txt",
    ]
    assert "role           junior  middle  senior  lead  principal" in lines
    assert "Data Engineer  o       o       M       -     M" in lines
    assert "M mandatory, o optional, - nothing expected" in lines
    assert "senior     mandatory  Does c for the team and keeps notes on it." in lines
    assert not any("QA Engineer" in line for line in lines)
    german = call("show", tables, "kafka", "--language", "DE").stdout
    assert "; de (also en); " in german


def as_text(value: object) -> str:
    """Return a value of JSON as CSV has it."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return "|".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize(
    "arguments",
    [("show", "kafka"), ("compare", "kafka"), ("role", "data engineer"), ("show",), ("role",)],
    ids=" ".join,
)
def test_all_formats_hold_the_same_rows(tables: Path, arguments: tuple[str, ...]) -> None:
    command, *names = arguments
    records = json.loads(call(command, tables, *names, "--format", "json").stdout)
    rows = list(csv.DictReader(StringIO(call(command, tables, *names, "--format", "csv").stdout)))
    assert len(records) == len(rows) > 0
    for record, row in zip(records, rows, strict=True):
        for name, value in record.items():
            assert row[name] == as_text(value)
    markdown = call(command, tables, *names, "--format", "markdown").stdout
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    bodies = sum(token.type == "tr_open" for token in tokens)
    heads = sum(token.type == "thead_open" for token in tokens)
    roles = 2 if arguments == ("show", "kafka") else 0  # the matrix
    assert bodies - heads - roles == len(records)


def test_markdown_shows_texts_as_they_are(tables: Path) -> None:
    markdown = call("show", tables, "kafka", "--format", "markdown").stdout
    html = MarkdownIt("commonmark").enable("table").render(markdown)
    assert "<b>" not in html
    assert "<em>" not in html
    assert "<code>" not in html
    assert "<a " not in html
    assert "=1+1|&lt;b&gt;x&lt;/b&gt;|*y*|`z`|[a](b)|&amp;lt;" in html


def test_what_steers_a_terminal_is_written_as_escapes() -> None:
    text = "red \x1b[31m, back \u202e, bell \x07, line\nfeed,\u3000wide\xa0space, \U000e0001"
    assert shown(text) == (
        "red \\x1b[31m, back \\u202e, bell \\x07, line feed, wide space, \\U000e0001"
    )
    printed = as_json(pd.DataFrame({"text": [text]}))
    assert all(letter.isprintable() for letter in printed.replace("\n", ""))
    assert json.loads(printed) == [{"text": text}]


@pytest.mark.parametrize("width", [60, 80, 133])
def test_tables_fit_the_terminal_and_stay_aligned(
    tables: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for arguments in (("show", "数据建模"), ("compare", "kafka"), ("role", "数据工程师")):
        command, *names = arguments
        lines = call(command, tables, *names).stdout.splitlines()
        assert max(wcwidth.wcswidth(line) for line in lines) <= width
    lines = call("role", tables, "数据工程师", "--level", "junior").stdout.splitlines()
    columns = {
        wcwidth.wcswidth(line[: line.index(word)])
        for word, line in [("expected", lines[0]), ("Does", lines[3])]
    }
    assert len(columns) == 1
    assert "中文" * 30 in "".join(
        line[wcwidth_index(line, columns.copy().pop()) :] for line in lines[3:]
    )


def wcwidth_index(line: str, column: int) -> int:
    """Return the character that stands at a column of the terminal."""
    for at in range(len(line) + 1):
        if wcwidth.wcswidth(line[:at]) >= column:
            return at
    return len(line)


def test_compare_says_each_step(tables: Path) -> None:
    lines = call("compare", tables, "kafka", "Data Engineer", "--want", "principal").stdout
    assert lines.splitlines() == [
        "Kafka (kafka), en (also de)",
        "",
        "role           change             flag       expected",
        "",
        "middle to senior",
        "Data Engineer  becomes mandatory  mandatory  Does c for the team and keeps notes on it.",
        "",
        "senior to lead",
        "Data Engineer  ends                          Does c for the team and keeps notes on it.",
        "",
        "lead to principal",
        "Data Engineer  new                mandatory  Does e for the team and keeps notes on it.",
    ]


def test_role_says_where_nothing_is_expected(tables: Path) -> None:
    result = call("role", tables, "data engineer", "--level", "lead")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "nothing is expected at lead\n"
    assert (
        call("role", tables, "data engineer", "--level", "lead", "--format", "json").stdout
        == "[]\n"
    )


def test_role_with_a_level_to_come_from_says_what_changes(tables: Path) -> None:
    lines = call("role", tables, "data engineer", "--have", "junior").stdout.splitlines()
    assert lines[0].split() == ["skill", "in", "change", "flag", "expected"]
    assert [line for line in lines if " to " in line] == ["junior to middle", "middle to senior"]


MISSES = [
    (("show", "kafkas"), "no skill 'kafkas'; did you mean 'kafka'?"),
    (("show", "zz"), "no skill 'zz'; `skillprofiles show DIR` lists them"),
    (("show", "kafka", "--role", "zz"), "no role 'zz' in kafka; there are Data Engineer, QA Engin"),
    (("show", "kafka", "--language", "es"), "no page in kafka in 'es'; there are de, en"),
    (("show", "kafka", "--language", "fr"), "no page in 'fr'; there are de, en, es, zh"),
    (("compare", "kafka", "Data Engineer", "--have", "lead"), "senior is not above lead"),
    (("compare", "kafka", "--want", "boss"), "no level 'boss'; there are junior, middle"),
    (("role", "zz"), "no role 'zz'; `skillprofiles role DIR` lists them"),
    (("role", "engineer"), "no role 'engineer'; did you mean 'Data Engineer' or 'QA Engineer"),
    (("diff",), "normalized holds no changes: only a release does"),
    (("diff", "--since", "1"), "no release '1' in "),
    (("diff", "nowhere"), "nowhere: No such file or directory"),
    (("show", "\x1b[31m"), "no skill '\\x1b[31m'"),
]


@pytest.mark.parametrize(("arguments", "message"), MISSES, ids=lambda value: str(value)[:40])
def test_what_is_not_there_is_one_line_and_exit_2(
    tables: Path, arguments: tuple[str, ...], message: str
) -> None:
    command, *names = arguments
    result = call(command, tables, *names)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {message}") or message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_without_tables_is_one_line_and_exit_2(tmp_path: Path) -> None:
    for command in ("show", "compare", "role", "diff", "export"):
        extra = {"compare": ("x",), "export": ("--out", str(tmp_path / "out"))}
        result = call(command, tmp_path, *extra.get(command, ()))
        assert result.exit_code == 2
        assert result.stderr == f"Error: {tmp_path}: no tables were published there\n"


def test_a_mended_name_is_said_beside_the_answer(tables: Path) -> None:
    result = call("role", tables, "data enginer")
    assert result.exit_code == 0
    assert result.stderr == "took 'data enginer' for 'Data Engineer'\n"
    assert "Does c" in result.stdout


def on_a_terminal(*command: str, **variables: str) -> str:
    """Return what a command prints on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm-256color", **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "skillprofiles.cli", *command],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        os.close(theirs)
        printed = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed.
                break
            if not data:
                break
            printed += data
        os.close(ours)
        assert process.wait() == 0
    return printed.decode()


def test_colour_shows_on_a_terminal_only_and_says_nothing_new(tables: Path) -> None:
    command = ("compare", str(tables), "kafka")
    coloured = on_a_terminal(*command)
    assert "\x1b[1mmandatory\x1b[0m" in coloured
    plain = on_a_terminal(*command, NO_COLOR="1")
    assert "\x1b" not in plain
    assert wcwidth.strip_sequences(coloured) == plain
    assert plain.replace("\r\n", "\n") == call(*command, env={"COLUMNS": "100"}).stdout


def test_a_terminal_without_the_letters_shows_escapes(tables: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "skillprofiles.cli", "show", str(tables)],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\\u6570" in done.stdout
    assert done.stderr == ""
