"""What was rejected: its bytes, the findings, and the run, until its source is accepted or gone."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, Final

from skillprofiles.export.durable import remove, write_bytes
from skillprofiles.model import MEMBER

FOLDER: Final = "quarantine"
_ENTRY: Final = "entry.json"
_BYTES: Final = "page"
_NEW: Final = ".new-"


class NotQuarantined(LookupError):
    """No rejected source goes by that name; the message says so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A rejected source.

    Attributes:
        source: its name.
        sha256: checksum of its bytes; None where they could not be read.
        bytes: their number; None where they could not be read.
        run: the run that rejected it.
        since: when that was, UTC, ISO 8601.
        held: whether an earlier version of it is still published.
        findings: what was found, as in the table ``findings``.
    """

    source: str
    sha256: str | None
    bytes: int | None
    run: str
    since: str
    held: bool
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Eight hex digits that stand for the source."""
        return _id(self.source)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The findings that rejected it."""
        return [finding for finding in self.findings if finding["severity"] == "error"]


def _id(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _place(folder: Path, source: str) -> Path:
    # Two names may share eight digits; the whole sum tells them apart.
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / FOLDER / digest[:32]


def entries(folder: Path) -> list[Entry]:
    """Return what is in quarantine, sorted by source."""
    return sorted(_entries(folder), key=lambda entry: entry.source)


def _entries(folder: Path) -> Iterator[Entry]:
    for name in _names(folder):
        if name.startswith(_NEW):
            continue
        # One that cannot be read is made again by the next run that finds something new.
        with suppress(OSError, ValueError, TypeError, KeyError):
            said = json.loads((folder / FOLDER / name / _ENTRY).read_text(encoding="utf-8"))
            # What a later version of the program says besides is passed over.
            yield Entry(**{one.name: said[one.name] for one in fields(Entry)})


def unreadable(folder: Path) -> int:
    """Return how many entries cannot be read."""
    there = sum(not name.startswith(_NEW) for name in _names(folder))
    return there - len(entries(folder))


def find(folder: Path, name: str) -> Entry:
    """Return the rejected source of a name or id.

    Raises:
        NotQuarantined: if there is none.
    """
    for entry in entries(folder):
        if name in (entry.source, entry.id):
            return entry
    raise NotQuarantined(f"'{name}' is not in quarantine")


def page_bytes(folder: Path, entry: Entry) -> bytes | None:
    """Return the bytes of a rejected source, None where they could not be kept."""
    place = _place(folder, entry.source)
    try:
        return (place / _file_name(entry.source)).read_bytes()
    except FileNotFoundError:
        return None


def _file_name(source: str) -> str:
    """Return a name that keeps the suffix, by which editors choose how to show it."""
    suffix = PurePosixPath(source.rpartition(MEMBER)[2]).suffix
    return _BYTES + (suffix if suffix.isascii() and suffix[1:].isalnum() else "")


def put(folder: Path, entry: Entry, data: bytes | None) -> None:
    """Put a source into quarantine, in the place of what is there of it.

    Raises:
        OSError: if it cannot be written.
    """
    place = _place(folder, entry.source)
    new = place.with_name(_NEW + secrets.token_hex(8))
    new.mkdir(parents=True)
    if data is not None:
        write_bytes(new / _file_name(entry.source), data)
    text = json.dumps(asdict(entry), indent=2, ensure_ascii=False)
    write_bytes(new / _ENTRY, (text + "\n").encode(errors="backslashreplace"))
    if place.exists():
        remove(place)
    os.replace(new, place)


def release_all_but(folder: Path, rejected: Iterable[str]) -> None:
    """Let go of every source that is not among the rejected ones, and of what a kill left."""
    kept = {_place(folder, source).name for source in rejected}
    for name in _names(folder):
        if name not in kept:
            remove(folder / FOLDER / name)


def is_settled(folder: Path, rejected: int) -> bool:
    """Whether there are as many entries as sources rejected, and nothing that a kill left."""
    names = _names(folder)
    return len(names) == rejected and not any(name.startswith(_NEW) for name in names)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder / FOLDER))
    except (FileNotFoundError, NotADirectoryError):
        return []


def known(folder: Path) -> Mapping[str, Entry]:
    """Return what is in quarantine, by source."""
    return {entry.source: entry for entry in _entries(folder)}
