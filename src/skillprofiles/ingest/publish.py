"""A built release becomes the current one."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skillprofiles import __version__, contracts, releases, schema
from skillprofiles.export.datapackage import FILE_NAME as DESCRIPTOR
from skillprofiles.export.datapackage import Resource, write_descriptor
from skillprofiles.export.durable import sync, write_bytes
from skillprofiles.ingest.audit import audit
from skillprofiles.ingest.build import CARRIED, Built, write_table
from skillprofiles.ingest.changes import changes_table
from skillprofiles.ingest.previous import Previous
from skillprofiles.ingest.wording import in_words
from skillprofiles.releases import layout, manifest
from skillprofiles.validate import assert_contract

CHANGES: Final = "CHANGES.md"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a release was made by, for its manifest.

    Attributes:
        run: id of the run.
        created: when, UTC, ISO 8601.
        reading: fingerprint of what the program reads from a page.
        config: fingerprint of the configuration.
    """

    run: str
    created: str
    reading: str
    config: str


def publish(
    folder: Path, staged: Path, built: Built, previous: Previous, origin: Origin
) -> releases.ReleaseManifest:
    """Complete a release, look at it once more, and make it the current one.

    Args:
        folder: the published folder.
        staged: where the tables of the release lie, on the same file system.
        built: the tables.
        previous: the release it was made from.
        origin: what it is made by.

    Raises:
        skillprofiles.ingest.audit.Contradiction: if its tables contradict each other.
        AssertionError: if one breaks its contract.
        OSError: if it cannot be written; then the release before still is the current one.
    """
    audit(staged)
    ids = layout.release_ids(folder)
    number = layout.sequence_of(ids[-1]) + 1 if ids else 1
    release = layout.release_id(number, _fingerprint(built))
    table = changes_table(release, built.changes)
    assert_contract("changes", table)
    built.tables["changes"] = write_table(staged / "changes.parquet", "changes", [table])
    said = in_words(release, previous.release, built.changes, _why(previous, built))
    write_bytes(staged / CHANGES, said.encode())
    _describe(staged, built)
    done = _manifest(release, staged, built, previous, origin)
    write_bytes(staged / manifest.FILE_NAME, done.dumps().encode())
    for entry in os.scandir(staged):
        sync(Path(entry.path))
    sync(staged)
    place = layout.path_of(folder, release)
    place.parent.mkdir(exist_ok=True)
    os.replace(staged, place)
    try:
        sync(place.parent)
        layout.make_current(folder, release)
    except BaseException:
        if layout.current(folder) != release:
            # Nobody was told of it: left there, it would stay beside the next run's, which is the same.
            with suppress(OSError):
                os.replace(place, staged)
        raise
    return done


def _why(previous: Previous, built: Built) -> str:
    """Return why there is a release in which no skill says anything else than before."""
    made = previous.manifest
    if made is not None and made.contract != contracts.VERSION:
        return (
            f"the tables are those of version {contracts.VERSION} of their contract, "
            f"not {made.contract} any more"
        )
    return (
        "sources or findings differ" if built.new else "it takes the place of one that was damaged"
    )


def _fingerprint(built: Built) -> str:
    sums = "".join(built.tables[table].content_sha256 for table in CARRIED)
    return hashlib.sha256(sums.encode()).hexdigest()


def _describe(staged: Path, built: Built) -> None:
    resources = [
        Resource(
            table,
            staged / f"{table}.parquet",
            built.tables[table].rows,
            schema.table_schema(contract),
            contract,
        )
        for table, contract in contracts.RELEASE_TABLES.items()
    ]
    write_descriptor(staged, resources, version=contracts.VERSION)


def _manifest(
    release: str, staged: Path, built: Built, previous: Previous, origin: Origin
) -> releases.ReleaseManifest:
    statuses, held = _statuses(staged)
    return releases.ReleaseManifest(
        release=release,
        previous=previous.release,
        created=origin.created,
        run=origin.run,
        program=__version__,
        contract=contracts.VERSION,
        reading=origin.reading,
        config=origin.config,
        sources=statuses,
        held=held,
        changes=dict(sorted(Counter(change.change for change in built.changes).items())),
        tables=built.tables,
        files={name: releases.FileSum.of(staged / name) for name in (DESCRIPTOR, CHANGES)},
    )


def _statuses(staged: Path) -> tuple[Mapping[str, int], int]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns = ["status", "published_sha256"]
    table = pq.read_table(staged / "sources.parquet", columns=columns)
    counts = {
        status: pc.sum(pc.equal(table["status"], status)).as_py() or 0
        for status in ("accepted", "rejected", "skipped")
    }
    return counts, pc.count(table["published_sha256"]).as_py() - counts["accepted"]
