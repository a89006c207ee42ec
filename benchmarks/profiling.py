"""Where parsing spends its time: by stage, undisturbed, and by function, under a profiler."""

from __future__ import annotations

import cProfile
import pstats
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpus
from benchmarks.parsing import floor, lines, parse
from benchmarks.timing import over
from skillprofiles.findings import Report
from skillprofiles.model import Document, Source
from skillprofiles.parser import parse_document
from skillprofiles.read import read_document
from skillprofiles.read.decode import decode

_PAGES = 2_000
_FUNCTIONS = 25
_SOURCE = Source("kafka-streams.en.txt")


class _Page(NamedTuple):
    data: bytes
    document: Document


def as_text(layout: str = "md") -> str:
    """Return both profiles of parsing pages of a layout."""
    pages = [page.text.encode() for page in corpus.pages(_PAGES, {layout: 100})]
    return f"{_stages(pages, layout)}\n\n{_functions(pages, layout)}"


def _stages(pages: list[bytes], layout: str) -> str:
    read = []
    for data in pages:
        document = read_document(data, Report(""))
        assert document is not None
        read.append(_Page(data, document))
    stages: dict[str, Callable[[_Page], object]] = {
        "decode, splitlines": lambda page: lines(page.data),
        "floor": lambda page: floor(page.data),
        "decode": lambda page: decode(page.data, Report("")),
        "read_document (with decode)": lambda page: read_document(page.data, Report("")),
        "parse_document": lambda page: parse_document(page.document, _SOURCE, "", Report("")),
        "all": lambda page: parse(page.data),
    }
    timings = over(read, stages, 5)
    count, least = len(pages), timings.median("floor")
    rows = [
        f"{name:<28}{timings.median(name) / count * 1e6:>9.1f}{timings.median(name) / least:>9.2f}"
        for name in stages
    ]
    return "\n".join([f"{layout + ' pages, by stage':<28}{'us/page':>9}{'x floor':>9}", *rows])


def _functions(pages: list[bytes], layout: str) -> str:
    profiler = cProfile.Profile()
    profiler.enable()
    for data in pages:
        parse(data)
    profiler.disable()
    stats = pstats.Stats(profiler).get_stats_profile()
    whole = stats.total_tt
    entries = []
    for (file, line, name), (_, calls, own, within, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        entries.append((own, within, calls, _place(file, line, name)))
    entries.sort(reverse=True)
    rows = [
        f"{own / whole:>6.1%}{within / whole:>8.1%}{calls / len(pages):>9.1f}  {place}"
        for own, within, calls, place in entries[:_FUNCTIONS]
    ]
    title = f"{layout} pages, by function (under a profiler, which makes small functions look dear)"
    return "\n".join([title, f"{'own':>6}{'within':>8}{'calls':>9}  function", *rows])


def _place(file: str, line: int, name: str) -> str:
    """Name a function without telling where things are installed."""
    if file == "~":
        return re.sub(r" at 0x[0-9a-f]+", "", name)
    parts = Path(file).parts
    if "skillprofiles" in parts:
        at = len(parts) - 1 - parts[::-1].index("skillprofiles")
        return f"{'/'.join(parts[at + 1 :])}:{line} {name}"
    return f"{'/'.join(parts[-2:])}:{line} {name}"
