"""The tables of a new release, from those of the release before and the parts of a run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from skillprofiles import __version__, contracts
from skillprofiles.export.parquet import TableWriter
from skillprofiles.ingest.changes import Change, Differ
from skillprofiles.ingest.merge import Stream, ahead, merge, without
from skillprofiles.ingest.previous import Previous
from skillprofiles.ingest.resolve import Resolution
from skillprofiles.pipeline.assemble import findings_of, pieces_of
from skillprofiles.pipeline.batch import Manifest
from skillprofiles.pipeline.corpus import Verdict
from skillprofiles.releases import TableFile

if TYPE_CHECKING:
    import pyarrow as pa

CARRIED: Final = ("requirements", "profiles", "findings", "sources")
"""The tables whose rows are carried over from release to release."""


@dataclass(frozen=True, slots=True)
class Batches:
    """What a run read: its batches, what their comparison said, and where their parts are.

    Attributes:
        manifests: the batches; the rows of each are sorted by source.
        verdict: what is taken back.
        parts: folder of the parts.
    """

    manifests: Sequence[Manifest]
    verdict: Verdict
    parts: str


@dataclass(slots=True)
class Built:
    """The tables of a release that is not published yet.

    Attributes:
        tables: the files, by table.
        changes: what is different from the release before.
        new: names of the tables that differ from those of the release before.
    """

    tables: dict[str, TableFile] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def build(
    folder: Path,
    previous: Previous,
    touched: set[str],
    resolution: Resolution,
    batches: Batches,
) -> Built:
    """Write the tables that are carried over from release to release; link those that stay.

    Args:
        folder: an empty folder, on the file system of the releases.
        previous: the release before.
        touched: names of the sources that were read or are gone; their rows are not carried over.
        resolution: what becomes of them.
        batches: what was read.

    Raises:
        OSError: if a file cannot be written or read.
    """
    built = Built()
    for table in CARRIED:
        rows = table in ("requirements", "profiles")
        differ = Differ(table) if rows and previous.release else None
        gone = touched - resolution.held.keys() if rows else touched
        rows_before = ahead(previous.pieces(table))
        carried = without(rows_before, gone, differ.left if differ else _ignore)
        written = _write(folder, table, carried, _streams(table, batches, resolution, differ))
        if differ:
            built.changes += differ.changes()
        built.tables[table] = written
        # A file says by which contract it was written.
        made = previous.manifest
        same = made is not None and made.contract == contracts.VERSION
        before = made.tables.get(table) if made and same else None
        if before and before.content_sha256 == written.content_sha256 and previous.folder:
            _link(previous.folder / before.file, folder / before.file)
            built.tables[table] = before
        else:
            built.new.append(table)
    return built


def _ignore(rows: pa.Table) -> None:
    """Have no use for the rows that are not carried over."""


def _write(
    folder: Path, table: str, carried: Iterator[pa.Table], streams: list[Stream]
) -> TableFile:
    contract = contracts.RELEASE_TABLES[table]
    return write_table(
        folder / f"{table}.parquet",
        contract,
        merge([Stream("", lambda: carried), *streams]),
    )


def write_table(path: Path, contract: str, pieces: Iterable[pa.Table]) -> TableFile:
    """Write one table of a release.

    Raises:
        OSError: if the disk does not take it.
    """
    metadata = {
        "skillprofiles.version": __version__,
        "skillprofiles.schema_version": contracts.VERSION,
    }
    with TableWriter(path, contracts.arrow_schema(contract), metadata) as writer:
        for piece in pieces:
            writer.write(piece)
    return TableFile.of(path, writer.rows, writer.content_sha256)


def _streams(
    table: str, batches: Batches, resolution: Resolution, differ: Differ | None
) -> list[Stream]:
    """Return the rows read in this run, a stream a batch."""
    adapt = partial(_adapted, table, resolution, differ)

    def opener(manifest: Manifest) -> Callable[[], Iterator[pa.Table]]:
        return lambda: adapt(pieces_of(table, manifest, batches.verdict, batches.parts))

    streams = [Stream(item.first, opener(item)) for item in batches.manifests]
    if table == "findings" and batches.verdict.findings:
        more = findings_of(batches.verdict)
        streams.append(Stream("", lambda: iter([more])))
    return streams


def _adapted(
    table: str, resolution: Resolution, differ: Differ | None, pieces: Iterator[pa.Table]
) -> Iterator[pa.Table]:
    for piece in pieces:
        if differ:
            differ.came(piece)
        yield _with_versions(piece, resolution) if table == "sources" else piece


def _with_versions(sources: pa.Table, resolution: Resolution) -> pa.Table:
    """Say of each source which version of it is published."""
    import pyarrow as pa

    from skillprofiles.validate import assert_contract

    names, statuses = sources["source"].to_pylist(), sources["status"].to_pylist()
    sums = sources["sha256"].to_pylist()
    versions = [
        sha256 if status == "accepted" else resolution.held.get(name)
        for name, status, sha256 in zip(names, statuses, sums, strict=True)
    ]
    released = sources.append_column("published_sha256", pa.array(versions, pa.string()))
    assert_contract("released_sources", released)
    return released


def _link(old: Path, new: Path) -> None:
    """Put a file of the release before in the place of one just like it."""
    new.unlink()
    try:
        os.link(old, new)
    except OSError:
        # No hard links on this file system, or too many: a copy is as good.
        shutil.copyfile(old, new)
