"""What a run starts from: the current release, and what the ledger knows on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skillprofiles import __version__, releases
from skillprofiles.config import Config
from skillprofiles.ingest.fingerprint import config_fingerprint, reading_fingerprint
from skillprofiles.ingest.ledger import Ledger, Stamp
from skillprofiles.ingest.naming import as_text
from skillprofiles.ingest.previous import Previous, newest_whole
from skillprofiles.ingest.scan import UNSURE
from skillprofiles.read.containers import file_of
from skillprofiles.releases import layout
from skillprofiles.storage import UnusableFile


@dataclass(slots=True)
class State:
    """What a run starts from.

    Attributes:
        previous: the release to build upon.
        stamps: the stamp of every file at the last run.
        facts: what the ledger shall know of this run.
        trusted: whether the ledger is that of the release; else it is filled anew.
        everything: whether known sources are read too, because they may be read differently now.
        must_publish: whether the current release is damaged and has to be replaced.
        unread: where sources lie that were to be read again, as the ledger knows it.
        damaged: the current release, where its tables are damaged and another one is built upon.
    """

    previous: Previous
    stamps: dict[str, Stamp]
    facts: dict[str, str]
    trusted: bool
    everything: bool
    must_publish: bool = False
    unread: str = ""
    damaged: str | None = None


def known_state(folder: Path, ledger: Ledger, facts: dict[str, str]) -> State | None:
    """Return the state as the ledger knows it, None where the ledger does not fit the release.

    Of the release only the sizes of its files are looked at.
    """
    try:
        before, stamps = ledger.facts(), ledger.stamps()
    except UnusableFile:
        return None
    current = facts["release"]
    if not before or before.get("release") != current:
        return None
    previous = Previous()
    if current:
        path = layout.path_of(folder, current)
        try:
            previous = Previous(current, path, releases.read_manifest(path))
        except releases.DamagedManifest:
            return None
        if releases.damage(folder, current, checksums=False):
            return None
    everything = _reads_differently(before, facts)
    return State(previous, stamps, facts, True, everything, unread=before.get("unread", ""))


def rebuilt_state(folder: Path, facts: dict[str, str]) -> State:
    """Return the state as the newest whole release knows it: no file is known by its stamp.

    Raises:
        OSError: if the release cannot be read.
    """
    previous = newest_whole(folder)
    previous.load_sources()
    made = previous.manifest
    newest = [facts["release"]] if facts["release"] else releases.release_ids(folder)[-1:]
    damaged = next((release for release in newest if release != previous.release), None)
    before = {"reading": made.reading, "config": made.config} if made else facts
    return State(
        previous,
        {file_of(source): UNSURE for source in previous.sources},
        facts,
        trusted=False,
        everything=_reads_differently(before, facts),
        must_publish=(previous.release or "") != facts["release"] or _is_damaged(folder, previous),
        damaged=damaged,
    )


def _is_damaged(folder: Path, previous: Previous) -> bool:
    """Whether a release whose tables are whole lost what describes them, as far as sizes tell."""
    release = previous.release
    return release is not None and bool(releases.damage(folder, release, checksums=False))


def facts_of(folder: Path, raw: str, config: Config, run: str) -> dict[str, str]:
    """Return what the ledger shall know of a run that begins."""
    return {
        "release": layout.current(folder) or "",
        "run": run,
        "raw": as_text(raw),
        "reading": reading_fingerprint(),
        "config": config_fingerprint(config),
        "program": __version__,
    }


def _reads_differently(before: dict[str, str], now: dict[str, str]) -> bool:
    return any(before.get(name) != now[name] for name in ("reading", "config"))
