"""Batches over workers, in order; a batch that its worker does not survive is split.

A dead worker takes innocent batches with it, so a batch that failed is run again by itself. Fails it
again, its halves are tried, down to the single page; that one is put aside with a finding.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from skillprofiles.config import Config
from skillprofiles.pipeline.batch import Manifest, put_aside, run_batch
from skillprofiles.pipeline.losses import LostWorker, NoWorkers
from skillprofiles.pipeline.page import failure
from skillprofiles.pipeline.workers import Workers
from skillprofiles.read.discover import Input

_AGAIN: Final = 1_000_000_000
_PROBES: Final = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Some sources in a row.

    Attributes:
        number: position of the first in the run; names the batch's parts.
        items: the sources.
    """

    number: int
    items: Sequence[Input]

    def again(self) -> Batch:
        """Return the same sources under a number of their own.

        A worker that was taken for lost may still write parts under the old one.
        """
        return Batch(self.number + _AGAIN, self.items)

    def halves(self) -> tuple[Batch, Batch]:
        """Return the two halves of a batch of more than one source."""
        middle = len(self.items) // 2
        first, second = self.items[:middle], self.items[middle:]
        return Batch(self.number, first), Batch(self.number + middle, second)


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all batches of a run.

    Attributes:
        config: the configuration.
        folder: where parts go; the workers see it too.
        seconds: how long one page may take; None for as long as it likes.
    """

    config: Config
    folder: str
    seconds: float | None = None


def execute(batches: Iterable[Batch], job: Job, workers: Workers) -> Iterator[Manifest]:
    """Yield the manifests of batches in order; one that had to be split has several.

    Never more batches are under way than keep the workers busy.

    Raises:
        OSError: if a part cannot be written.
    """
    pending: deque[tuple[Batch, Future[Manifest]]] = deque()
    for batch in batches:
        pending.append((batch, _submit(batch, job, workers)))
        # What assembling needs takes a while to import: now, while the workers are busy.
        import_module("skillprofiles.schema")
        if len(pending) > workers.count + 1:
            yield from _finish(*pending.popleft(), job, workers)
    while pending:
        yield from _finish(*pending.popleft(), job, workers)


def _submit(batch: Batch, job: Job, workers: Workers) -> Future[Manifest]:
    def submit() -> Future[Manifest]:
        return workers.submit(
            run_batch, batch.number, batch.items, job.config, job.folder, job.seconds
        )

    return _surviving(submit, workers)


def _surviving(submit: Callable[[], Future[Manifest]], workers: Workers) -> Future[Manifest]:
    """Submit, to new workers where the old ones turn out to be dead already."""
    try:
        return submit()
    except BrokenExecutor:
        workers.renew()
        return submit()


def _finish(
    batch: Batch, future: Future[Manifest], job: Job, workers: Workers
) -> Iterator[Manifest]:
    manifest, _ = _outcome(future, workers)
    if manifest is not None:
        yield manifest
    else:
        _probe(workers)
        yield from _alone(batch.again(), job, workers)


def _probe(workers: Workers) -> None:
    """Make sure that workers live at all, before a page is blamed for their death.

    Raises:
        NoWorkers: if they die without anything to do.
    """
    for _ in range(_PROBES):
        lone = workers.alone()
        with suppress(LostWorker, BrokenExecutor):
            lone.result(lone.submit(call_ready))
            return
    raise NoWorkers(
        "the processes that read die as soon as they start; nothing was published. Is there enough "
        "memory? A script of your own has to start runs under: if __name__ == '__main__'"
    )


def call_ready() -> bool:
    """Return True from a worker that has imported everything it needs."""
    from skillprofiles.pipeline.worker import ready

    return ready()


def _alone(batch: Batch, job: Job, workers: Workers) -> Iterator[Manifest]:
    """Run a batch while nothing else runs that could fail in its place."""
    lone = workers.alone()
    manifest, reason = _outcome(_submit(batch, job, lone), lone)
    if manifest is not None:
        yield manifest
    elif len(batch.items) == 1:
        yield put_aside(batch.number, batch.items[0], reason, job.config, job.folder)
    else:
        for half in batch.halves():
            yield from _alone(half, job, workers)


def _outcome(future: Future[Manifest], workers: Workers) -> tuple[Manifest | None, str]:
    """Return the manifest of a batch, or None and what happened to it."""
    try:
        return workers.result(future), ""
    except (OSError, NoWorkers):
        raise
    except LostWorker as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is some page's fault
        return None, failure(error)
