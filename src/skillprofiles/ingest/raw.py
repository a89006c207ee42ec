"""The input folder of a run: on this machine, or behind a URL."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from skillprofiles.ingest.ledger import Stamp
from skillprofiles.ingest.scan import UNSURE, Scan, is_young, scan
from skillprofiles.read.remote import Found, is_url, listing
from skillprofiles.read.walk import SIDECAR, File, is_record

Excludes = Callable[[str], bool]


class NoInput(Exception):
    """The input folder cannot be used; the message says why, in one line."""


class Raw(Protocol):
    """An input folder.

    Attributes:
        place: its absolute path or URL.
    """

    place: str

    def check(self, published: str) -> None:
        """See whether it can be read.

        Raises:
            NoInput: if not, or if what is published would be read as input.
        """

    def scan(self, known: Mapping[str, Stamp], excludes: Excludes, *, everything: bool) -> Scan:
        """Look at all files, and compare them with their stamps at the last run.

        Raises:
            NoInput: if there is no such folder.
            OSError: if it cannot be listed.
        """

    def find(self, name: str) -> File:
        """Return the file of a name."""

    def shown(self, name: str) -> str:
        """Return a file as a person finds it."""


def raw_at(place: str | Path) -> Raw:
    """Return the input folder at a path or URL."""
    text = os.fspath(place)
    return RemoteRaw(text) if is_url(text) else LocalRaw(text)


class LocalRaw:
    """A folder on this machine."""

    def __init__(self, path: str) -> None:
        """Take a path, relative to the working directory of now."""
        self._named = path
        # Other processes, and machines, have another working directory.
        self.place = os.path.abspath(path)

    def check(self, published: str) -> None:
        """See whether there is such a folder, and nothing is published into it."""
        if not os.path.isdir(self.place):
            what = "is not a folder" if os.path.exists(self.place) else "does not exist"
            raise NoInput(f"'{self._named}' {what}")
        if not is_url(published) and Path(published).resolve().is_relative_to(
            Path(self.place).resolve()
        ):
            raise NoInput(f"'{published}' lies inside '{self._named}': it would be read as input")

    def scan(self, known: Mapping[str, Stamp], excludes: Excludes, *, everything: bool) -> Scan:
        """Walk through the folder."""
        return scan(Path(self.place), known, excludes, everything=everything)

    def find(self, name: str) -> File:
        """Return the file of a name."""
        from skillprofiles.read.discover import named

        return named(os.path.join(self.place, name), name)

    def shown(self, name: str) -> str:
        """Return a file's path from the working directory."""
        return os.path.relpath(os.path.join(self.place, name))


class RemoteRaw:
    """A folder behind a URL.

    A file counts as unchanged while its size, its time and what the service calls its version are
    those of the last run.
    """

    def __init__(self, url: str) -> None:
        """Take a URL; nothing is asked of it yet."""
        self.place = url.rstrip("/")
        self._records: set[str] = set()

    def check(self, published: str) -> None:
        """See whether nothing is published into the folder."""
        if f"{published.rstrip('/')}/".startswith(f"{self.place}/"):
            raise NoInput(f"'{published}' lies inside '{self.place}': it would be read as input")

    def scan(self, known: Mapping[str, Stamp], excludes: Excludes, *, everything: bool) -> Scan:
        """List the folder."""
        found, left = Scan(), dict(known)
        files = self._files()
        if not files:
            raise NoInput(f"'{self.place}' does not exist, or is empty")
        by_name = {file.name: file for file in files}
        self._records = {name for name in by_name if is_record(name.rpartition("/")[2])}
        for file in files:
            if file.name in self._records or excludes(file.name):
                continue
            before = left.pop(file.name, None)
            stamp = _stamp(file, by_name.get(file.name + SIDECAR))
            if stamp == before and stamp != UNSURE and not everything:
                found.unchanged += 1
                continue
            found.changed.append(file.name)
            found.stamps[file.name] = stamp
        found.vanished = list(left)
        return found

    def _files(self) -> list[Found]:
        try:
            files = listing(self.place)
        except FileNotFoundError:
            raise NoInput(f"'{self.place}' does not exist") from None
        if any(not file.name for file in files):
            raise NoInput(f"'{self.place}' is not a folder")
        return [file for file in files if not _is_hidden(file.name)]

    def find(self, name: str) -> File:
        """Return the file of a name; the folder was listed before."""
        url = f"{self.place}/{name}"
        record = url + SIDECAR if name + SIDECAR in self._records else None
        return File(url, name, sidecar=record)

    def shown(self, name: str) -> str:
        """Return a file's URL."""
        return f"{self.place}/{name}"


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _stamp(file: Found, record: Found | None) -> Stamp:
    """Return the stamp of a file; `UNSURE` where nothing tells two versions of it apart."""
    parts = [part for part in (file, record) if part]
    if any(not _is_telling(part) for part in parts):
        return UNSURE
    beside = f"{record.size} {record.mtime_ns} {record.version}" if record else ""
    return Stamp(file.size, file.mtime_ns, _number(file.version), beside)


def _is_telling(file: Found) -> bool:
    return bool(file.version) or (file.mtime_ns > 0 and not is_young(file.mtime_ns))


def _number(version: str) -> int:
    """Return 63 bits that stand for a version, as a ledger keeps them."""
    digest = hashlib.blake2b(version.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
