"""The whole job: files on disk to validated tables, in fresh processes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks import corpus
from benchmarks.processes import MEBIBYTE, Peak, can_watch, python, run, run_together, watch
from benchmarks.results import Goal, Row
from benchmarks.timing import Timings, in_turns
from skillprofiles.pipeline.run import BATCH_SIZE

WORKERS = (1, 2)
_LARGE = 100_000
_NORMAL = 20_000
_GROWTH = Goal(1.2)

Note = Callable[[str], None]
Stages = dict[str, float]


def measure(count: int, repetitions: int, folder: Path, note: Note) -> list[Row]:
    """Measure time, stages and memory on the mixed corpus, and time on md pages alone."""
    pages = _written(folder, "mixed", count, corpus.MIXED, note)
    memory = _memory(pages, count, note)
    rows = _timed(pages, count, repetitions, _mixture(), note) + memory
    shutil.rmtree(pages)
    pages = _written(folder, "md", count, corpus.MD_ONLY, note)
    return rows + _timed(pages, count, repetitions, "md pages only", note)


def measure_growth(folder: Path, note: Note) -> list[Row]:
    """Measure how memory grows when the corpus grows fivefold."""
    if not can_watch():
        return []
    peaks: dict[int, dict[int, Peak]] = {}
    for count in (_NORMAL, _LARGE):
        pages = _written(folder, f"growth-{count}", count, corpus.MIXED, note)
        note(f"memory on {count:,} pages")
        peaks[count] = {workers: _watched(pages, count, workers) for workers in WORKERS}
        shutil.rmtree(pages)
    topic = f"peak memory, {_LARGE:,} pages against {_NORMAL:,}"
    rows = []
    for workers in WORKERS:
        small, large = peaks[_NORMAL][workers], peaks[_LARGE][workers]
        for what, before, after in (
            ("process itself" if workers == 1 else "parent", small.first, large.first),
            ("largest child", small.child, large.child),
            ("all processes together", small.together, large.together),
        ):
            if workers > 1 or what == "process itself":
                value = f"{before / MEBIBYTE:,.0f} -> {after / MEBIBYTE:,.0f} MiB"
                name = f"{_plural(workers)}: {what}"
                rows.append(Row(topic, name, value, after / before, f"{_NORMAL:,} pages", _GROWTH))
    return rows


def _written(folder: Path, name: str, count: int, shares: Mapping[str, int], note: Note) -> Path:
    note(f"writing {count:,} pages ({name})")
    pages = folder / name
    corpus.write(pages, count, shares)
    run(_bare("floor", pages), folder)
    return pages


def _bare(*arguments: object) -> list[str]:
    return python("-m", "benchmarks.bare", *map(str, arguments))


def _normalize(pages: Path, workers: int) -> list[str]:
    return python(
        "-m", "skillprofiles.cli", "normalize", str(pages), "--out", str(_out(pages)),
        "--workers", str(workers), "--log-format", "json",
    )  # fmt: skip


def _out(pages: Path) -> Path:
    return pages.with_name(f"{pages.name}-out")


def _published(stderr: str, count: int) -> Stages:
    """Return the seconds of each stage; every page must have been accepted.

    Raises:
        ValueError: if one was not.
    """
    events = [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]
    event = next(event for event in events if event["event"] == "published")
    if event["accepted"] != count:
        raise ValueError(f"{event['accepted']} of {count} pages were accepted: {events}")
    seconds: Stages = event["seconds"]
    return seconds


def _timed(pages: Path, count: int, repetitions: int, kind: str, note: Note) -> list[Row]:
    note(f"normalizing {count:,} pages ({kind}), {repetitions} times")
    stages: dict[int, list[Stages]] = {workers: [] for workers in WORKERS}

    def normalize(workers: int) -> None:
        shutil.rmtree(_out(pages), ignore_errors=True)
        stages[workers].append(_published(run(_normalize(pages, workers), pages.parent), count))

    timings = in_turns(
        {
            "floor": lambda: run(_bare("floor", pages), pages.parent),
            "1 worker": lambda: normalize(1),
            "2 workers": lambda: normalize(2),
            "1 bare": lambda: run_together([_bare("parse", pages, "0/1")], pages.parent),
            "2 bare": lambda: run_together(
                [_bare("parse", pages, "0/2"), _bare("parse", pages, "1/2")], pages.parent
            ),
        },
        repetitions,
    )
    shutil.rmtree(_out(pages), ignore_errors=True)
    topic = f"normalizing {count:,} pages, {kind}"
    return [
        _row(topic, "floor: read, decode, split, one process", timings, "floor", count),
        _row(topic, "normalize --workers 1", timings, "1 worker", count, Goal(8)),
        _row(topic, "normalize --workers 2", timings, "2 workers", count),
        *_speed_up(topic, timings, count),
        *_shares(topic, stages, timings),
    ]


def _row(
    topic: str, what: str, timings: Timings, name: str, count: int, goal: Goal | None = None
) -> Row:
    seconds = timings.median(name)
    value = f"{count / seconds:,.0f} pages/s, {seconds:.1f} s"
    ratio = None if name == "floor" else timings.ratio(name, "floor")
    return Row(topic, what, value, ratio, "floor", goal, timings.samples(name))


def _speed_up(topic: str, timings: Timings, count: int) -> list[Row]:
    """Compare what a second worker brings with what a second bare process brings.

    A corpus of one batch keeps only one worker busy: it shows nothing.
    """
    goal = Goal(0.75, at_least=True) if count >= 2 * BATCH_SIZE else None
    bare, own = (
        [
            one / two
            for one, two in zip(timings.seconds[first], timings.seconds[second], strict=True)
        ]
        for first, second in (("1 bare", "2 bare"), ("1 worker", "2 workers"))
    )
    relative = median(one / other for one, other in zip(own, bare, strict=True))
    return [
        Row(
            topic,
            "speed-up, two bare processes that parse",
            f"{median(bare):.2f} x",
            samples=tuple(bare),
        ),
        Row(
            topic,
            "speed-up, two workers",
            f"{median(own):.2f} x",
            relative,
            "bare speed-up",
            goal,
            tuple(own),
        ),
    ]


def _shares(topic: str, stages: Mapping[int, list[Stages]], timings: Timings) -> list[Row]:
    """Return how much of the time each stage takes; of several workers, of their time on average.

    What no stage accounts for is starting, imports and looking for files; with several workers it
    is also their waiting.
    """
    shares: dict[str, list[str]] = {}
    for workers, runs in stages.items():
        wall = timings.median(_plural(workers))
        seconds = {stage: median(run[stage] for run in runs) for stage in runs[0]}
        for stage in seconds:
            if stage != "assemble":
                seconds[stage] /= workers
        seconds["starting and waiting"] = wall - sum(seconds.values())
        for stage, spent in seconds.items():
            shares.setdefault(stage, []).append(f"{spent / wall:.0%}")
    title = f"share with {' / '.join(map(str, stages))} workers: "
    return [Row(topic, title + stage, " / ".join(found)) for stage, found in shares.items()]


def _watched(pages: Path, count: int, workers: int) -> Peak:
    peak = watch(_normalize(pages, workers), pages.parent)
    _published(peak.stderr, count)
    shutil.rmtree(_out(pages))
    return peak


def _memory(pages: Path, count: int, note: Note) -> list[Row]:
    if not can_watch():
        return []
    note(f"memory on {count:,} pages")
    topic = f"peak memory, {count:,} pages, {_mixture()}"
    rows = []
    for workers in WORKERS:
        peak = _watched(pages, count, workers)
        value = f"{peak.together / MEBIBYTE:,.0f} MiB"
        if peak.child:
            value += f" (parent {peak.first / MEBIBYTE:,.0f}, largest child {peak.child / MEBIBYTE:,.0f})"
        rows.append(Row(topic, f"normalize --workers {workers}", value))
    return rows


def _mixture() -> str:
    return ", ".join(f"{share} % {layout}" for layout, share in corpus.MIXED.items())


def _plural(workers: int) -> str:
    return f"{workers} worker" + ("s" if workers > 1 else "")
