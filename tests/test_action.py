"""The action for GitHub and the jobs that docs/ci.md shows, run step by step on real repositories."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt
from tests.runners import BASH, Job, environment, make_python, run_action
from tests.support import CASES

ROOT = Path(__file__).parent.parent
PARTS = ("action.yml", "pyproject.toml", "README.md", "LICENSE", "src")
CLEAN = ("layouts/kafka-canonical.de.md", "html/chinese.html", "flat/one-role.en.txt")
WRONG = "rows/unknown-flag.md"
PAGES = ("pipes.md", "saved page, 100%.html", "flat.txt")
MARKED = re.compile(r"```yaml\n(.*?)```", re.DOTALL)

Run = Callable[..., Job]


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action as it is checked out beside a workspace."""
    folder = tmp_path_factory.mktemp("actions")
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_python(tmp_path_factory.mktemp("toolcache"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository with clean exports, one of them under a name that has to be escaped."""
    folder = tmp_path / "workspace"
    exports = folder / "exports"
    exports.mkdir(parents=True)
    for case, name in zip(CLEAN, PAGES, strict=True):
        shutil.copy(CASES / case, exports / name)
    for arguments in (["init", "-q"], ["add", "exports"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.fixture
def run(action: Path, programs: Path, workspace: Path, tmp_path: Path) -> Run:
    def start(**given: str) -> Job:
        inputs = {name.replace("_", "-"): value for name, value in given.items()}
        return run_action(action, workspace, programs, tmp_path / "temp", inputs)

    return start


def add_wrong(workspace: Path, name: str) -> list[object]:
    """Add the wrong page; return what is expected of it: code, line, columns, message."""
    shutil.copy(CASES / WRONG, workspace / "exports" / name)
    expected = json.loads((CASES / WRONG).with_suffix(".expected.json").read_text("utf-8"))
    (finding,) = expected["findings"]
    assert isinstance(finding, list)
    return finding


def cells(summary: Path) -> list[str]:
    """Return the cells of a job summary's table as they are shown."""
    tokens = MarkdownIt("commonmark").enable("table").parse(summary.read_text("utf-8"))
    return [
        "".join(child.content for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    ]


def test_clean_exports_pass_in_silence(run: Run, tmp_path: Path) -> None:
    job = run(sources="exports")
    assert (job.code, job.stdout) == (0, ""), job.stderr
    assert job.ran == ["Install skillprofiles", "skillprofiles check"]
    assert "All 3 sources are clean" in (tmp_path / "temp" / "GITHUB_STEP_SUMMARY").read_text()


def test_a_wrong_page_fails_the_job_with_an_annotation_at_the_cell(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    name = "wrong, 50%: a page.md"
    code, line, column, end, message = add_wrong(workspace, name)
    job = run()
    assert job.code == 1
    (shown,) = job.annotations()
    assert shown["command"] == "error"
    assert (workspace / shown["file"]).read_bytes() == (CASES / WRONG).read_bytes()
    assert (shown["line"], shown["endLine"]) == (str(line), str(line))
    assert (shown["col"], shown["endColumn"]) == (str(column), str(end))
    assert shown["title"] == f"{code} unknown-flag"
    assert shown["message"].startswith(f"{message}\nhint: ")
    row = cells(tmp_path / "temp" / "GITHUB_STEP_SUMMARY")[-4:]
    assert row == ["error", f"{code} unknown-flag", f"exports/{name}:{line}:{column}", message]
    assert (tmp_path / "temp" / "GITHUB_OUTPUT").read_text() == ""


def test_inputs_reach_the_command(run: Run, workspace: Path) -> None:
    add_wrong(workspace, "wrong.md")
    job = run(
        sources="exports/pipes.md exports/wr*.md",
        args="--select unknown-flag,SP5 --exit-zero",
        sarif_file="findings.sarif",
    )
    assert job.code == 0, job.stderr
    (result,) = json.loads((workspace / "findings.sarif").read_text("utf-8"))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (result["ruleId"], uri) == ("SP202", "exports/wrong.md")
    assert [item["title"] for item in job.annotations()] == ["SP202 unknown-flag"]


def test_what_cannot_be_checked_fails_the_job_in_one_line(run: Run) -> None:
    job = run(sources="nowhere")
    assert (job.code, job.stdout) == (2, "")
    assert job.stderr.strip().splitlines()[-1] == "Error: 'nowhere' does not exist"


def test_nothing_is_checked_by_what_could_not_be_installed(
    action: Path, programs: Path, workspace: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    shutil.copy(action / "action.yml", broken)
    job = run_action(broken, workspace, programs, tmp_path / "temp", {})
    assert job.code != 0
    assert job.ran == ["Install skillprofiles"]


def snippets() -> dict[str, object]:
    """Return the YAML of docs/ci.md by the heading it stands under."""
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    sections = [section.partition("\n") for section in text.split("\n## ")[1:]]
    return {
        title: yaml.safe_load(found[1])
        for title, _, body in sections
        if (found := MARKED.search(body))
    }


def test_the_job_for_gitlab_runs_line_by_line(
    action: Path, programs: Path, workspace: Path, tmp_path: Path
) -> None:
    job = snippets()["GitLab"]["skillprofiles"]  # type: ignore[index]
    variables = environment(programs, GITLAB_CI="true", PIP_FIND_LINKS=str(tmp_path / "wheels"))
    for arguments in (
        ["wheel", "--no-deps", "--wheel-dir", "wheels", str(action)],
        ["uninstall", "--yes", "skillprofiles"],
    ):
        pip = ["python", "-m", "pip", *arguments, "--quiet"]
        subprocess.run(pip, cwd=tmp_path, env=variables, check=True)
    code, line, column, _, _ = add_wrong(workspace, "wrong.md")
    script = tmp_path / "script"
    script.write_text("\n".join(job["script"]), encoding="utf-8")
    result = subprocess.run(
        [*BASH, str(script)],
        cwd=workspace,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    assert f"exports/wrong.md:{line}:{column}: {code}" in result.stdout
    report = job["artifacts"]["reports"]["codequality"]
    (issue,) = json.loads((workspace / report).read_text("utf-8"))
    assert issue["location"]["positions"]["begin"] == {"line": line, "column": column}
    assert job["artifacts"]["when"] == "always"


def test_what_the_document_shows_fits_what_is_declared() -> None:
    shown = snippets()
    declared = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    steps = shown["GitHub Actions"]
    (own,) = [step for step in steps if "skillprofiles" in step["uses"]]  # type: ignore[attr-defined]
    assert own["with"].keys() <= declared.keys()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (repository,) = shown["pre-commit"]["repos"]  # type: ignore[index]
    assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in hooks}
