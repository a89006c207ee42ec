"""What CI platforms do with a job, as far as the tests need it: composite actions, script lines.

Of the GitHub runner: expressions are put in before a step starts, nothing is quoted; a ``run`` step
becomes a script file that ``bash --noprofile --norc -e -o pipefail`` runs in the workspace; its
environment is that of the job with ``GITHUB_*`` and the step's own ``env``; the first step that fails
ends the action.
"""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
INPUT = re.compile(r"inputs\.([\w-]+)")
COMMAND = re.compile(r"::(\w+) ?(.*?)::(.*)", re.DOTALL)
BASH = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]
# pip reads 0 as the option given: what builds the package is taken from where everything else is.
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@dataclass
class Job:
    """What a job left behind."""

    code: int = 0
    ran: list[str] = field(default_factory=list)
    stdout: str = ""
    stderr: str = ""

    def annotations(self) -> list[dict[str, str]]:
        """Return the workflow commands of the output as the runner reads them."""
        return [
            {"command": match[1], "message": unescape(match[3]), **properties(match[2])}
            for line in self.stdout.splitlines()
            if (match := COMMAND.fullmatch(line))
        ]


def unescape(data: str) -> str:
    return data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def properties(text: str) -> dict[str, str]:
    pairs = [pair.split("=", 1) for pair in text.split(",") if pair]
    return {key: unescape(value.replace("%3A", ":").replace("%2C", ",")) for key, value in pairs}


def make_python(folder: Path) -> Path:
    """Make what ``setup-python`` would: a Python with pip; return the folder of its programs.

    Everything this Python has installed can be imported there, but for the project itself: so what is
    needed need not be downloaded, and only what a job installs is run.
    """
    shared = folder / "shared"
    shared.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"_?skillprofiles|pip(-|$)", path.name):
            (shared / path.name).symlink_to(path)
    venv.create(folder / "python", with_pip=True)
    paths = {"base": str(folder / "python"), "platbase": str(folder / "python")}
    (Path(sysconfig.get_path("purelib", "venv", paths)) / "shared.pth").write_text(f"{shared}\n")
    return Path(sysconfig.get_path("scripts", "venv", paths))


def environment(programs: Path, **more: str) -> dict[str, str]:
    """Return the environment of a job that needs nothing from the network."""
    own = ("GITHUB_", "PYTHON", "PIP_", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**kept, **OFFLINE, "PATH": path, "CI": "true", **more}


def run_action(
    action: Path, workspace: Path, programs: Path, temp: Path, given: dict[str, str]
) -> Job:
    """Run the steps of a composite action as a step of a job: ``with`` is ``given``."""
    temp.mkdir(exist_ok=True)
    declared = yaml.safe_load((action / "action.yml").read_text("utf-8"))
    assert declared["runs"]["using"] == "composite"
    assert given.keys() <= declared["inputs"].keys()
    inputs = {name: given.get(name, item["default"]) for name, item in declared["inputs"].items()}
    files = {name: str(temp / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    for file in files.values():
        Path(file).touch()
    job = environment(
        programs, GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(workspace),
        GITHUB_ACTION_PATH=str(action), **files,
    )  # fmt: skip
    done = Job()
    for step in declared["runs"]["steps"]:
        if "uses" in step:
            # The Python is there already; that one is asked for in a version is all that is held.
            assert step["uses"].startswith("actions/setup-python@v")
            assert re.fullmatch(r"3\.\d+", evaluated(step["with"]["python-version"], inputs))
            continue
        _run(step, inputs, job, workspace, temp, done)
        if done.code:
            break
    return done


def _run(
    step: dict[str, Any],
    inputs: dict[str, str],
    job: dict[str, str],
    workspace: Path,
    temp: Path,
    done: Job,
) -> None:
    assert step["shell"] == "bash"
    script = temp / "step.sh"
    script.write_text(evaluated(step["run"], inputs), encoding="utf-8")
    own = {name: evaluated(value, inputs) for name, value in step.get("env", {}).items()}
    result = subprocess.run(
        [*BASH, str(script)],
        cwd=workspace,
        env=job | own,
        capture_output=True,
        text=True,
        check=False,
    )
    done.ran.append(step["name"])
    done.code = result.returncode
    done.stdout += result.stdout
    done.stderr += result.stderr


def evaluated(text: str, inputs: dict[str, str]) -> str:
    """Put inputs in the place of expressions; no other expression is understood."""

    def value(match: re.Match[str]) -> str:
        name = INPUT.fullmatch(match[1])
        assert name, f"{match[0]} is not an input"
        return inputs[name[1]]

    return EXPRESSION.sub(value, text)
