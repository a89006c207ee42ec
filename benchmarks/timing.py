"""Timing what is compared in turns, so that a slow moment of the machine hits both sides."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

Item = TypeVar("Item")
Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds of each of several things, repetition by repetition."""

    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        """Return the median time of one of them."""
        return median(self.seconds[name])

    def ratio(self, name: str, basis: str) -> float:
        """Return the median, over the repetitions, of one time divided by another."""
        pairs = zip(self.seconds[name], self.seconds[basis], strict=True)
        return median(one / other for one, other in pairs)

    def samples(self, name: str) -> tuple[float, ...]:
        """Return the single times."""
        return tuple(self.seconds[name])


def in_turns(actions: Mapping[str, Action], repetitions: int) -> Timings:
    """Time actions A B A B; each returns when it is done, or the seconds that count."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repetitions):
        for name, action in actions.items():
            start = perf_counter()
            said = action()
            seconds[name].append(said if isinstance(said, float) else perf_counter() - start)
    return Timings(seconds)


def over(
    items: Sequence[Item],
    actions: Mapping[str, Callable[[Item], object]],
    repetitions: int,
    chunk: int = 250,
) -> Timings:
    """Time what is done to each of many items: a chunk by one action, the same by the next.

    These are seconds of this process on a core, so that other processes do not count.
    """
    chunks = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    for action in actions.values():
        for item in chunks[0][:5]:
            action(item)
    gc.collect()
    gc.freeze()
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repetitions):
        total = dict.fromkeys(actions, 0.0)
        for part in chunks:
            for name, action in actions.items():
                total[name] += _timed(action, part)
        for name, spent in total.items():
            seconds[name].append(spent)
    gc.unfreeze()
    return Timings(seconds)


def _timed(action: Callable[[Item], object], items: Iterable[Item]) -> float:
    start = process_time()
    for item in items:
        action(item)
    return process_time() - start
