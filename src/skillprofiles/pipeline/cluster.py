"""The workers of a Dask cluster, which see the same files as this machine.

Dask runs a task again on another worker when the first one dies, whether the task was the cause or
not; a page that kills its reader would so take one worker after another. So a task leaves a mark
where all see it, and one that finds its mark gives up. What failed is then read in a process beside
the run itself, where nobody else is harmed, until the page is found.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count as counter
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from skillprofiles.pipeline.losses import LostWorker, NoCluster
from skillprofiles.pipeline.version import environment
from skillprofiles.pipeline.workers import Processes, Workers
from skillprofiles.read.remote import file_system, is_url, speaking_of

_CONNECT: Final = "10s"
_LOOK_SECONDS: Final = 1.0

PATIENCE_SECONDS = 30.0
"""How long to wait for a new worker when none is left: nannies need some seconds to start one."""

_T = TypeVar("_T")


class Misfit(Exception):
    """A worker would not read pages as this machine does; the message says why."""


class Cluster:
    """The workers of a Dask cluster.

    Attributes:
        address: of the scheduler, such as ``tcp://host:8786``.
        count: how many threads its workers have.
    """

    def __init__(self, address: str, folder: str, sees: Sequence[str] = ()) -> None:
        """Plan to use a cluster; nothing is connected yet.

        Args:
            address: of the scheduler.
            folder: where parts go; absolute, as all paths.
            sees: what else workers must find under the same path.
        """
        self.address = address
        self.count = 1
        self._folder = folder
        self._sees = tuple(sees)
        self._numbers = counter()
        self._seen = monotonic()
        self._token = secrets.token_hex(8)

    def __enter__(self) -> Self:
        """Connect, and see whether the workers can do this work.

        Raises:
            NoCluster: if there is no scheduler, it has no workers, or one of them cannot.
        """
        try:
            import dask
            from distributed import Client, KilledWorker
            from distributed.comm.core import CommClosedError
        except ImportError:
            raise NoCluster(
                "--scheduler needs the extra 'distributed': pip install 'skillprofiles[distributed]'"
            ) from None
        self._lost = (CancelledError, CommClosedError, KilledWorker)
        # What goes wrong with the cluster is said in one line, below.
        for logger in ("distributed", "distributed.client", "tornado"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        try:
            _try_to_connect(self.address)
            self._client = Client(self.address, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise NoCluster(f"no scheduler at {self.address}: {_line(error)}") from None
        with ExitStack() as undo:
            undo.callback(self._client.close)
            self._look()
            if not self._living:
                raise NoCluster(f"the scheduler at {self.address} has no workers")
            self._probe()
            undo.pop_all()
        self._beside: Processes | None = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect; the cluster stays."""
        self._client.close()
        if self._beside is not None:
            self._beside.__exit__(kind, error, trace)

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called once on one of the cluster's workers."""
        mark = os.path.join(self._folder, f"{self._token}-{next(self._numbers)}.begun")
        # Not through Dask's own executor: a call whose result is lost with its worker never ends there.
        call: Any = self._client.submit(
            call_once, environment(), mark, function, *arguments, pure=False
        )
        future: Future[_T] = call
        return future

    def result(self, future: Future[_T]) -> _T:
        """Wait for a call, and return what it returned or raise what it raised.

        Raises:
            LostWorker: if its worker died.
            NoCluster: if the scheduler is lost, or its last worker, or a worker cannot do this work.
        """
        while True:
            try:
                return future.result(_LOOK_SECONDS)
            except TimeoutError:
                if future.status == "error":  # type: ignore[attr-defined]
                    raise
                self._look()
            except self._lost:
                self._look()
                raise LostWorker("killed the process that read it") from None
            except Misfit as error:
                raise NoCluster(f"a worker of the cluster cannot be used: {error}") from None

    def renew(self) -> None:
        """Do nothing: what a lost worker was doing, others do."""

    def alone(self) -> Workers:
        """Return one process on this machine."""
        if self._beside is None:
            self._beside = Processes(1).__enter__()
        return self._beside.alone()

    def _look(self) -> None:
        """See who is still there.

        Raises:
            NoCluster: if the scheduler is gone, or all workers are for too long.
        """
        try:
            threads = self._client.nthreads()
        except (OSError, RuntimeError, CancelledError):
            threads = None
        if threads is None or self._client.status != "running":
            raise NoCluster(f"the scheduler at {self.address} was lost; nothing was published")
        self._living = len(threads)
        if threads:
            self.count = sum(threads.values())
            self._seen = monotonic()
        elif monotonic() - self._seen > PATIENCE_SECONDS:
            raise NoCluster(
                f"the scheduler at {self.address} lost its last worker; nothing was published"
            )

    def _probe(self) -> None:
        """Ask every worker whether it is like this machine and sees its files.

        Raises:
            NoCluster: if one is not.
        """
        said = self._client.run(
            misfits, environment(), [self._folder, *self._sees], on_error="return"
        )
        for worker, wrong in sorted(said.items()):
            if isinstance(wrong, BaseException):
                raise NoCluster(
                    f"worker {worker} cannot run this version of skillprofiles: {_line(wrong)}"
                )
            if wrong:
                raise NoCluster(f"worker {worker} cannot be used: {'; '.join(wrong)}")


def _try_to_connect(address: str) -> None:
    """Connect and disconnect: a client that fails to would wait for itself when Python ends.

    Raises:
        OSError: if nobody is there, or ValueError, TypeError: if the address cannot be used.
    """
    import asyncio

    from distributed.comm.core import connect
    from distributed.security import Security

    async def once() -> None:
        settings = Security().get_connection_args("client")
        comm = await connect(address, timeout=_CONNECT, **settings)
        await comm.close()

    # In a thread, because the caller may have an event loop of its own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, once()).result()


def misfits(wanted: dict[str, str], paths: Sequence[str]) -> list[str]:
    """Return what keeps this machine from working for another one, one line each.

    Args:
        wanted: the versions of the other machine.
        paths: what has to be found here; the first is a folder that is written to.
    """
    own = environment()
    wrong = [
        f"it has {name} {own.get(name)} instead of {version}"
        for name, version in wanted.items()
        if own.get(name) != version
    ]
    wrong += [
        f"it does not see '{path}': workers need the same files under the same paths"
        for path in paths
        if not _is_there(path)
    ]
    if not wrong and not os.access(paths[0], os.W_OK | os.X_OK):
        wrong.append(f"it may not write to '{paths[0]}'")
    return wrong


def _is_there(path: str) -> bool:
    if not is_url(path):
        return os.path.exists(path)
    try:
        fs, place = file_system(path)
        with speaking_of(path):
            return bool(fs.exists(place))
    except OSError:
        return False


def call_once(
    wanted: dict[str, str], mark: str, function: Callable[..., _T], *arguments: Any
) -> _T:
    """Call a function, unless that was begun before: then its worker died.

    Raises:
        LostWorker: if it was begun before.
        Misfit: if this worker joined later and is not like the others.
        OSError: if the mark cannot be written.
    """
    if wrong := misfits(wanted, [os.path.dirname(mark)]):
        raise Misfit("; ".join(wrong))
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        raise LostWorker("killed the process that read it") from None
    return function(*arguments)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
