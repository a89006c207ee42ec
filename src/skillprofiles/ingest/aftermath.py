"""What a run leaves beside its release: the quarantine, then the ledger.

In this order: as long as the ledger is not that of the current release, the next run looks into
everything, so a run that is killed in between is made good for.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from skillprofiles.config import Config
from skillprofiles.ingest import quarantine
from skillprofiles.ingest.ledger import Known, Ledger, Stamp, UnusableLedger
from skillprofiles.ingest.plan import Plan
from skillprofiles.ingest.previous import Previous, file_of
from skillprofiles.ingest.reading import Read, findings_of
from skillprofiles.ingest.record import Run
from skillprofiles.ingest.scan import UNSURE, Scan
from skillprofiles.ingest.state import State
from skillprofiles.read.load import load


def set_aside(folder: Path, run: Run, read: Read, parts: str, config: Config) -> None:
    """Put the sources that a run rejected into quarantine, with the bytes it rejected.

    Args:
        folder: the published folder.
        run: the run.
        read: what it read.
        parts: where the parts are.
        config: the configuration.

    Raises:
        OSError: if they cannot be written.
    """
    rejected = set(read.resolution.names("rejected"))
    findings = findings_of(read, rejected, parts) if rejected else {}
    for source in sorted(rejected):
        known = read.resolution.sources[source]
        data = load(read.inputs[source], config.max_bytes)
        entry = quarantine.Entry(
            source,
            known.sha256,
            known.bytes,
            run.run,
            run.began,
            source in read.resolution.held,
            findings[source],
        )
        # What was written since is another version, which nobody has judged yet.
        judged = isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == known.sha256
        quarantine.put(folder, entry, data if isinstance(data, bytes) and judged else None)


def let_go(folder: Path, previous: Previous, read: Read) -> None:
    """Let go of all sources in quarantine that the current release does not list as rejected.

    Raises:
        OSError: if the folder cannot be written to.
    """
    carried = {
        name
        for name, seen in previous.sources.items()
        if seen.status == "rejected" and name not in read.touched
    }
    quarantine.release_all_but(folder, carried.union(read.resolution.names("rejected")))


def misplaced(folder: Path, previous: Previous) -> frozenset[str]:
    """Return the rejected sources that are not in quarantine as the release tells of them.

    A run that was killed or failed on the way there left them; they have to be read again.
    """
    there = quarantine.known(folder)
    return frozenset(
        name
        for name, seen in previous.sources.items()
        if seen.status == "rejected" and (name not in there or there[name].sha256 != seen.sha256)
    )


def remember(ledger: Ledger, run: str, state: State, found: Scan, plan: Plan, read: Read) -> None:
    """Write down what a run found; a ledger that turns out to be damaged is made again.

    Args:
        ledger: the ledger.
        run: id of the run.
        state: what it started from.
        found: what lies in the input folder.
        plan: what it was to read.
        read: what it read.

    Raises:
        OSError: if it cannot be written.
    """
    known = list(read.resolution.sources.values())
    unread = {file_of(item.source) for item in known if item.sha256 is None}
    stamps = {name: UNSURE if name in unread else stamp for name, stamp in found.stamps.items()}
    if state.trusted:
        try:
            ledger.record(run, state.facts, stamps.items(), found.vanished, known, plan.retired)
            return
        except UnusableLedger:
            ledger.restart()
    gone = set(found.vanished)
    stamps = {name: stamp for name, stamp in state.stamps.items() if name not in gone} | stamps
    known += _carried(state.previous, read)
    try:
        _record_all(ledger, run, state, stamps, known)
    except UnusableLedger:
        ledger.restart()
        _record_all(ledger, run, state, stamps, known)


def _carried(previous: Previous, read: Read) -> list[Known]:
    """Return the sources that were not read, as the release tells of them."""
    if not previous.sources:
        previous.load_sources()
    return [
        Known(name, seen.sha256, seen.bytes, seen.status)
        for name, seen in previous.sources.items()
        if name not in read.touched
    ]


def _record_all(
    ledger: Ledger, run: str, state: State, stamps: dict[str, Stamp], known: list[Known]
) -> None:
    """Let the ledger know these files and sources, and no others."""
    forgotten = ledger.stamps().keys() - stamps.keys()
    gone = ledger.living() - {item.source for item in known}
    ledger.record(run, state.facts, stamps.items(), forgotten, known, gone)
