"""The options of ``skillprofiles check`` together: outputs, suppressions, baselines, repairs."""

from __future__ import annotations

import datetime as dt
import gc
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from tests.samples import page

from skillprofiles.cli import main
from skillprofiles.fix import fix

CLEAN = page()
WRONG = page(skill="wrong").replace("\n2\n", "\n3\n", 1)

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run the command in a folder with a clean page, a wrong one and one with a warning."""
    monkeypatch.chdir(tmp_path)
    Path("clean.md").write_text(CLEAN, encoding="utf-8")
    Path("wrong.md").write_text(WRONG, encoding="utf-8")
    Path("legacy.md").write_bytes(page(skill="legacy", language="de").encode("cp1252"))

    def run(*arguments: object, **options: Any) -> Result:
        result = CliRunner().invoke(main, ["check", *map(str, arguments)], **options)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def codes(result: Result) -> list[str]:
    return [line.split(": ", 1)[1][:5] for line in result.stdout.splitlines()]


# What is shown.

SELECTED = [
    ([], "", ["SP010", "SP303"]),
    (["--severity", "error"], "", ["SP303"]),
    (["--severity", "error", "--select", "SP0,SP3"], "", ["SP303"]),
    (["--severity", "error", "--extend-select", "legacy-encoding"], "", ["SP010", "SP303"]),
    (["--select", "SP0"], "", ["SP010"]),
    ([], 'ignore = ["SP010"]', ["SP303"]),
    (["--select", "SP0"], 'ignore = ["SP010"]', ["SP010"]),
    (["--extend-select", "SP010"], 'ignore = ["SP0"]', ["SP010", "SP303"]),
    (["--ignore", "SP303"], 'ignore = ["SP010"]', []),
    (["--ignore", "SP303"], 'select = ["SP3"]', []),
    (["--severity", "advice"], 'select = ["SP3"]', ["SP303"]),
    ([], '[severity]\nSP010 = "error"\nSP303 = "warning"', ["SP010", "SP303"]),
    (["--severity", "error"], '[severity]\nSP010 = "error"\nSP303 = "warning"', ["SP010"]),
]


@pytest.mark.parametrize(("arguments", "settings", "shown"), SELECTED)
def test_the_command_line_wins_over_the_configuration(
    call: Call, arguments: list[str], settings: str, shown: list[str]
) -> None:
    Path("skillprofiles.toml").write_text(settings, encoding="utf-8")
    assert codes(call(*arguments, "--output-format", "concise")) == shown


def test_files_of_the_command_itself_are_no_sources(call: Call) -> None:
    Path("skillprofiles.toml").write_text('baseline = "known.json"\n', encoding="utf-8")
    assert call("--update-baseline").exit_code == 0
    for _ in range(2):
        result = call(
            "--output", "sarif=found.sarif", "--output-file", "out.txt", "--severity", "advice"
        )
        assert (result.exit_code, result.output) == (0, "")
    assert "4 sources" not in Path("out.txt").read_text("utf-8")
    assert call("known.json").exit_code == 1, "unless they are named"


def test_a_damaged_letter_is_pointed_at(call: Call) -> None:
    data = WRONG.encode().replace(b"Roles\n", b"Ro\xe4l\xc3\xa9s\n", 1)
    Path("wrong.md").write_bytes(data)
    line = data[: data.index(b"\xe4")].count(b"\n") + 1
    result = call("wrong.md")
    assert f"wrong.md:{line}:3: SP009" in result.stdout
    assert f"{line} | Ro\ufffdlés" in result.stdout
    assert result.stdout.splitlines()[3].endswith("|   ^")


# Where it goes.


def test_every_output_is_written_whatever_stands_beside_it(call: Call) -> None:
    result = call(
        "--output", "json=a.json", "--output-file", "b.txt", "--output", "concise", "--statistics"
    )
    assert result.stdout == "     1  SP010  legacy-encoding\n     1  SP303  role-count\n"
    assert [item["code"] for item in json.loads(Path("a.json").read_text("utf-8"))] == [
        "SP010",
        "SP303",
    ]
    assert Path("b.txt").read_text("utf-8").startswith("legacy.md:1:1: SP010 [legacy-encoding]")
    counts = call("--statistics", "--output-format", "json", "--select", "SP3")
    assert json.loads(counts.stdout) == [{"code": "SP303", "name": "role-count", "count": 1}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "sariff=x"], "--output sariff=x: 'sariff' is not one of text, concise"),
        (["--output", "text="], "--output text=: no file is named"),
        (["--output-file", "none/x"], "none/x: No such file or directory"),
        (["--unsafe-fixes"], "--unsafe-fixes goes with --diff or --fix"),
        (["--fix", "-"], "--fix repairs files; what is read from - can be shown with --diff"),
        (["--baseline", "none.json"], "none.json: no such baseline; write it with --update-base"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(
    call: Call, arguments: list[str], message: str
) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_sarif_has_all_four_fields_of_every_region(call: Call) -> None:
    log = json.loads(call("--output-format", "sarif").stdout)
    lines = {name: Path(name).read_text("cp1252").split("\n") for name in ("wrong.md", "legacy.md")}
    places = [
        place["physicalLocation"]
        for result in log["runs"][0]["results"]
        for place in (*result["locations"], *result.get("relatedLocations", ()))
    ]
    assert len(places) == 4
    for place in places:
        region = place["region"]
        assert region.keys() == {"startLine", "startColumn", "endLine", "endColumn"}
        line = lines[place["artifactLocation"]["uri"]][region["startLine"] - 1]
        assert 1 <= region["startColumn"] <= region["endColumn"] <= len(line) + 1


def test_junit_tells_when_it_was_checked(call: Call) -> None:
    document = etree.fromstring(call("--output-format", "junit").stdout.encode())
    (moment,) = {suite.get("timestamp") for suite in document}
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert abs(now - dt.datetime.fromisoformat(moment or "")) < dt.timedelta(minutes=2)


# What is suppressed, and whether that is still needed.


def test_a_suppression_that_hides_nothing_is_reported_as_it_was_written(call: Call) -> None:
    Path("skillprofiles.toml").write_text(
        '[per-file-ignores]\n"wrong*" = ["role-count", "SP2", "SP502"]\n"gone*" = ["SP3"]\n',
        encoding="utf-8",
    )
    assert call().stderr.splitlines() == [
        "note: per-file-ignores: 'wrong*' hides no SP2; remove it",
        "note: per-file-ignores: 'wrong*' hides no SP502 (name-inferred); remove it",
        "note: per-file-ignores: 'gone*' hides no SP3; remove it",
    ]
    assert call("clean.md", "legacy.md").stderr == "", "others were left out on purpose"


def test_advice_that_is_not_shown_may_still_be_suppressed(call: Call) -> None:
    text = "Sets standards for everybody."
    for skill in ("one", "two", "three"):
        Path(f"{skill}.md").write_text(page(skill=skill, text=text), encoding="utf-8")
    Path("skillprofiles.toml").write_text(
        '[per-file-ignores]\n"*" = ["filler-text"]\n', encoding="utf-8"
    )
    assert call().stderr == ""
    Path("two.md").unlink()
    Path("three.md").unlink()
    assert "hides no SP504 (filler-text)" in call().stderr


def test_the_baseline_lies_where_it_was_written(call: Call) -> None:
    assert call().exit_code == 1
    assert call("--update-baseline").exit_code == 0
    assert (call().exit_code, call().output) == (0, "")
    Path("new.md").write_text(WRONG.replace("Wrong", "New"), encoding="utf-8")
    result = call("--output-format", "concise")
    assert (result.exit_code, codes(result)) == (1, ["SP303"])
    assert result.stdout.startswith("new.md:")


def test_a_run_about_some_files_leaves_the_entries_of_others_alone(call: Call) -> None:
    call("--update-baseline")
    known = Path(".skillprofiles-baseline.json")
    before = known.read_text("utf-8")
    assert call("clean.md").output == ""
    assert call("clean.md", "--update-baseline").exit_code == 0
    assert known.read_text("utf-8") == before
    Path("legacy.md").unlink()
    assert call("clean.md").stderr == (
        "note: baseline: legacy.md knows 1 SP010, no longer needed; update it\n"
    )
    call("clean.md", "--update-baseline")
    assert list(json.loads(known.read_text("utf-8"))["findings"]) == ["wrong.md"]


def test_nothing_but_a_baseline_is_overwritten(call: Call) -> None:
    result = call("--baseline", "clean.md", "--update-baseline")
    assert (result.exit_code, Path("clean.md").read_text("utf-8")) == (2, CLEAN)
    assert (
        result.stderr == "Error: clean.md: not a baseline; move it away and use --update-baseline\n"
    )


# Repairs.


def test_repairs_of_what_is_piped_in_are_shown(call: Call) -> None:
    shown = call("-", "--diff", input=CLEAN.replace("\n", "\r\n"))
    assert shown.exit_code == 0
    assert "line ends changed to line feeds" in shown.stdout
    unsafe = call("-", "--diff", "--unsafe-fixes", "--stdin-filename", "wrong.md", input=WRONG)
    assert "--- wrong.md" in unsafe.stdout
    assert "\n-3\n+2\n" in unsafe.stdout


def test_archives_are_not_repaired_and_the_run_says_so(call: Call, tmp_path: Path) -> None:
    with tarfile.open("some.tar", "w") as archive:
        archive.add("wrong.md")
    before = Path("some.tar").read_bytes()
    result = call("some.tar", "--fix", "--unsafe-fixes", "-q")
    assert result.exit_code == 1
    assert "note: not repaired: 1 source in archives" in result.stderr
    assert Path("some.tar").read_bytes() == before


# The process.

SEEN = """\
import atexit, gc, sys
collections = []
gc.callbacks.append(lambda phase, info: collections.append(phase))
names = ("pandas", "pandera", "hypothesis")
atexit.register(lambda: print(
    [name for name in names if sys.modules.get(name)], len(collections) < 150, gc.get_freeze_count() > 0
))
sys.argv = ["skillprofiles", *sys.argv[1:]]
from skillprofiles.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["check", "clean.md"], ["pandas", "pandera"]),
        (["check", "login.md", "-q"], []),
        (["check", "--help"], []),
        (["rule", "SP301"], []),
    ],
)
def test_a_process_loads_and_collects_no_more_than_it_needs(
    call: Call, arguments: list[str], loaded: list[str]
) -> None:
    Path("login.md").write_text("Please sign in.\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SEEN, *arguments], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == f"{loaded} True True", done.stderr


def test_a_host_that_calls_the_command_is_left_as_it_was(call: Call) -> None:
    code = (
        "import gc, sys\nfrom click.testing import CliRunner\nfrom skillprofiles.cli import main\n"
        "before = gc.get_threshold()\n"
        "assert CliRunner().invoke(main, ['check', 'clean.md']).exit_code == 0\n"
        "assert gc.get_threshold() == before\n"
        "import hypothesis, pandera.strategies.pandas_strategies as strategies\n"
        "assert strategies.st is hypothesis.strategies\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("raise LookupError('no such thing')", "reading it failed: LookupError: no such thing"),
        ("while True: pass", "reading it takes longer than 0.2 seconds"),
    ],
)
def test_a_page_the_reader_cannot_cope_with_is_not_repaired_and_the_others_are(
    call: Call, monkeypatch: pytest.MonkeyPatch, happens: str, said: str
) -> None:
    def fails(data: bytes, name: str, *arguments: Any, **options: Any) -> Any:
        if name == "clean.md":
            exec(happens)
        return fix(data, name, *arguments, **options)

    monkeypatch.setattr("skillprofiles.cli._fixing.fix", fails)
    result = call("--fix", "--page-timeout", "0.2s")
    assert f"note: clean.md is left as it is: {said}\n" in result.stderr
    assert Path("clean.md").read_text(encoding="utf-8") == CLEAN
    assert "Domäne" in Path("legacy.md").read_text(encoding="utf-8")
