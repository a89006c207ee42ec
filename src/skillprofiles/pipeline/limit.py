"""A limit to the time one page may take, kept inside the process that reads it.

Two clocks watch. The first interrupts Python code at the limit: the page is put aside, the batch goes
on. The second kills a worker process a little later, for code that Python cannot interrupt; whoever
waits for the batch then finds the page by splitting it. Outside a process's main thread, and where the
system has no timer signals, only the second one watches. A process has one such clock for all its
threads: it is set to the page that has to be done first.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from collections.abc import Callable
from functools import cache
from time import monotonic
from types import FrameType, TracebackType
from typing import Final, Self, TypeVar

_REARM_SECONDS: Final = 1.0
_GRACE_SECONDS: Final = 2.0
_T = TypeVar("_T")

_lock = threading.Lock()
_deadlines: dict[int, float] = {}


class TooSlow(BaseException):
    """A page takes longer than it may; no ``except Exception`` on the way must stop it."""


class PageLimit:
    """Calls a function for page after page, each within the limit.

    Example:
        ``with PageLimit(30.0) as limit: limit(read_page, item, config)``
    """

    def __init__(self, seconds: float | None, *, in_worker: bool = False) -> None:
        """Set a limit.

        Args:
            seconds: how long a call may take; None for as long as it likes.
            in_worker: whether this process may be killed, because another one waits for it.
        """
        self.seconds = seconds
        self._in_worker = in_worker
        self._armed_at = 0.0
        self._signals = (
            seconds is not None
            and hasattr(signal, "setitimer")
            and threading.current_thread() is threading.main_thread()
        )

    def __enter__(self) -> Self:
        """Start watching."""
        if self._signals:
            self._before = signal.signal(signal.SIGALRM, _interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        if self._signals:
            signal.signal(signal.SIGALRM, self._before)
        self.pause()

    def __call__(self, function: Callable[..., _T], *arguments: object) -> _T:
        """Call a function.

        Raises:
            TooSlow: if it takes longer than the limit.
        """
        if self.seconds is None:
            return function(*arguments)
        if self._in_worker:
            self._arm(self.seconds)
        if not self._signals:
            return function(*arguments)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        try:
            return function(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def pause(self) -> None:
        """Stop the second clock until the next call: what is done meanwhile is no page's time."""
        if self.seconds is not None and self._in_worker:
            with _lock:
                self._armed_at = 0.0
                _deadlines.pop(threading.get_ident(), None)
                _set_clock(monotonic())

    def _arm(self, seconds: float) -> None:
        """Set the second clock anew, at most once a second: it costs more than many a page."""
        now = monotonic()
        with _lock:
            _deadlines[threading.get_ident()] = now + seconds
            if now - self._armed_at > _REARM_SECONDS:
                self._armed_at = now
                _set_clock(now)


def _set_clock(now: float) -> None:
    """Let the process die some time after the first of the deadlines of its threads."""
    if not _deadlines:
        faulthandler.cancel_dump_traceback_later()
        return
    left = min(_deadlines.values()) - now + _REARM_SECONDS + _GRACE_SECONDS
    faulthandler.dump_traceback_later(max(left, 0.001), file=_sink(), exit=True)


@cache
def _sink() -> int:
    """Return where the last words of a process go that is killed: to nobody."""
    return os.open(os.devnull, os.O_WRONLY)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise TooSlow
