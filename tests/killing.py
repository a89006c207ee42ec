"""Runs of `ingest` that something happens to: they are killed, or their folder is taken from them.

Starting the program takes a second, most of it imports. So one process imports everything and reads
some pages; each run is a child of it, made by ``fork``: the same program, with the same worker process
beside it. The whole family of a run is killed at once.
"""

from __future__ import annotations

import gc
import mmap
import multiprocessing
import os
import select
import signal
import sqlite3
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

import pyarrow as pa
from tests.disturbing import ARGUMENTS, first_state, second_state, third_state

# Which argument of an audit event names what is written.
_NAMED = {
    "os.mkdir": 0, "os.rename": 1, "os.remove": 0, "os.rmdir": 0, "os.link": 1, "tests.write": 0,
}  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_IN_TRANSACTION = ("SELECT", "INSERT", "UPDATE", "DELETE")


def die(what: str) -> None:
    """Kill this run and all its processes."""
    os.killpg(0, signal.SIGKILL)


def die_torn(what: str) -> None:
    """Kill this run and leave the file that it was about to open half written."""
    Path(what).write_bytes(b'{"half": "a li')
    die(what)


@dataclass
class Writes:
    """Counts the writes of a run, over all its processes, and lets something happen before one.

    A write is whatever changes the disk: opening a file for writing, making or removing a name,
    having something on the disk for good, a statement of SQLite outside of a transaction.

    Attributes:
        folder: writes below it count.
        number: the write before which it happens, from 1 on; 0 for none.
        happens: what happens; it is told the path that is written.
        log: file that takes a line for each write.
    """

    folder: Path
    number: int = 0
    happens: Callable[[str], None] = die
    log: Path | None = None
    _count: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, 8))
    _is_counting: bool = False

    def watch(self) -> None:
        """Watch this process and those it forks."""
        sync, open_file, connect = os.fsync, pa.OSFile, sqlite3.connect

        def watched_sync(fd: Any) -> None:
            self._count_one("sync", "")
            sync(fd)

        def watched_file(path: str, mode: str = "r") -> Any:
            if "w" in mode:
                sys.audit("tests.write", path)
            return open_file(path, mode)

        def watched_database(*arguments: Any, **more: Any) -> Any:
            database = connect(*arguments, **more)
            database.set_trace_callback(self._statement)
            return database

        os.fsync, pa.OSFile = watched_sync, watched_file
        sqlite3.connect = watched_database
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._is_counting:
            return
        if event == "os.symlink":
            self._count_one("symlink", str(arguments[1]))
        elif event == "open" and arguments[2] & _WRITING and self._is_below(arguments[0]):
            self._count_one("open", str(arguments[0]))
        elif event in _NAMED:
            path = arguments[_NAMED[event]]
            # What goes with its folder is named as it is called there.
            if self._is_below(path) or (event in ("os.remove", "os.rmdir") and arguments[1] != -1):
                self._count_one(event.rpartition(".")[2], str(path))

    def _statement(self, statement: str) -> None:
        # Within a transaction nothing gets to the disk.
        if not statement.lstrip().startswith(_IN_TRANSACTION):
            self._count_one("sql", statement)

    def _is_below(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(str(self.folder))

    def _count_one(self, event: str, what: str) -> None:
        self._is_counting = True
        number = struct.unpack("q", self._count[:8])[0] + 1
        self._count[:8] = struct.pack("q", number)
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as file:
                said = " ".join(what.replace(str(self.folder), "").split())
                file.write(f"{event} {said}\n")
        if number == self.number:
            self.happens(what)
        self._is_counting = False


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, or minus the signal that killed it."""

    code: int
    errors: str
    seconds: float

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Prepared:
    """A process that has imported everything, and runs `ingest` in children."""

    def __init__(self, scratch: Path) -> None:
        """Do what runs do, so that all is imported: later, some of them have no right to."""
        import skillprofiles.pipeline.worker  # noqa: F401
        from skillprofiles.cli import main
        from skillprofiles.config import Config
        from skillprofiles.pipeline.batch import run_batch
        from skillprofiles.read.discover import discover

        scratch.mkdir(parents=True)
        self._scratch = scratch
        raw = scratch / "raw"
        for state in (first_state, second_state, third_state):
            state(raw)
            with _workers_forked(), suppress(SystemExit):
                main(["ingest", str(raw), "--to", str(scratch / "published"), *ARGUMENTS])
        run_batch(0, list(discover([str(raw)], 1_000_000)), Config(), str(scratch))
        gc.collect()
        # What is not looked at again need not be copied for every child.
        gc.freeze()

    def ingest(self, raw: Path, folder: Path, **how: Any) -> Ended:
        """Run `ingest`; how, see `run`."""
        return self.run("ingest", raw, "--to", folder, *ARGUMENTS, **how)

    def run(
        self,
        *arguments: str | Path,
        first: Callable[[], None] | None = None,
        writes: Writes | None = None,
        kill_after: float | None = None,
    ) -> Ended:
        """Run a command in a child and wait until all its processes have ended.

        Args:
            arguments: of the command line.
            first: what the child does before.
            writes: watches what it writes.
            kill_after: seconds after which it is killed, unless it has ended.
        """
        began = perf_counter()
        ours, theirs = os.pipe()
        child = os.fork()
        if not child:
            os.close(ours)
            self._be_the_run([str(argument) for argument in arguments], first, writes)
        os.close(theirs)
        with suppress(PermissionError, ProcessLookupError):
            os.setpgid(child, child)
        # The pipe ends when the last process that holds its other end does.
        if kill_after is not None and not select.select([ours], [], [], kill_after)[0]:
            os.killpg(child, signal.SIGKILL)
        assert select.select([ours], [], [], 120)[0], "the run does not end"
        os.close(ours)
        status = os.waitpid(child, 0)[1]
        errors = self._errors(os.getpid()).read_text(encoding="utf-8")
        return Ended(os.waitstatus_to_exitcode(status), errors, perf_counter() - began)

    def _errors(self, owner: int) -> Path:
        return self._scratch / f"errors-{owner}"

    def _be_the_run(
        self, arguments: list[str], first: Callable[[], None] | None, writes: Writes | None
    ) -> NoReturn:
        code = 70
        try:
            os.setpgid(0, 0)
            with self._errors(os.getppid()).open("w") as errors:
                os.dup2(errors.fileno(), 2)
                os.dup2(errors.fileno(), 1)
            from skillprofiles.cli import main

            if first is not None:
                first()
            if writes is not None:
                writes.watch()
            with _workers_forked():
                main(arguments)
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 70
        except BaseException:  # noqa: BLE001 - nobody else would tell of it
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)


@contextmanager
def _workers_forked() -> Iterator[None]:
    """Let worker processes be forks of the one that needs them: a fork server has to start first."""
    from skillprofiles.pipeline.workers import Processes

    made = Processes.__init__

    def forking(self: Processes, count: int) -> None:
        made(self, count)
        self._context = multiprocessing.get_context("fork")

    Processes.__init__ = forking  # type: ignore[method-assign]
    try:
        yield
    finally:
        Processes.__init__ = made  # type: ignore[method-assign]
