"""The whole run: sources in batches over an executor, parts assembled, tables published."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from time import perf_counter

from skillprofiles.config import Config
from skillprofiles.pipeline.assemble import Form, assemble
from skillprofiles.pipeline.batch import Manifest, Tally, run_batch, tally
from skillprofiles.pipeline.corpus import compare_batches
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
    executor: Executor | None = None,
    progress: Progress = lambda done: None,
) -> Summary:
    """Read, validate and publish a batch of sources.

    Args:
        inputs: the sources, in the order their rows shall stand in.
        out: folder to publish into; readers see all new files or all old ones.
        config: the configuration.
        form: format of the tables.
        workers: number of processes; a single batch is always read in this one.
        executor: runs the batches instead of own processes, where it is given.
        progress: told the number of sources done, after each batch.

    Returns:
        What was done.

    Raises:
        NoSources: if there is not one source.
        skillprofiles.export.publish.Locked: if another run is publishing there.
        OSError: if the tables cannot be written; then what was there before still is.
    """
    from skillprofiles.export.publish import Publication

    batches = _batches(inputs)
    first = list(islice(batches, 2))
    if not first:
        raise NoSources
    pool = _pool(executor, workers if len(first) > 1 else 1)
    summary, config = Summary(), config or Config()
    with Publication(out, form.file_names) as staging, pool as running:
        parts = staging / _PARTS
        parts.mkdir()
        manifests = []
        for manifest in _run(chain(first, batches), config, str(parts), running, workers):
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


def _batches(inputs: Iterable[Input]) -> Iterator[tuple[int, list[Input]]]:
    iterator, number = iter(inputs), 0
    while items := list(islice(iterator, BATCH_SIZE)):
        yield number, items
        number += 1


def _run(
    batches: Iterable[tuple[int, Sequence[Input]]],
    config: Config,
    folder: str,
    executor: Executor | None,
    workers: int,
) -> Iterator[Manifest]:
    """Yield the manifests in the order of batches, never more of them under way than needed."""
    if executor is None:
        for number, items in batches:
            yield run_batch(number, items, config, folder)
        return
    pending: deque[Future[Manifest]] = deque()
    for number, items in batches:
        pending.append(executor.submit(run_batch, number, items, config, folder))
        # What assembling needs takes a while to import: now, while the workers are busy.
        import_module("skillprofiles.schema")
        if len(pending) > workers + 1:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _pool(executor: Executor | None, workers: int) -> AbstractContextManager[Executor | None]:
    if executor is not None or workers < 2:
        return nullcontext(executor)
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        # The contracts take a second to import: once in the server, not once in every worker.
        context.set_forkserver_preload(["skillprofiles.pipeline.worker"])
    return ProcessPoolExecutor(workers, mp_context=context)
