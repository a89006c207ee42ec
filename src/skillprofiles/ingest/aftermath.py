"""What a run leaves beside its release: the quarantine, then the ledger.

In this order: as long as the ledger is not that of the current release, the next run looks into
everything, so a run that is killed in between is made good for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from skillprofiles.config import Config
from skillprofiles.ingest import quarantine
from skillprofiles.ingest.ledger import Known, Ledger, Stamp
from skillprofiles.ingest.plan import Find, inputs_for
from skillprofiles.ingest.previous import Previous
from skillprofiles.ingest.reading import Read, findings_of
from skillprofiles.ingest.record import Run
from skillprofiles.ingest.resolve import outcomes
from skillprofiles.ingest.scan import UNSURE, Scan
from skillprofiles.ingest.state import State
from skillprofiles.read.containers import file_of
from skillprofiles.read.load import load
from skillprofiles.storage import UnusableFile


def set_aside(folder: Path, run: Run, read: Read, parts: str, find: Find, config: Config) -> None:
    """Put the sources that a run rejected into quarantine, with the bytes it rejected.

    Args:
        folder: the published folder.
        run: the run.
        read: what it read.
        parts: where the parts are.
        find: finds a file of the input folder.
        config: the configuration.

    Raises:
        OSError: if they cannot be written.
    """
    rejected = read.resolution.rejected
    if not rejected:
        return
    findings = findings_of(read, set(rejected), parts)
    left = dict(rejected)
    for item in inputs_for(find, rejected, config):
        known = left.pop(item.source.name, None)
        if known is None:
            continue
        data = load(item, config.max_bytes)
        # What was written since is another version, which nobody has judged yet.
        judged = isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == known.sha256
        entry = _entry(known, run, read, findings)
        quarantine.put(folder, entry, data if isinstance(data, bytes) and judged else None)
    for known in left.values():
        quarantine.put(folder, _entry(known, run, read, findings), None)


def _entry(
    known: Known, run: Run, read: Read, findings: dict[str, list[dict[str, object]]]
) -> quarantine.Entry:
    return quarantine.Entry(
        source=known.source,
        sha256=known.sha256,
        bytes=known.bytes,
        run=run.run,
        since=run.began,
        held=known.source in read.resolution.held,
        findings=findings[known.source],
    )


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
    quarantine.release_all_but(folder, carried.union(read.resolution.rejected))


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


def remember(
    ledger: Ledger,
    run: str,
    state: State,
    found: Scan,
    read: Read,
    parts: str,
    retired: Iterable[str],
) -> None:
    """Write down what a run found; a ledger that turns out to be damaged is made again.

    Args:
        ledger: the ledger.
        run: id of the run.
        state: what it started from.
        found: what lies in the input folder.
        read: what it read.
        parts: where the parts of that are.
        retired: the sources that are gone.

    Raises:
        OSError: if it cannot be written.
    """
    stamps = found.stamps
    for known in read.resolution.rejected.values():
        name = file_of(known.source)
        if known.sha256 is None:
            # Also one whose file did not change: it may be readable tomorrow as it is.
            stamps[name] = UNSURE
    if state.trusted:
        try:
            known_now = outcomes(read.manifests, read.verdict, parts)
            ledger.record(run, state.facts, stamps.items(), found.vanished, known_now, retired)
            return
        except UnusableFile:
            ledger.restart()
    for name, stamp in state.stamps.items():
        stamps.setdefault(name, stamp)
    for name in found.vanished:
        stamps.pop(name, None)
    try:
        _record_all(ledger, run, state, stamps, read, parts)
    except UnusableFile:
        ledger.restart()
        _record_all(ledger, run, state, stamps, read, parts)


def _everything(previous: Previous, read: Read, parts: str) -> Iterator[Known]:
    """Yield what is known of all sources: what was read, the others as the release tells of them."""
    yield from outcomes(read.manifests, read.verdict, parts)
    if not previous.sources:
        previous.load_sources()
    for name, seen in previous.sources.items():
        if name not in read.touched:
            yield Known(name, seen.sha256, seen.bytes, seen.status)


def _record_all(
    ledger: Ledger, run: str, state: State, stamps: dict[str, Stamp], read: Read, parts: str
) -> None:
    """Let the ledger know these files and sources, and no others."""
    forgotten = ledger.stamps().keys() - stamps.keys()
    gone = ledger.living()
    gone.difference_update(known.source for known in _everything(state.previous, read, parts))
    known_now = _everything(state.previous, read, parts)
    ledger.record(run, state.facts, stamps.items(), forgotten, known_now, gone)
