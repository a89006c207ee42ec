"""The commands as a user meets them: what is printed where, exit codes, one line for bad usage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.samples import corpus, page

from skillprofiles.cli import main
from skillprofiles.rules import RULES


def call(*arguments: object, **options: object) -> Result:
    result = CliRunner().invoke(main, [str(item) for item in arguments], **options)  # type: ignore[arg-type]
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_clean_run_says_what_was_published_where(tmp_path: Path) -> None:
    result = call("normalize", corpus(tmp_path / "raw"), "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert result.stdout.startswith("12 sources: 12 accepted\n")
    assert f"Published in {tmp_path / 'out'}:" in result.stdout
    assert "requirements.parquet  120 rows" in result.stdout
    assert result.stderr == ""


def test_a_rejected_page_is_shown_by_rule_with_its_first_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = corpus(Path("raw"), 3)
    (raw / "bad.txt").write_text(page().replace("\n2\n", "\n3\n", 1), encoding="utf-8")
    result = call("normalize", "raw", "--out", "out")
    assert result.exit_code == 1
    assert "4 sources: 3 accepted, 1 rejected" in result.stdout
    assert (
        "error SP303 role-count: 1 finding, first at\n  raw/bad.txt:6:1: the page declares 3"
        in result.stdout
    )
    assert "hint: look for a role" in result.stdout


def test_quiet_prints_nothing_and_keeps_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("Please sign in.", encoding="utf-8")
    result = call("normalize", tmp_path / "bad.txt", "--out", tmp_path / "out", "--quiet")
    assert (result.exit_code, result.output) == (1, "")


def test_json_log_goes_to_stderr(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 2)
    (raw / "bad.txt").write_text("Please sign in.", encoding="utf-8")
    result = call("normalize", raw, "--out", tmp_path / "out", "--log-format", "json")
    assert result.stdout == ""
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert [event["event"] for event in events][-1] == "published"
    assert events[-1]["accepted"] == 2
    assert {"SP006"} <= {event.get("code") for event in events}


def test_standard_input(tmp_path: Path) -> None:
    result = call("normalize", "-", "--out", tmp_path / "out", input=page("flat"))
    assert result.exit_code == 0
    assert result.stdout.startswith("1 source: 1 accepted")


USAGE = [
    (["normalize"], "Missing argument 'SOURCE...'"),
    (["normalize", "nowhere", "--out", "out"], "'nowhere' does not exist"),
    (["normalize", "*.nothing", "--out", "out"], "no file matches '*.nothing'"),
    (["normalize", ".", "--oot", "out"], "--oot"),
    (["normalize", "empty", "--out", "out"], "no source in 'empty'"),
    (["normalize", "page.txt", "--out", "page.txt"], "is a file"),
    (["normalize", "page.txt", "--out", "out", "--workers", "0"], "--workers"),
    (["normalize", "page.txt", "--out", "out", "--config", "none.toml"], "none.toml: No such file"),
    (["normalise"], "no command 'normalise'; did you mean 'normalize'?"),
    (["rule", "SP31"], "no rule 'SP31'; did you mean 'SP3"),
    (["rule", "mandatory-counts"], "did you mean 'mandatory-count'?"),
    (["schema", "nothing"], "no schema 'nothing'"),
]


@pytest.mark.parametrize(
    ("arguments", "message"),
    USAGE,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_usage_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(page(), encoding="utf-8")
    Path("empty").mkdir()
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


CONFIGURATIONS = [
    ("max-bites = 3", "max-bites is not a setting; did you mean 'max-bytes'?"),
    ("max-bytes = 0", "max-bytes must be a whole number above 0"),
    ('exclude = "x"', "exclude must be a list of texts"),
    ("sources = 3", "sources must hold a table"),
    ('[sources."*"]\nlanguage = "fr"', "language is 'fr', not one of de, en, es, zh"),
    ('[sources."*"]\nlevels = ["junor"]', "levels: 'junor'; did you mean 'junior'?"),
    ('[sources."*"]\nlevels = ["lead", "junior"]', "must rise from junior to principal"),
    ('[sources."*"]\nskil = "x"', "skil is not a setting; did you mean 'skill'?"),
    ("exclude = [", "not valid TOML"),
]


@pytest.mark.parametrize(("text", "message"), CONFIGURATIONS)
def test_an_unusable_configuration_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("skillprofiles.toml").write_text(text, encoding="utf-8")
    Path("page.txt").write_text(page(), encoding="utf-8")
    result = call("normalize", "page.txt", "--out", "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_nearest_configuration_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = corpus(tmp_path / "a" / "raw", 3)
    (inner / "notes.txt").write_text("Notes.", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.skillprofiles]\nexclude = ["notes*"]\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path / "a")
    assert call("normalize", "raw", "--out", "out").exit_code == 0
    Path("skillprofiles.toml").write_text("", encoding="utf-8")
    assert call("normalize", "raw", "--out", "out").exit_code == 1


def test_every_rule_is_explained() -> None:
    listing = call("rule").stdout
    for code, rule in RULES.items():
        assert f"{code}  {rule.name}" in listing
        shown = call("rule", code).stdout
        assert call("rule", rule.name).stdout == shown
        assert rule.why in shown
    assert (
        json.loads(call("rule", "SP301", "--format", "json").stdout)[0]["name"] == "mandatory-count"
    )


def test_schemas_are_written_and_found_stale(tmp_path: Path) -> None:
    assert call("schema", "--check", "--dir", tmp_path).exit_code == 1
    assert call("schema", "--write", "--dir", tmp_path).exit_code == 0
    assert call("schema", "--check", "--dir", tmp_path).exit_code == 0
    name = "requirements.schema.json"
    assert json.loads(call("schema", name).stdout) == json.loads(
        (tmp_path / name).read_text("utf-8")
    )
    (tmp_path / name).write_text("{}", encoding="utf-8")
    stale = call("schema", "--check", "--dir", tmp_path)
    assert name in stale.stderr


def test_importing_and_asking_for_help_loads_no_frames() -> None:
    code = (
        "import sys, skillprofiles, skillprofiles.cli\n"
        "try: skillprofiles.cli.main(sys.argv[1:])\n"
        "finally: print([m for m in ('pandas', 'pandera', 'pyarrow', 'lxml', 'bs4') if m in sys.modules])\n"
    )
    for arguments in (["--help"], ["rule", "SP301"], ["normalize", "--help"]):
        output = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
        ).stdout
        assert output.splitlines()[-1] == "[]", arguments


def test_names_cannot_forge_lines_or_steer_the_terminal(tmp_path: Path) -> None:
    name = "evil\n5 sources: 5 accepted\x1b[2J.txt"
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / name).write_text("Please sign in.", encoding="utf-8")
    result = call("normalize", tmp_path / "raw", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout
    assert "\n5 sources" not in result.stdout


def test_colours_only_where_wanted(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("Please sign in.", encoding="utf-8")
    arguments = [sys.executable, "-m", "skillprofiles.cli", "normalize", str(tmp_path / "bad.txt")]
    for settings, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        master, slave = os.openpty()
        environment = {**os.environ, **settings}
        environment.pop("NO_COLOR", None) if coloured else None
        process = subprocess.Popen(
            [*arguments, "--out", str(tmp_path / "out")],
            stdout=slave,
            stderr=slave,
            env=environment,
        )
        assert process.wait() == 1
        os.close(slave)
        shown = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(master)
        assert (b"\x1b[" in shown) is coloured


@pytest.mark.parametrize(
    "arguments",
    [("ingest", "raw", "--to", ""), ("ingest", "", "--to", "x"), ("normalize", "raw", "--out=")],
)
def test_an_empty_argument_is_a_variable_that_is_not_set(arguments: tuple[str, ...]) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "an argument is empty; is a variable unset?" in result.stderr


def test_a_folder_that_is_not_utf_8_is_one_line(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/exp\xfcort"))
    folder.mkdir()
    corpus(folder / "raw", 2)
    for command in (["ingest", "raw", "--to", "out"], ["show", "out", "a\udcff"]):
        done = subprocess.run(
            [sys.executable, "-m", "skillprofiles.cli", *command],
            cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"Error: ")
        assert done.stderr.count(b"\n") == 1


def test_a_fault_of_the_program_never_looks_like_a_rejected_page() -> None:
    broken = (
        "import sys\nfrom skillprofiles.cli import main\n"
        "from skillprofiles.cli import rule\nrule.rule.callback = lambda **given: 1 / 0\n"
        "sys.argv[1:] = ['rule', 'SP301']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.endswith("Error: this is a fault of the program; please report it.\n")
