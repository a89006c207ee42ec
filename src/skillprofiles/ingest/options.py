"""How a run goes about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes about it.

    Attributes:
        workers: number of processes that read.
        scheduler: address of a Dask cluster that reads instead.
        max_loss: share of the published profiles, 0 to 1, above which losing them needs a yes.
        accept_loss: that yes.
        keep: how many releases to keep; None for all.
        page_seconds: how long reading one page may take; None for as long as it likes.
        again: names of sources to read whether they changed or not; None for all of them.
    """

    workers: int = 1
    scheduler: str | None = None
    max_loss: float = 0.1
    accept_loss: bool = False
    keep: int | None = None
    page_seconds: float | None = 30.0
    again: frozenset[str] | None = frozenset()
