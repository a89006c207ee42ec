"""``python -m benchmarks``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    asking,
    checking,
    ingesting,
    judging,
    machine,
    normalizing,
    parsing,
    profiling,
    reporting,
    results,
    starting,
)
from benchmarks.corpus import SEED
from benchmarks.results import Row

_TOPICS = ("parse", "judge", "normalize", "start", "check", "ask", "ingest", "report", "growth")
_QUIET = 0.5
_ASKED = 6_000


def main() -> None:
    """Measure, and print one table."""
    options = _options()
    if options.profile:
        print(profiling.as_text(options.profile))
        return
    load = machine.load()
    _warn_of(load)
    with tempfile.TemporaryDirectory(prefix="skillprofiles-bench-") as folder:
        rows = _measured(options, Path(folder))
    if options.json:
        facts = machine.about() | {
            "pages": options.pages, "repetitions": options.repetitions, "seed": SEED, "load": load,
        }  # fmt: skip
        options.json.write_text(results.as_json(rows, facts), encoding="utf-8")
    title = f"{options.pages:,} pages, median of {options.repetitions} repetitions in turns"
    title += f", load {load} at the start." if load is not None else "."
    if options.markdown:
        print(f"{title}\n{machine.sentence()}.\n\n{results.as_markdown(rows)}")
    else:
        print(f"{title}\n{machine.sentence()}\n\n{results.as_text(rows)}")


def _warn_of(load: float | None) -> None:
    if load and load > _QUIET:
        _note(f"the machine is busy (load {load}): what several processes reach will look worse")


def _measured(options: argparse.Namespace, folder: Path) -> list[Row]:
    chosen = (
        [options.only] if options.only else [*_TOPICS[:-1], *(["growth"] if options.large else [])]
    )
    rows: list[Row] = []
    if "parse" in chosen:
        _note(f"parsing {options.pages:,} pages")
        rows += parsing.measure(options.pages, options.repetitions)
    if "judge" in chosen:
        _note("validating")
        rows += judging.measure(options.repetitions)
    if "normalize" in chosen:
        rows += normalizing.measure(options.pages, options.repetitions, folder, _note)
    if "growth" in chosen:
        rows += normalizing.measure_growth(folder, _note)
        rows += ingesting.measure_growth(folder, _note)
    if "ingest" in chosen:
        rows += ingesting.measure(options.pages, options.repetitions, folder, _note)
    if "start" in chosen:
        _note("starting")
        rows += starting.measure(options.repetitions, folder)
    if "check" in chosen:
        _note("checking")
        rows += checking.measure(options.repetitions, folder)
    if "ask" in chosen:
        _note("asking")
        rows += asking.measure(min(options.pages, _ASKED), options.repetitions, folder)
    if "report" in chosen:
        _note("reporting")
        rows += reporting.measure(options.repetitions, folder)
    return rows


def _note(text: str) -> None:
    print(f"... {text}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.description = "Measure speed and memory on a generated corpus, and print one table."
    add = parser.add_argument
    add("--pages", type=int, help="pages of the corpus [20000; with --quick 2000]")
    add("--repetitions", type=int, help="repetitions of everything timed [5; with --quick 3]")
    add("--quick", action="store_true", help="a smoke run: small, and its figures mean little")
    add("--large", action="store_true", help="also compare memory on 100,000 pages with 20,000")
    add("--only", choices=_TOPICS, help="measure one topic (growth: as with --large)")
    add("--json", type=Path, metavar="FILE", help="also write everything measured to FILE")
    add("--markdown", action="store_true", help="print the table for docs/benchmarks.md")
    add(
        "--profile",
        nargs="?",
        const="md",
        choices=("md", "flat", "tabbed", "html"),
        help="instead: show where parsing pages of a layout [md] spends its time",
    )
    options = parser.parse_args()
    options.pages = options.pages or (2_000 if options.quick else 20_000)
    options.repetitions = options.repetitions or (3 if options.quick else 5)
    return options


if __name__ == "__main__":
    main()
