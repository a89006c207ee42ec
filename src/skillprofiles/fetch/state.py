"""What a crawl remembers of every address it asked for: to go on after a kill, and to ask politely.

One SQLite file. What was answered is noted after what it brought is stored, so a crawl that is killed
in between asks for one page again, with its validators. Without the file nothing is lost but the
knowledge of pages that are no skill profiles; the store itself tells of the others.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from skillprofiles import __version__
from skillprofiles.fetch.page import Link
from skillprofiles.findings import Finding
from skillprofiles.rules import RULES
from skillprofiles.storage import UnusableFile, failing

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, plan TEXT NOT NULL, started REAL NOT NULL, finished INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS visit (
    url TEXT PRIMARY KEY, run TEXT NOT NULL, start TEXT NOT NULL, status INTEGER NOT NULL,
    kind TEXT NOT NULL, language TEXT, entry TEXT, etag TEXT, last_modified TEXT,
    stored INTEGER NOT NULL, links TEXT NOT NULL, program TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS finding (
    run TEXT NOT NULL, code TEXT NOT NULL, url TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS robots (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS host (name TEXT PRIMARY KEY, not_before REAL NOT NULL);
"""
_VERSION: Final = 1
_RESUMED_FOR: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address answered when it was last asked for.

    Attributes:
        url: the address.
        run: the crawl that asked.
        start: the start that led there.
        status: status code of the answer; 0 where there was none.
        kind: a `Kind`, or ``redirect``, ``gone``, ``failed``, ``refused``, ``fallback``,
            ``duplicate``, ``unwanted``.
        language: language of the page, for a skill profile.
        entry: the address under which the page is stored, where it is.
        etag: validator of the answer.
        last_modified: the same as a date.
        stored: whether its bytes were stored, as a skill profile or otherwise.
        links: where it leads; the target, for a redirect.
    """

    url: str
    run: str
    start: str
    status: int
    kind: str
    language: str | None = None
    entry: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    stored: bool = False
    links: tuple[Link, ...] = ()


class State:
    """The memory of a raw store, in a file."""

    def __init__(self, path: Path | None) -> None:
        """Open the file; one that is damaged is put aside. None keeps everything in memory.

        Raises:
            OSError: if the file cannot be read or written, or another program has locked it.
        """
        self._path = path
        try:
            self._db = self._opened()
        except UnusableFile:
            if path is None:
                raise
            path.replace(path.with_suffix(".damaged"))
            for ending in ("-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            self._db = self._opened()

    def _opened(self) -> sqlite3.Connection:
        with failing(self._path):
            db = sqlite3.connect(self._path or ":memory:", isolation_level=None)
        try:
            with failing(self._path):
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version not in (0, _VERSION):
                    raise UnusableFile(f"version {version}")
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = NORMAL")
                db.executescript(_SCHEMA)
                db.execute(f"PRAGMA user_version = {_VERSION}")
        except (OSError, UnusableFile):
            db.close()
            raise
        return db

    def _asked(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a statement answers.

        Raises:
            OSError: if the disk fails.
        """
        try:
            with failing(self._path):
                return self._db.execute(sql, values).fetchall()
        except UnusableFile as error:
            raise OSError(errno.EIO, str(error), os.fspath(self._path or "")) from None

    def begin(self, run: str, plan: str, now: float, *, restart: bool) -> tuple[str, bool]:
        """Begin a crawl, or go on with the last one where it was the same and did not finish.

        Args:
            run: name for a new crawl.
            plan: what makes two crawls the same.
            now: seconds since the epoch.
            restart: whether to begin anew in any case.

        Returns:
            The name of the crawl, and whether an earlier one goes on.
        """
        last = self._asked(
            "SELECT id, plan, started, finished FROM run ORDER BY started DESC LIMIT 1"
        )
        if last and not restart:
            [(name, same, started, finished)] = last
            if not finished and same == plan and now - started < _RESUMED_FOR:
                return str(name), True
        self._asked("DELETE FROM run")
        self._asked("DELETE FROM finding")
        self._asked("INSERT INTO run VALUES (?, ?, ?, 0)", (run, plan, now))
        return run, False

    def finish(self, run: str) -> None:
        """Note that a crawl is complete."""
        self._asked("UPDATE run SET finished = 1 WHERE id = ?", (run,))

    def note(self, visit: Visit) -> None:
        """Remember what an address answered."""
        links = json.dumps([list(link) for link in visit.links])
        self._asked(
            "INSERT OR REPLACE INTO visit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                visit.url, visit.run, visit.start, visit.status, visit.kind, visit.language,
                visit.entry, visit.etag, visit.last_modified, visit.stored, links, __version__,
            ),
        )  # fmt: skip

    def visit(self, url: str) -> Visit | None:
        """Return what an address answered last, as far as this version of the program told it."""
        rows = self._asked("SELECT * FROM visit WHERE url = ? AND program = ?", (url, __version__))
        return _visit(rows[0]) if rows else None

    def stored_from(self, starts: tuple[str, ...]) -> Iterator[str]:
        """Yield the addresses of stored pages that some starts led to."""
        asked = "SELECT DISTINCT entry FROM visit WHERE entry IS NOT NULL AND start = ?"
        found = (row for start in starts for row in self._asked(asked, (start,)))
        yield from {entry: None for (entry,) in found}

    def remember(self, run: str, findings: Iterable[Finding]) -> None:
        """Keep findings for when the crawl goes on after an interruption."""
        for found in findings:
            row = (run, found.rule.code, found.source, found.message, found.hint)
            self._asked("INSERT INTO finding VALUES (?, ?, ?, ?, ?)", row)

    def findings(self, run: str) -> list[Finding]:
        """Return what was found in a crawl so far."""
        rows = self._asked("SELECT code, url, message, hint FROM finding WHERE run = ?", (run,))
        return [Finding(RULES[code], *rest) for code, *rest in rows if code in RULES]

    def keep_robots(self, url: str, etag: str | None, modified: str | None, text: str) -> None:
        """Keep a robots.txt with its validators."""
        row = (url, etag, modified, text)
        self._asked("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", row)

    def robots(self, url: str) -> tuple[str | None, str | None, str]:
        """Return the validators and the text of a robots.txt that was kept; empty without one."""
        rows = self._asked("SELECT * FROM robots WHERE url = ?", (url,))
        return (rows[0][1], rows[0][2], rows[0][3]) if rows else (None, None, "")

    def rest(self, host: str, until: float) -> None:
        """Remember that a host wants to be left alone until a time, in seconds since the epoch."""
        self._asked("INSERT OR REPLACE INTO host VALUES (?, ?)", (host, until))

    def resting(self, host: str) -> float:
        """Return until when a host wants to be left alone; 0 where it does not."""
        rows = self._asked("SELECT not_before FROM host WHERE name = ?", (host,))
        return float(rows[0][0]) if rows else 0.0

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._db.close()


def _visit(row: tuple[Any, ...]) -> Visit:
    links = tuple(Link(*link) for link in json.loads(row[10]))
    return replace(Visit(*row[:9]), stored=bool(row[9]), links=links)
