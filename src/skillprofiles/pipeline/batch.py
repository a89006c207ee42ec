"""One batch of sources, from bytes to validated parts on disk: what a worker process runs."""

from __future__ import annotations

import gc
import hashlib
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from skillprofiles.config import Config
from skillprofiles.findings import Finding, ordered
from skillprofiles.model import Outcome
from skillprofiles.pipeline.page import Page, read_pages, unread
from skillprofiles.read.discover import Input

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule was broken in a batch, and where first."""

    count: int
    first: Finding


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a worker tells of a batch; the rows themselves lie in its parts.

    Attributes:
        number: number of the batch.
        first: its first source by name.
        accepted: hash of (skill, language) of each accepted profile, in order.
        statuses: number of sources of each status.
        tallies: for each rule code how often it was broken and where first.
        seconds: time spent by stage, for the benchmark.
    """

    number: int
    first: str
    accepted: array[int]
    statuses: dict[str, int]
    tallies: dict[str, Tally]
    seconds: dict[str, float]


def run_batch(
    number: int,
    items: Sequence[Input],
    config: Config,
    folder: str,
    seconds: float | None = None,
    *,
    in_worker: bool = True,
) -> Manifest:
    """Read, parse and validate a batch, and write its parts into a folder.

    Args:
        number: number of the batch; names its parts.
        items: the sources.
        config: the configuration.
        folder: where the parts go.
        seconds: how long one page may take, None for as long as it likes; a page that takes longer
            is rejected.
        in_worker: whether this process may be killed where a page takes too long.

    Raises:
        OSError: if a part cannot be written.
    """
    with _collector_at_rest():
        start = perf_counter()
        pages = list(read_pages(items, config, seconds, in_worker=in_worker))
        return _finish_batch(number, pages, folder, start)


def put_aside(number: int, item: Input, reason: str, config: Config, folder: str) -> Manifest:
    """Write the parts of a batch whose only page no worker survives; it is not read.

    Args:
        number: number of the batch.
        item: the source.
        reason: what happened to those who read it, to follow "reading the page".
        config: the configuration.
        folder: where the parts go.

    Raises:
        OSError: if a part cannot be written.
    """
    page = unread(item, reason, config)
    return _finish_batch(number, [page], folder, perf_counter())


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking a batch's values again and again; none is a cycle."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
            gc.collect()


def _finish_batch(number: int, pages: Sequence[Page], folder: str, start: float) -> Manifest:
    """Validate the pages of a batch and write its parts."""
    from skillprofiles.validate import validate

    parsed = perf_counter()
    accepted, refused = validate([page.profile for page in pages if page.profile])
    validated = perf_counter()
    by_source: dict[str, list[Finding]] = {}
    for finding in refused:
        by_source.setdefault(finding.source, []).append(finding)
    kept = {id(profile) for profile in accepted.profiles}
    outcomes = []
    for page in pages:
        page.findings += by_source.get(page.source, ())
        outcomes.append(page.outcome(id(page.profile) in kept))
    findings = ordered(finding for page in pages for finding in page.findings)
    _write_parts(number, folder, accepted.requirements, accepted.profile_rows, findings, outcomes)
    statuses: dict[str, int] = {}
    for outcome in outcomes:
        statuses[outcome.status] = statuses.get(outcome.status, 0) + 1
    return Manifest(
        number=number,
        first=min(page.source for page in pages),
        accepted=array("Q", (key_hash(p.skill, p.language) for p in accepted.profiles)),
        statuses=statuses,
        tallies=tally(findings),
        seconds={
            "read and parse": parsed - start,
            "validate": validated - parsed,
            "write parts": perf_counter() - validated,
        },
    )


def part_path(folder: str, table: str, number: int) -> str:
    """Return the path of a batch's part of a table."""
    return os.path.join(folder, f"{table}-{number:06d}.arrow")


def _write_parts(
    number: int,
    folder: str,
    requirements: pa.Table,
    profiles: pa.Table,
    findings: Sequence[Finding],
    outcomes: Sequence[Outcome],
) -> None:
    from skillprofiles.export.parts import write_part
    from skillprofiles.frames import findings_table, sources_table
    from skillprofiles.validate import assert_contract

    tables = {
        "requirements": requirements,
        "profiles": profiles,
        "findings": findings_table(findings),
        "sources": sources_table(outcomes),
    }
    for name in ("findings", "sources"):
        assert_contract(name, tables[name])
    for name, table in tables.items():
        write_part(part_path(folder, name, number), table)


def key_hash(skill: str, language: str) -> int:
    """Return 64 bits that stand for a profile's key, the same in every process."""
    digest = hashlib.blake2b(f"{skill}\0{language}".encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def tally(findings: Iterable[Finding]) -> dict[str, Tally]:
    """Count findings by rule, remembering the first of each."""
    tallies: dict[str, Tally] = {}
    for finding in findings:
        code = finding.rule.code
        known = tallies.get(code)
        tallies[code] = Tally(known.count + 1, known.first) if known else Tally(1, finding)
    return tallies
