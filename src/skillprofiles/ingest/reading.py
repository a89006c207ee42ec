"""Reading what a run has to read, and deciding what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain, islice

from skillprofiles.findings import Finding
from skillprofiles.ingest.plan import Find, Plan, inputs_for, mates
from skillprofiles.ingest.previous import Key, Previous
from skillprofiles.ingest.resolve import Resolution, Touched, keys_read, resolve
from skillprofiles.pipeline.batch import Manifest, Tally, tally
from skillprofiles.pipeline.corpus import Verdict, compare_batches
from skillprofiles.pipeline.execute import Batch, Job, execute
from skillprofiles.pipeline.workers import Processes, Workers
from skillprofiles.read.discover import Input

BATCH_SIZE = 2_000

Progress = Callable[[int, int], None]
"""Told how many sources of how many have been read."""


@dataclass(slots=True)
class Read:
    """What was read in a run.

    Attributes:
        count: number of sources that were taken up.
        done: number of those whose batch is finished.
        touched: names of those, and of the sources that are gone, that the release before knows.
        unseen: names of those that were to be read as well, and cannot be seen today: members of an
            archive that cannot be opened.
        manifests: the batches.
        verdict: what their comparison takes back.
        resolution: what becomes of each source.
        tallies: for each rule how often it was broken, and where first.
    """

    count: int = 0
    done: int = 0
    touched: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    manifests: list[Manifest] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)
    resolution: Resolution = field(default_factory=Resolution)
    tallies: dict[str, Tally] = field(default_factory=dict)


def workers_for(
    count: int, scheduler: str | None, parts: str, place: str
) -> AbstractContextManager[Workers]:
    """Return so many processes, or the cluster of a scheduler.

    Args:
        count: number of processes.
        scheduler: address of the scheduler.
        parts: where parts go; the workers of a cluster must see it.
        place: the input folder; they must see that too.
    """
    if scheduler is None:
        return Processes(count)
    from skillprofiles.pipeline.cluster import Cluster

    return Cluster(scheduler, parts, [place])


def read_sources(
    plan: Plan,
    previous: Previous,
    find: Find,
    job: Job,
    workers: AbstractContextManager[Workers],
    progress: Progress,
) -> Read:
    """Read what is planned, and whatever shares a profile with it.

    Args:
        plan: what to read.
        previous: the release before, its sources loaded.
        find: finds a file of the input folder.
        job: configuration, limits, and where parts go.
        workers: who reads.
        progress: told after each batch how far it is.

    Raises:
        OSError: if a part cannot be written.
        skillprofiles.pipeline.losses.NoCluster: if the cluster cannot be used.
    """
    read = Read()
    expected = len(plan.scan.changed)
    with ExitStack() as stack:
        running = cache(partial(stack.enter_context, workers))

        def run(items: Iterator[Input]) -> None:
            first = next(items, None)
            if first is None:
                return
            noted = _noted(chain([first], items), read, previous)
            for manifest in execute(_batches(noted, read), job, running()):
                read.manifests.append(manifest)
                read.done += sum(manifest.statuses.values())
                progress(read.done, max(expected, read.count))

        run(plan.read())
        read.touched.update(plan.retired)
        for names in _mates(read, previous, job.folder):
            run(inputs_for(find, names, job.config))
    if read.manifests:
        read.verdict = compare_batches(read.manifests, job.folder)
    read.resolution = resolve(
        previous, Touched(read.touched, read.unseen), read.manifests, read.verdict, job.folder
    )
    _count(read)
    return read


def _noted(items: Iterable[Input], read: Read, previous: Previous) -> Iterator[Input]:
    for item in items:
        read.count += 1
        if item.source.name in previous.sources:
            read.touched.add(item.source.name)
        yield item


def _mates(read: Read, previous: Previous, parts: str) -> Iterator[list[str]]:
    """Yield the sources, not read so far, that describe what one that was read or is gone does.

    They are read before more are asked for: one that is read again may let go of what it held, and
    others describe that in their turn.
    """
    keys: set[Key] = set()
    seen = 0
    while previous.sources:
        keys |= keys_read(read.manifests[seen:], parts)
        seen = len(read.manifests)
        for name in read.touched:
            keys |= previous.sources[name].keys
        names = mates(previous, keys, read.touched | read.unseen)
        if not names:
            return
        yield names
        read.unseen.update(name for name in names if name not in read.touched)


def _batches(items: Iterable[Input], read: Read) -> Iterator[Batch]:
    """Cut sources into batches whose rows will be sorted by source."""
    iterator = iter(items)
    while True:
        number = read.count
        batch = sorted(islice(iterator, BATCH_SIZE), key=lambda item: item.source.name)
        if not batch:
            return
        yield Batch(number, batch)


def _count(read: Read) -> None:
    found: list[dict[str, Tally]] = [manifest.tallies for manifest in read.manifests]
    for tallies in [*found, tally(read.verdict.findings)]:
        for code, more in tallies.items():
            known = read.tallies.get(code)
            read.tallies[code] = Tally(known.count + more.count, known.first) if known else more


def findings_of(read: Read, sources: set[str], parts: str) -> dict[str, list[dict[str, object]]]:
    """Return the findings of some sources that were read, as rows of the table ``findings``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from skillprofiles.frames import findings_table
    from skillprofiles.pipeline.assemble import pieces_of

    wanted = pa.array(sorted(sources), pa.string())
    found: dict[str, list[dict[str, object]]] = {source: [] for source in sources}

    def collect(piece: pa.Table) -> None:
        for row in piece.filter(pc.is_in(piece["source"], value_set=wanted)).to_pylist():
            found[row["source"]].append(row)

    for manifest in read.manifests:
        for piece in pieces_of("findings", manifest, read.verdict, parts):
            collect(piece)
    late: list[Finding] = read.verdict.findings
    if late:
        collect(findings_table(late))
    return found
