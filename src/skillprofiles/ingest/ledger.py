"""What is known of every source between two runs: a SQLite file beside the releases.

The ledger saves work, it is never the truth: that is what the releases say. A ledger that is missing,
damaged, or of another release than the current one is made again from the current release, without
what only it knows: the stamps of the files, so that each is read once to compare its checksum, and
since when a source has been known.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from skillprofiles.storage import UnusableFile, failing

FILE_NAME: Final = "ledger.sqlite"
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE files (
    file TEXT PRIMARY KEY,        -- path below the input folder
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER,
    sidecar TEXT                  -- stamp of the record of fetching beside it
) WITHOUT ROWID;
CREATE TABLE sources (
    source TEXT PRIMARY KEY,      -- as in the table sources; members of archives have their own row
    sha256 TEXT, bytes INTEGER,
    outcome TEXT,                 -- accepted, rejected, skipped, retired
    first_seen TEXT,              -- run that saw it first
    last_changed TEXT,            -- run that last saw its bytes or its outcome change
    gone TEXT,                    -- run that found it gone
    program TEXT, contract TEXT   -- versions that read it last
) WITHOUT ROWID;
CREATE VIEW history AS
    SELECT sources.*, coalesce(gone, (SELECT value FROM facts WHERE name = 'run')) AS last_seen
    FROM sources;
"""
# Seconds to wait for another program that writes to the ledger.
_PATIENCE: Final = 5.0


class Stamp(NamedTuple):
    """What tells without reading that a file is as it was: its size and times (ns)."""

    size: int
    mtime_ns: int
    ctime_ns: int
    sidecar: str = ""


class Known(NamedTuple):
    """What became of a source when it was last read."""

    source: str
    sha256: str | None
    bytes: int | None
    outcome: str


class Ledger:
    """The open ledger of a published folder."""

    def __init__(self, path: Path) -> None:
        """Open the ledger at a path, or start one where there is none that can be used.

        Raises:
            OSError: if the file cannot be read or written, or another program is writing to it.
        """
        self.path = path
        self._connect()
        try:
            self._prepare()
            self.facts()
        except UnusableFile:
            self.restart()
        except OSError:
            self._db.close()
            raise

    def restart(self) -> None:
        """Start a new ledger in the place of this one, which cannot be used.

        Raises:
            OSError: if that cannot be written.
        """
        self._db.close()
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{self.path}{suffix}").unlink()
        self._connect()
        self._prepare()

    def _connect(self) -> None:
        with failing(self.path):
            self._db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)

    def _prepare(self) -> None:
        with failing(self.path):
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self._db.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
            elif version != _VERSION:
                raise UnusableFile(f"it has version {version}")
            # Whoever else writes to it is noticed now, not when the work is done.
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")

    def __enter__(self) -> Self:
        """Return the ledger."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._db.close()

    def facts(self) -> dict[str, str]:
        """Return what is known of the last run: release, run, reading, config, raw ...

        Raises:
            UnusableFile: if the file is damaged.
            OSError: if it cannot be read.
        """
        return dict(self._rows("SELECT name, value FROM facts"))

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamp of every file, by its name.

        Raises:
            UnusableFile: if the file is damaged.
            OSError: if it cannot be read.
        """
        rows = self._rows("SELECT file, size, mtime_ns, ctime_ns, sidecar FROM files")
        # What `Stamp._make` does, without a step of Python: there are many.
        stamps = map(tuple.__new__, repeat(Stamp), map(itemgetter(slice(1, None)), rows))
        return dict(zip(map(itemgetter(0), rows), stamps, strict=True))

    def living(self) -> set[str]:
        """Return the names of all sources that are not gone.

        Raises:
            UnusableFile: if the file is damaged.
            OSError: if it cannot be read.
        """
        return {name for (name,) in self._rows("SELECT source FROM sources WHERE gone IS NULL")}

    def _rows(self, query: str) -> list[Any]:
        with failing(self.path), closing(self._db.execute(query)) as rows:
            return rows.fetchall()

    def record(
        self,
        run: str,
        facts: Mapping[str, str],
        stamps: Iterable[tuple[str, Stamp]],
        forgotten: Iterable[str],
        known: Iterable[Known],
        gone: Iterable[str],
    ) -> None:
        """Write down what a run found, all of it or nothing.

        Args:
            run: id of the run.
            facts: what to know of it.
            stamps: the files whose stamp is new.
            forgotten: files whose stamp does not count any more.
            known: what became of the sources that were read.
            gone: sources that were retired.

        Raises:
            UnusableFile: if the file is damaged.
            OSError: if it cannot be written.
        """
        version = (facts.get("program", ""), facts.get("contract", ""))
        with self._transaction() as db:
            db.executemany("DELETE FROM files WHERE file = ?", ((name,) for name in forgotten))
            db.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                ((name, *stamp) for name, stamp in stamps),
            )
            db.executemany(_UPSERT, ((*row, run, run, *version) for row in known))
            db.executemany(
                "UPDATE sources SET outcome = 'retired', gone = ? WHERE source = ?",
                ((run, name) for name in gone),
            )
            db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Have all that the block writes, or nothing."""
        with failing(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                # SQLite takes back by itself what a full disk kept it from writing.
                if self._db.in_transaction:
                    with suppress(sqlite3.Error):
                        self._db.execute("ROLLBACK")
                raise


_UPSERT = """
INSERT INTO sources (source, sha256, bytes, outcome, first_seen, last_changed, program, contract)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source) DO UPDATE SET
    last_changed = CASE
        WHEN sha256 IS excluded.sha256 AND outcome IS excluded.outcome AND gone IS NULL
        THEN last_changed ELSE excluded.last_changed END,
    sha256 = excluded.sha256, bytes = excluded.bytes, outcome = excluded.outcome, gone = NULL,
    program = excluded.program, contract = excluded.contract
"""
