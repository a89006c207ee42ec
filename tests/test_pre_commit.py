"""The hooks for pre-commit, run by the real program on a real repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml
from tests.samples import corpus, page

ROOT = Path(__file__).parent.parent


def repository(folder: Path) -> dict[str, str]:
    """Make a git repository with the hooks as they are declared, run from this environment.

    As ``repo: local`` with ``language: system`` pre-commit installs nothing; all else is as declared.
    """
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    local = [{**hook, "language": "system"} for hook in hooks]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": paths, "PRE_COMMIT_HOME": str(folder / ".cache")}
    corpus(folder / "exports")
    (folder / "README.rst").write_text("Not an export.\n", encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "exports", "README.rst", ".pre-commit-config.yaml"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, env=environment)
    return environment


def run(folder: Path, environment: dict[str, str], hook: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_check_hook_fails_on_what_is_wrong_and_points_at_it(tmp_path: Path) -> None:
    environment = repository(tmp_path)
    clean = run(tmp_path, environment, "skillprofiles-check")
    assert clean.returncode == 0, clean.stdout
    broken = page().replace("\n2\n", "\n3\n", 1)
    (tmp_path / "exports" / "bad.en.txt").write_text(broken, encoding="utf-8")
    subprocess.run(["git", "add", "exports"], cwd=tmp_path, check=True)
    failed = run(tmp_path, environment, "skillprofiles-check")
    assert failed.returncode == 1
    assert "exports/bad.en.txt:6:1: SP303 [role-count]" in failed.stdout


def test_the_fix_hook_changes_files_and_is_content_then(tmp_path: Path) -> None:
    environment = repository(tmp_path)
    crlf = tmp_path / "exports" / "crlf.en.md"
    crlf.write_bytes(page("canonical", skill="crlf").replace("\n", "\r\n").encode())
    subprocess.run(["git", "-c", "core.autocrlf=false", "add", "exports"], cwd=tmp_path, check=True)
    first = run(tmp_path, environment, "skillprofiles-fix")
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert b"\r" not in crlf.read_bytes()
    second = run(tmp_path, environment, "skillprofiles-fix")
    assert second.returncode == 0, second.stdout
