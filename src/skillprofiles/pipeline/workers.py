"""Who works on batches: processes on this machine; `skillprofiles.pipeline.cluster` has others."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from skillprofiles.pipeline.losses import LostWorker

_T = TypeVar("_T")


class Workers(Protocol):
    """What runs functions somewhere else.

    Attributes:
        count: how many work at the same time.
    """

    count: int

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called."""

    def result(self, future: Future[_T]) -> _T:
        """Wait for a call, and return what it returned or raise what it raised.

        Raises:
            LostWorker: if it has no outcome, because its worker died.
            NoCluster: if nobody is left to work.
        """

    def renew(self) -> None:
        """Be ready again after a worker died."""

    def alone(self) -> Workers:
        """Return who runs a call beside which nothing else runs, and whose death harms nothing."""


class Processes:
    """Processes on this machine."""

    def __init__(self, count: int) -> None:
        """Plan so many processes; none is started yet."""
        self.count = count
        methods = multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context(
            "forkserver" if "forkserver" in methods else "spawn"
        )
        if self._context.get_start_method() == "forkserver":
            # The contracts take a second to import: once in the server, not once in every worker.
            self._context.set_forkserver_preload(["skillprofiles.pipeline.worker"])

    def __enter__(self) -> Self:
        """Start."""
        self._pool: Executor = self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; after an exception without waiting for what has not begun."""
        self._pool.shutdown(wait=True, cancel_futures=error is not None)

    def _start(self) -> Executor:
        return ProcessPoolExecutor(
            self.count, mp_context=self._context, initializer=_end_with_owner
        )

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called in one of the processes."""
        return self._pool.submit(function, *arguments)

    def result(self, future: Future[_T]) -> _T:
        """Wait for a call, and return what it returned or raise what it raised.

        Raises:
            LostWorker: if its process died, or the pool was renewed before it began.
        """
        try:
            return future.result()
        except (BrokenExecutor, CancelledError):
            raise LostWorker("killed the process that read it") from None

    def renew(self) -> None:
        """Start new processes in the place of a pool that lost one."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._start()

    def alone(self) -> Workers:
        """Return these processes, started anew; whatever they were doing is given up."""
        self.renew()
        return self


def _end_with_owner() -> None:
    """Let this process end as soon as the one that it works for has ended, however it did.

    A process of a pool whose owner was killed would finish what it is at, and then wait for ever.
    """
    owner = multiprocessing.parent_process()
    if owner is not None:
        threading.Thread(target=_end_after, args=(owner.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
