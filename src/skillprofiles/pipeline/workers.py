"""Where batches are worked on: processes on this machine, or a Dask cluster."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

_T = TypeVar("_T")


class NoCluster(Exception):
    """The cluster cannot be used; the message says why, in one line."""


class Workers(Protocol):
    """What runs functions somewhere else.

    Attributes:
        count: how many work at the same time.
    """

    count: int

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called."""

    def renew(self) -> None:
        """Be ready again after a worker died."""


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
        return ProcessPoolExecutor(self.count, mp_context=self._context)

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called in one of the processes."""
        return self._pool.submit(function, *arguments)

    def renew(self) -> None:
        """Start new processes in the place of a pool that lost one."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._start()


class Cluster:
    """The workers of a Dask cluster, which see the same files as this machine."""

    def __init__(self, address: str) -> None:
        """Plan to use the cluster whose scheduler has an address such as ``tcp://host:8786``."""
        self.address = address
        self.count = 1

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            NoCluster: if there is no scheduler, or none of its workers.
        """
        try:
            from distributed import Client
        except ImportError:
            raise NoCluster(
                "--scheduler needs the extra 'distributed': pip install 'skillprofiles[distributed]'"
            ) from None
        try:
            self._client = Client(self.address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoCluster(f"no scheduler at {self.address}: {error}") from None
        self.count = sum(self._client.nthreads().values())
        if not self.count:
            self._client.close()
            raise NoCluster(f"the scheduler at {self.address} has no workers")
        self._executor = self._client.get_executor(pure=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect; the cluster stays."""
        self._executor.shutdown(wait=error is None)
        self._client.close()

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called on one of the cluster's workers."""
        future: Future[_T] = self._executor.submit(function, *arguments)
        return future

    def renew(self) -> None:
        """Do nothing: the cluster's own nannies replace dead workers."""
