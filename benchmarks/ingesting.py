"""Incremental runs as whole processes: the first one, one that finds nothing new, one per cent changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import corpus
from benchmarks.corpus import Page, folder_of
from benchmarks.processes import MEBIBYTE, Peak, can_watch, python, run, run_together, watch
from benchmarks.results import Goal, Row
from benchmarks.timing import Timings, in_turns
from skillprofiles.ingest.reading import BATCH_SIZE

WORKERS = (1, 2)
_SMALL = 20_000
_CHANGED = 100
_FIRST = Goal(9)
_NOTHING = Goal(2)
_SHARE = Goal(0.15)
_SPEED_UP = Goal(0.75, at_least=True)
_GROWTH = Goal(1.2)

Note = Callable[[str], None]


def measure(count: int, repetitions: int, folder: Path, note: Note) -> list[Row]:
    """Measure incremental runs over so many pages of all layouts."""
    note(f"writing {count:,} pages (ingest)")
    raw = folder / "ingest"
    corpus.write(raw, count, corpus.MIXED)
    run(_bare("floor", raw), folder)
    rows = _first_runs(raw, count, repetitions, note)
    rows += _later_runs(raw, count, repetitions, note)
    rows += _memory(raw, count, note)
    shutil.rmtree(raw)
    return rows


def _bare(*arguments: object) -> list[str]:
    return python("-m", "benchmarks.bare", *map(str, arguments))


def _to(raw: Path, name: str) -> Path:
    return raw.with_name(f"published-{name}")


def _ingest(raw: Path, to: Path, workers: int = 1) -> list[str]:
    return python(
        "-m", "skillprofiles.cli", "ingest", str(raw), "--to", str(to),
        "--workers", str(workers), "--log-format", "json",
    )  # fmt: skip


def _ended(stderr: str, result: str, **counts: int) -> dict[str, float]:
    """Return the seconds of each stage of a run that ended as it should.

    Raises:
        ValueError: if it did not.
    """
    event = json.loads([line for line in stderr.splitlines() if line.startswith("{")][-1])
    found = {name: event["counts"].get(name) for name in counts}
    if event["event"] != result or found != counts:
        raise ValueError(f"not {result} with {counts}: {event}")
    seconds: dict[str, float] = event["seconds"]
    return seconds


def _first(raw: Path, count: int, workers: int) -> None:
    to = _to(raw, f"{workers}")
    shutil.rmtree(to, ignore_errors=True)
    _ended(run(_ingest(raw, to, workers), raw.parent), "published", accepted=count)


def _first_runs(raw: Path, count: int, repetitions: int, note: Note) -> list[Row]:
    note(f"first runs over {count:,} pages, {repetitions} times")
    timings = in_turns(
        {
            "floor": lambda: run(_bare("floor", raw), raw.parent),
            "1 worker": lambda: _first(raw, count, 1),
            "2 workers": lambda: _first(raw, count, 2),
            "1 bare": lambda: run_together([_bare("parse", raw, "0/1")], raw.parent),
            "2 bare": lambda: run_together(
                [_bare("parse", raw, "0/2"), _bare("parse", raw, "1/2")], raw.parent
            ),
        },
        repetitions,
    )
    topic = f"ingest, first run over {count:,} pages"
    return [
        _row(topic, "floor: read, decode, split, one process", timings, "floor", count),
        _row(topic, "ingest --workers 1", timings, "1 worker", count, _FIRST),
        _row(topic, "ingest --workers 2", timings, "2 workers", count),
        *_speed_up(topic, timings, count),
    ]


def _row(
    topic: str, what: str, timings: Timings, name: str, count: int, goal: Goal | None = None
) -> Row:
    seconds = timings.median(name)
    ratio = None if name == "floor" else timings.ratio(name, "floor")
    value = f"{count / seconds:,.0f} pages/s, {seconds:.1f} s"
    return Row(topic, what, value, ratio, "floor", goal, timings.samples(name))


def _speed_up(topic: str, timings: Timings, count: int) -> list[Row]:
    """Compare what a second worker brings with what a second bare process brings."""
    goal = _SPEED_UP if count >= 2 * BATCH_SIZE else None
    bare, own = (
        [one / two for one, two in zip(timings.seconds[a], timings.seconds[b], strict=True)]
        for a, b in (("1 bare", "2 bare"), ("1 worker", "2 workers"))
    )
    relative = median(one / other for one, other in zip(own, bare, strict=True))
    return [
        Row(topic, "speed-up, two bare processes that parse", f"{median(bare):.2f} x"),
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


def _later_runs(raw: Path, count: int, repetitions: int, note: Note) -> list[Row]:
    """Measure runs after the first, over the release that one worker has published."""
    note(f"later runs over {count:,} pages, {repetitions} times")
    to = _to(raw, "1")
    pages = _hundredths(raw, count)
    changed = len(pages)
    edits = iter(range(1_000))

    def nothing() -> None:
        _ended(run(_ingest(raw, to), raw.parent), "unchanged", unchanged=count)

    def some() -> float:
        _edit(pages, next(edits))
        start = perf_counter()
        log = run(_ingest(raw, to), raw.parent)
        seconds = perf_counter() - start
        _ended(log, "published", accepted=changed)
        return seconds

    timings = in_turns({"full": lambda: _first(raw, count, 1), "some": some}, repetitions)
    _settle(raw, to, count)
    idle = in_turns(
        {"walk": lambda: run(_bare("walk", raw), raw.parent), "nothing": nothing}, repetitions
    )
    topic = f"ingest, later runs over {count:,} pages"
    return [
        Row(topic, "bare walk and stat, one process", f"{idle.median('walk'):.2f} s"),
        _later(topic, "nothing changed", idle, "nothing", "walk", _NOTHING),
        _later(topic, f"{changed:,} pages changed", timings, "some", "full", _SHARE),
    ]


def _settle(raw: Path, to: Path, count: int) -> None:
    """Run until no file is too young to be trusted: those just edited are looked into once more."""
    known = 0
    while known < count:
        log = run(_ingest(raw, to), raw.parent)
        known = json.loads(log.splitlines()[-1])["counts"]["unchanged"]


def _later(topic: str, what: str, timings: Timings, name: str, basis: str, goal: Goal) -> Row:
    value = f"{timings.median(name):.2f} s"
    ratio = timings.ratio(name, basis)
    return Row(topic, what, value, ratio, basis, goal, timings.samples(name))


def _edit(pages: Sequence[tuple[Path, Page]], number: int) -> None:
    """Change a description on each page, another way each time; its figures stay right."""
    for path, page in pages:
        first, *others = page.profile.requirements
        text = f"{first.description} This is wording number {number}."
        profile = replace(page.profile, requirements=(first._replace(description=text), *others))
        path.write_bytes(page._replace(profile=profile).text.encode())


def _hundredths(raw: Path, count: int) -> list[tuple[Path, Page]]:
    """Return every hundredth page of the corpus, and where it was written."""
    return [
        (raw / folder_of(number) / page.name, page)
        for number, page in enumerate(corpus.pages(count))
        if number % _CHANGED == 0
    ]


def _memory(raw: Path, count: int, note: Note) -> list[Row]:
    if not can_watch():
        return []
    note(f"memory of first runs over {count:,} pages")
    topic = f"ingest, peak memory, {count:,} pages"
    return [
        Row(topic, f"ingest --workers {workers}", _told(_watched(raw, count, workers)))
        for workers in WORKERS
    ]


def measure_growth(folder: Path, note: Note) -> list[Row]:
    """Measure how memory grows when the corpus grows fivefold."""
    if not can_watch():
        return []
    peaks: dict[int, Peak] = {}
    for count in (_SMALL, 5 * _SMALL):
        note(f"memory of ingest over {count:,} pages")
        raw = folder / f"ingest-{count}"
        corpus.write(raw, count, corpus.MIXED)
        peaks[count] = _watched(raw, count, 1)
        shutil.rmtree(raw)
    small, large = peaks.values()
    topic = f"ingest, peak memory, {5 * _SMALL:,} pages against {_SMALL:,}"
    return [
        Row(
            topic,
            what,
            f"{one / MEBIBYTE:,.0f} -> {other / MEBIBYTE:,.0f} MiB",
            other / one,
            "",
            _GROWTH,
        )
        for what, one, other in (
            ("parent", small.first, large.first),
            ("largest child", small.child, large.child),
            ("all processes together", small.together, large.together),
        )
    ]


def _watched(raw: Path, count: int, workers: int) -> Peak:
    to = _to(raw, "watched")
    peak = watch(_ingest(raw, to, workers), raw.parent)
    _ended(peak.stderr, "published", accepted=count)
    shutil.rmtree(to)
    return peak


def _told(peak: Peak) -> str:
    single = f"parent {peak.first / MEBIBYTE:,.0f}, largest child {peak.child / MEBIBYTE:,.0f}"
    return f"{peak.together / MEBIBYTE:,.0f} MiB ({single})"
