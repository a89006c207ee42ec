"""Running `skillprofiles fetch` in tests: always as a process of its own, as a user runs it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

FAST = ("--delay", "0.01")
PROGRAM = [sys.executable, "-m", "skillprofiles.cli"]


@dataclass
class Result:
    code: int
    out: str
    err: str
    folder: Path

    @property
    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads((self.folder / "fetch.json").read_text("utf-8"))
        return record

    @property
    def codes(self) -> list[str]:
        return sorted(finding["code"] for finding in self.record["findings"])

    def found(self, code: str) -> dict[str, str]:
        """Return the messages of a rule's findings by address."""
        return {
            item["source"]: item["message"]
            for item in self.record["findings"]
            if item["code"] == code
        }


class Crawl:
    """A process that fetches, forked from one that has everything imported already."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self._outputs = [tempfile.TemporaryFile("w+b") for _ in range(2)]  # noqa: SIM115
        out, err = (os.dup(file.fileno()) for file in self._outputs)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["skillprofiles.fetch.engine", "skillprofiles.fetch.run"])
        handles = [DupFd(out), DupFd(err)]
        self._process = context.Process(target=_fetch, args=(arguments, environment, *handles))
        self._process.start()
        os.close(out)
        os.close(err)

    def kill(self, number: int = signal.SIGKILL) -> None:
        assert self._process.pid
        os.kill(self._process.pid, number)

    def ends_within(self, seconds: float) -> bool:
        """Whether it comes to an end in time."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    def wait(self) -> tuple[int, str, str]:
        """Return the exit code and what was printed."""
        try:
            self._process.join(60)
            assert self._process.exitcode is not None, "it does not come to an end"
            for file in self._outputs:
                file.seek(0)
            out, err = (file.read().decode() for file in self._outputs)
            return self._process.exitcode, out, err
        finally:
            self._process.kill()
            for file in self._outputs:
                file.close()


def _fetch(arguments: list[str], environment: dict[str, str], out: Any, err: Any) -> None:
    os.dup2(out.detach(), 1)
    os.dup2(err.detach(), 2)
    os.environ.update(environment)
    from skillprofiles.cli import main

    main(arguments, prog_name="skillprofiles")


def start(folder: Path, *arguments: str, **environment: str) -> Crawl:
    return Crawl(["fetch", *arguments, "--to", str(folder)], environment)


def fetch(folder: Path, *arguments: str, **environment: str) -> Result:
    """Fetch; whatever happens, it is no traceback."""
    code, out, err = start(folder, *FAST, *arguments, **environment).wait()
    assert "Traceback" not in err, err
    return Result(code, out, err, folder)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run another command."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def stored(folder: Path) -> dict[str, bytes]:
    """Return the pages in a store by their place below the host."""
    return {
        "/".join(path.relative_to(folder).parts[1:]): path.read_bytes()
        for path in sorted(folder.rglob("*.html"))
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def sidecar(folder: Path, place: str) -> dict[str, Any]:
    """Return the record of a page by its place below the host."""
    (path,) = folder.glob(f"[!.]*/{place}.fetch.json")
    record: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return record


def stamps(folder: Path) -> dict[str, int]:
    """Return when each file of a store was written; the record of the run is left out."""
    return dict(_stamps(folder))


def _stamps(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(".fetch") and name != "fetch.json":
            yield name, path.stat().st_mtime_ns
