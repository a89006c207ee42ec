"""``skillprofiles check`` as a team in CI meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.samples import corpus, page

import skillprofiles as sp
from skillprofiles.cli import main

BROKEN = page().replace("\n2\n", "\n3\n", 1)


def call(*arguments: object, **options: object) -> Result:
    result = CliRunner().invoke(main, ["check", *map(str, arguments)], **options)  # type: ignore[arg-type]
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve clean pages in ``raw`` below the working directory."""
    monkeypatch.chdir(tmp_path)
    corpus(tmp_path / "raw")
    return tmp_path


def test_silent_when_clean(folder: Path) -> None:
    for arguments in ((), ("raw",), ("raw/*.txt", "raw/more")):
        result = call(*arguments)
        assert (result.exit_code, result.output) == (0, "")


def test_a_finding_points_at_the_figure_and_tells_the_rows(folder: Path) -> None:
    (folder / "raw" / "bad.en.txt").write_text(BROKEN, encoding="utf-8")
    result = call("raw")
    assert result.exit_code == 1
    first, *rest = result.stdout.splitlines()
    assert first.startswith(
        "raw/bad.en.txt:6:1: SP303 [role-count] the page declares 3 roles, its tables hold 2"
    )
    excerpt = "\n".join(rest)
    assert "6 | 3" in excerpt
    assert "^" in excerpt
    assert "hint: look for a role" in excerpt
    assert result.stdout.splitlines()[-1].startswith("Found 1 error in 1 of 13 sources")


def test_the_verdict_is_that_of_normalize(folder: Path) -> None:
    for number, text in enumerate((BROKEN, "Please sign in.", page()[:-40], page("html")[:-900])):
        (folder / "raw" / f"bad-{chr(97 + number)}.txt").write_text(text, encoding="utf-8")
    (folder / "raw" / "copy-of.en.txt").write_text(page(text="other"), encoding="utf-8")
    (folder / "raw" / "more" / "copy-of.en.txt").write_text(page(), encoding="utf-8")
    CliRunner().invoke(main, ["normalize", "raw", "--out", "out", "--format", "csv", "-q"])
    lines = (folder / "out" / "sources.csv").read_text("utf-8").splitlines()
    rejected = {
        f"raw/{line.split(',')[0].strip(chr(34))}"
        for line in lines
        if ',"rejected"' in line or ",rejected," in line
    }
    shown = {
        item["source"]
        for item in json.loads(call("raw", "--output-format", "json").stdout)
        if item["severity"] == "error"
    }
    assert len(rejected) >= 5
    assert shown == rejected


def test_several_outputs_at_once(folder: Path) -> None:
    (folder / "raw" / "bad.en.txt").write_text(BROKEN, encoding="utf-8")
    result = call(
        "raw", "--output", "concise", "--output", "sarif=out.sarif", "--output", "junit=out.xml"
    )
    assert result.stdout.startswith("raw/bad.en.txt:6:1: SP303")
    assert json.loads(Path("out.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert Path("out.xml").read_text("utf-8").startswith("<?xml")
    call("raw", "--output-format", "gitlab", "--output-file", "code.json")
    assert len(json.loads(Path("code.json").read_text("utf-8"))) == 1


def test_the_job_summary_of_github(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "raw" / "bad.en.txt").write_text(BROKEN, encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    result = call("raw", "--output-format", "github")
    assert result.stdout.startswith("::error file=raw/bad.en.txt,line=6,")
    assert "SP303" in (folder / "summary.md").read_text("utf-8")


def test_selection_on_the_command_line(folder: Path) -> None:
    (folder / "raw" / "bad.en.txt").write_text(BROKEN, encoding="utf-8")
    assert call("raw", "--ignore", "SP303").exit_code == 0
    assert call("raw", "--select", "SP1,SP2").exit_code == 0
    assert call("raw", "--exit-zero").exit_code == 0
    assert "SP501" in call("raw", "--severity", "advice").stdout
    assert "SP501" in call("raw", "--extend-select", "name-missing").stdout
    statistics = call("raw", "--statistics")
    assert statistics.stdout.split() == ["1", "SP303", "role-count"]
    unknown = call("raw", "--select", "SP9")
    assert (unknown.exit_code, unknown.stderr.count("\n")) == (2, 1)
    assert "no rule 'SP9'; did you mean" in unknown.stderr


def test_selection_in_the_configuration(folder: Path) -> None:
    (folder / "raw" / "bad.en.txt").write_text(BROKEN, encoding="utf-8")
    settings = Path("skillprofiles.toml")
    for text, code in (
        ('ignore = ["role-count"]', 0),
        ('select = ["SP1"]', 0),
        ('[severity]\nSP303 = "warning"', 0),
        ('[per-file-ignores]\n"bad*" = ["SP3"]', 0),
        ('[per-file-ignores]\n"good*" = ["SP3"]', 1),
        ('[per-file-ignores]\n"bad*" = ["SP33"]', 2),
        ('[severity]\nSP303 = "fatal"', 2),
    ):
        settings.write_text(text, encoding="utf-8")
        assert call("raw").exit_code == code, text
    settings.write_text('[per-file-ignores]\n"good*" = ["SP303"]', encoding="utf-8")
    assert "note: per-file-ignores: 'good*' hides no SP303" in call("raw").stderr


def test_a_baseline_hides_what_is_known_and_says_what_is_mended(folder: Path) -> None:
    bad = folder / "raw" / "bad.en.txt"
    bad.write_text(BROKEN, encoding="utf-8")
    assert call("raw", "--update-baseline", "--baseline", "known.json").exit_code == 0
    assert call("raw", "--baseline", "known.json").exit_code == 0
    (folder / "raw" / "new.en.txt").write_text(
        BROKEN.replace("Messaging", "Queues"), encoding="utf-8"
    )
    result = call("raw", "--baseline", "known.json", "--output-format", "concise")
    assert result.exit_code == 1
    assert "raw/new.en.txt" in result.stdout
    assert "raw/bad.en.txt" not in result.stdout
    (folder / "raw" / "new.en.txt").unlink()
    bad.write_text(page(skill="other"), encoding="utf-8")
    result = call("raw", "--baseline", "known.json")
    assert result.exit_code == 0
    assert "raw/bad.en.txt knows 1 SP303, no longer needed" in result.stderr
    assert call("raw", "--baseline", "missing.json").exit_code == 2
    Path("known.json").write_text("[]", encoding="utf-8")
    assert "not a baseline" in call("raw", "--baseline", "known.json").stderr


def test_an_editor_pipes_its_buffer(folder: Path) -> None:
    result = call(
        "-", "--stdin-filename", "raw/kafka.en.txt", "--output-format", "concise", input=BROKEN
    )
    assert result.stdout.startswith("raw/kafka.en.txt:6:1: SP303")
    assert call("raw", "--stdin-filename", "x").exit_code == 2


def test_diff_and_fix(folder: Path) -> None:
    ragged = folder / "raw" / "ragged.en.txt"
    text = page("md", skill="ragged").replace("| Data", "|  Data").replace("\n", "\r\n")
    ragged.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = {path: path.read_bytes() for path in (folder / "raw").rglob("*") if path.is_file()}
    shown = call("raw/ragged.en.txt", "--diff")
    assert shown.stdout.count("\n+| Data Engineer |") >= 5
    assert {path: path.read_bytes() for path in before} == before
    assert call("raw/ragged.en.txt", "--fix").exit_code == 0
    mended = ragged.read_bytes()
    assert mended != before[ragged]
    assert b"\r" not in mended
    assert call("raw/ragged.en.txt", "--fix").exit_code == 0
    assert ragged.read_bytes() == mended
    wrong = folder / "raw" / "wrong.en.txt"
    wrong.write_text(
        page("canonical", skill="wrong").replace("\n2\n", "\n3\n", 1), encoding="utf-8"
    )
    assert call("raw/wrong.en.txt", "--fix").exit_code == 1
    assert call("raw/wrong.en.txt", "--fix", "--unsafe-fixes").exit_code == 0
    assert call("raw/wrong.en.txt").exit_code == 0


def test_structural_findings_alone_load_no_frames(folder: Path) -> None:
    (folder / "login.html").write_text("<html><p>Please sign in.</p></html>", encoding="utf-8")
    code = (
        "import sys, skillprofiles.cli\n"
        "try: skillprofiles.cli.main(['check', 'login.html', '--quiet'])\n"
        "finally: print([m for m in ('pandas', 'pandera', 'pyarrow', 'numpy') if m in sys.modules])\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (output.returncode, output.stdout) == (1, "[]\n")


def test_the_same_from_python(folder: Path) -> None:
    (folder / "raw" / "bad.en.txt").write_text(BROKEN, encoding="utf-8")
    for _ in range(2):
        findings = sp.check(["raw", folder / "raw" / "bad.en.txt"])
        assert [(found.source, found.rule.code) for found in findings] == [
            ("raw/bad.en.txt", "SP303")
        ]
    assert sp.check("raw", config=sp.Config(exclude=("bad*",))) == []


def test_fixing_does_not_follow_links_out_of_what_was_named(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    text = page(skill="linked").replace("\n", "\r\n").encode()
    outside = folder / "elsewhere" / "linked.en.txt"
    outside.write_bytes(text)
    repository = folder / "repository"
    (repository / "pages").mkdir(parents=True)
    (repository / "kept.en.txt").write_bytes(text)
    (repository / "pages" / "out.en.txt").symlink_to(outside)
    (repository / "pages" / "in.en.txt").symlink_to(repository / "kept.en.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository)
        result = call("pages", "--fix")
    assert "out.en.txt is left as it is: it is a link to a file elsewhere" in result.stderr
    assert outside.read_bytes() == text
    assert b"\r" not in (repository / "kept.en.txt").read_bytes()
    assert (repository / "pages" / "in.en.txt").is_symlink()
