"""The whole run: sources in batches over an executor, parts assembled, tables published."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from time import perf_counter

from skillprofiles.config import Config
from skillprofiles.pipeline.assemble import Form, assemble
from skillprofiles.pipeline.batch import Manifest, Tally, run_batch, tally
from skillprofiles.pipeline.corpus import compare_batches
from skillprofiles.pipeline.execute import Batch, Job, execute
from skillprofiles.pipeline.workers import Processes
from skillprofiles.read.discover import Input

BATCH_SIZE = 2_000
_PARTS = "parts"


class NoSources(Exception):
    """What was named holds no source at all."""


@dataclass(slots=True)
class Summary:
    """What a run did.

    Attributes:
        statuses: number of sources of each status (accepted, rejected, skipped).
        tallies: for each rule code how often it was broken and where first.
        rows: number of rows published of each table.
        seconds: time spent by stage, over all workers.
        files: the files written, in their folder.
    """

    statuses: dict[str, int] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    @property
    def sources(self) -> int:
        """Number of sources seen."""
        return sum(self.statuses.values())

    def add(self, manifest: Manifest) -> None:
        """Count one batch in."""
        for status, count in manifest.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        for stage, seconds in manifest.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        self.merge(manifest.tallies)

    def merge(self, tallies: dict[str, Tally]) -> None:
        """Add counts by rule; the first place seen is kept."""
        for code, more in tallies.items():
            known = self.tallies.get(code)
            self.tallies[code] = Tally(known.count + more.count, known.first) if known else more


Progress = Callable[[int], None]


def normalize(
    inputs: Iterable[Input],
    out: str | os.PathLike[str],
    config: Config | None = None,
    *,
    form: Form = Form(),  # noqa: B008 - frozen
    workers: int = 1,
    page_seconds: float | None = None,
    progress: Progress = lambda done: None,
) -> Summary:
    """Read, validate and publish a batch of sources.

    Args:
        inputs: the sources, in the order their rows shall stand in.
        out: folder to publish into; readers see all new files or all old ones.
        config: the configuration.
        form: format of the tables.
        workers: number of processes; a single batch is always read in this one.
        page_seconds: a page that takes longer to read is rejected; None for no limit.
        progress: told the number of sources done, after each batch.

    Returns:
        What was done.

    Raises:
        NoSources: if there is not one source.
        skillprofiles.export.publish.Locked: if another run is publishing there.
        OSError: if the tables cannot be written; then what was there before still is.
    """
    from skillprofiles.export.publish import Publication

    batches = in_batches(inputs)
    first = list(islice(batches, 2))
    if not first:
        raise NoSources("there is no source in what was named")
    alone = workers < 2 or len(first) < 2
    summary, config = Summary(), config or Config()
    with Publication(out, form.file_names) as staging:
        parts = staging / _PARTS
        parts.mkdir()
        manifests = []
        job = Job(config, str(parts), page_seconds)
        for manifest in _run(chain(first, batches), job, 1 if alone else workers):
            manifests.append(_counted(manifest, summary))
            progress(summary.sources)
        verdict = compare_batches(manifests, str(parts))
        summary.merge(tally(verdict.findings))
        for dropped in verdict.dropped.values():
            for status in dropped.values():
                summary.statuses["accepted"] -= 1
                summary.statuses[status] = summary.statuses.get(status, 0) + 1
        start = perf_counter()
        summary.rows = assemble(manifests, verdict, str(parts), staging, form)
        summary.seconds["assemble"] = perf_counter() - start
    summary.files = [Path(out) / name for name in form.file_names]
    return summary


def _counted(manifest: Manifest, summary: Summary) -> Manifest:
    """Count a batch in, and drop what need not be kept of it."""
    from dataclasses import replace

    summary.add(manifest)
    return replace(manifest, tallies={}, statuses={}, seconds={})


def in_batches(inputs: Iterable[Input]) -> Iterator[Batch]:
    """Cut sources into batches."""
    iterator, number = iter(inputs), 0
    while items := list(islice(iterator, BATCH_SIZE)):
        yield Batch(number, items)
        number += len(items)


def _run(batches: Iterable[Batch], job: Job, workers: int) -> Iterator[Manifest]:
    if workers > 1:
        with Processes(workers) as processes:
            yield from execute(batches, job, processes)
        return
    for batch in batches:
        yield run_batch(
            batch.number, batch.items, job.config, job.folder, job.seconds, in_worker=False
        )
