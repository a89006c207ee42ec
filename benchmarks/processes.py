"""Fresh processes: how long they take, and how much memory they and their children take at most."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

ROOT = Path(__file__).resolve().parent.parent
_PROC = Path("/proc")
_EVERY = 0.02
MEBIBYTE = 1024 * 1024


class Failed(Exception):
    """A process that is measured did not end well."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most memory a process tree held, in bytes.

    Attributes:
        first: of the process itself, at any moment of its life.
        child: of the largest of its descendants; 0 without any.
        together: of all at the same moment, what they share counted once.
        stderr: what the process wrote to stderr.
    """

    first: int
    child: int
    together: int
    stderr: str


def python(*arguments: str) -> list[str]:
    """Return the command that runs this Python."""
    return [sys.executable, *arguments]


def _environment() -> dict[str, str]:
    """Return an environment in which children import what this process does, from any folder.

    They may keep the byte code of what they import, as they do for users.
    """
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [os.path.abspath(path) for path in given if path]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": os.pathsep.join([*paths, str(ROOT)])}


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _ended(process: subprocess.Popen[str], stderr: str) -> str:
    if process.returncode:
        raise Failed(f"{' '.join(process.args)} ended with {process.returncode}: {stderr[-2000:]}")  # type: ignore[arg-type]
    return stderr


def run(command: Sequence[str], folder: Path) -> str:
    """Run a command to its end and return what it wrote to stderr.

    Raises:
        Failed: if it ends with anything but 0.
    """
    process = _start(command, folder)
    _, stderr = process.communicate()
    return _ended(process, stderr)


def run_together(commands: Sequence[Sequence[str]], folder: Path) -> float:
    """Run commands at the same time; return the seconds until the last one ends.

    Raises:
        Failed: if one ends with anything but 0.
    """
    start = perf_counter()
    processes = [_start(command, folder) for command in commands]
    outputs = [process.communicate()[1] for process in processes]
    seconds = perf_counter() - start
    for process, stderr in zip(processes, outputs, strict=True):
        _ended(process, stderr)
    return seconds


def can_watch() -> bool:
    """Whether this machine tells how much memory other processes take (Linux does)."""
    return (_PROC / "self" / "smaps_rollup").exists()


def watch(command: Sequence[str], folder: Path) -> Peak:
    """Run a command and look at its memory again and again; it runs slower for that.

    Raises:
        Failed: if it ends with anything but 0.
    """
    process = _start(command, folder)
    highest: dict[int, int] = {}
    together = 0
    while process.poll() is None:
        pids = [process.pid, *_descendants(process.pid)]
        for pid in pids:
            highest[pid] = max(highest.get(pid, 0), _figure(pid, "status", "VmHWM"))
        together = max(together, sum(_figure(pid, "smaps_rollup", "Pss") for pid in pids))
        sleep(_EVERY)
    stderr = _ended(process, process.stderr.read() if process.stderr else "")
    first = highest.pop(process.pid)
    return Peak(first, max(highest.values(), default=0), together, stderr)


def _descendants(pid: int) -> list[int]:
    found = []
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _figure(pid: int, file: str, name: str) -> int:
    """Return a figure of a process in bytes; 0 where the process has ended."""
    try:
        text = (_PROC / str(pid) / file).read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
