"""Reading takes time and memory in proportion to the size of what is read, whatever it is made of.

Each shape is read in two sizes, the larger one eight times the smaller. What is counted is exact:
calls of functions, in Python and in C. Regular expressions and lxml do their work inside one call;
that is seen only by the clock. The clock is that of this process alone, the better of several
readings counts, and what is allowed is three times the eight that linear time gives: quadratic time
gives 64.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from types import FrameType

import pytest
from tests.growing import SHAPES

from skillprofiles.config import Config
from skillprofiles.findings import Report
from skillprofiles.parser.identity import file_stem, slugify, stem_slug
from skillprofiles.pipeline.page import read_page
from skillprofiles.read import read_document
from skillprofiles.read.discover import discover
from skillprofiles.read.pinpoint import pinpoint
from skillprofiles.validate import validate

TIMES = 8
SLACK = 3
FEW_CALLS, MORE_CALLS = 2000, 1.5
SHORT = 0.004
MOST_BYTES_A_BYTE = 100
CONFIG = Config()


def read(data: bytes, ending: str, folder: Path) -> None:
    """Read a file as `check` does: bytes, page, contracts, and the places of what was found."""
    path = folder / f"1{ending}"
    path.write_bytes(data)
    for item in discover([str(path)], CONFIG.max_bytes):
        page = read_page(item, CONFIG)
        findings = page.findings
        if page.profile is not None:
            findings = findings + validate([page.profile])[1]
        if ending in (".txt", ".html") and findings:
            document = read_document(data, Report(""))
            if document is not None:
                pinpoint(findings, document)


def calls(data: bytes, ending: str, folder: Path) -> int:
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        read(data, ending, folder)
    finally:
        sys.setprofile(before)
    return count


@contextmanager
def collector_at_rest() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(data: bytes, ending: str, folder: Path) -> float:
    with collector_at_rest():
        start = process_time()
        read(data, ending, folder)
        return process_time() - start


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import and compile what the first reading of each kind needs."""
    for shape in SHAPES.values():
        read(shape.at(1000), shape.ending, tmp_path_factory.mktemp("warm"))


@pytest.mark.parametrize("name", SHAPES)
def test_time_grows_no_faster_than_the_page(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    small, large = shape.at(shape.size), shape.at(TIMES * shape.size)
    allowed = (
        TIMES * SLACK * max(min(seconds(small, shape.ending, tmp_path) for _ in range(2)), SHORT)
    )
    taken = [seconds(large, shape.ending, tmp_path)]
    while min(taken) > allowed and len(taken) < 4:
        taken.append(seconds(large, shape.ending, tmp_path))
    assert min(taken) <= allowed


@pytest.mark.parametrize("name", SHAPES)
def test_work_grows_no_faster_than_the_page(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    size = shape.size // 5
    small, large = (calls(shape.at(n), shape.ending, tmp_path) for n in (size, TIMES * size))
    assert large <= TIMES * MORE_CALLS * (small + FEW_CALLS)


@pytest.mark.parametrize("name", SHAPES)
def test_memory_is_bounded_by_the_page(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    data = shape.at(shape.size)
    with collector_at_rest():
        tracemalloc.start()
        try:
            read(data, shape.ending, tmp_path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak <= MOST_BYTES_A_BYTE * len(data) + 2_000_000


NAMES = {
    "numbers and a blank": lambda size: "1_" * (size // 2) + "1 1",
    "underscores": lambda size: "a" + "_" * size + " b",
    "dashes": lambda size: "a-" * (size // 2) + "A",
    "accents": lambda size: "a" + "\u0301\u0316" * (size // 2),
    "dots": lambda size: "." * size + "1",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_time_for_a_name_grows_no_faster_than_the_name(name: str) -> None:
    """A source's name becomes a slug; that of a member of an archive may be 65,535 bytes long."""

    def spent(text: str) -> float:
        start = process_time()
        slugify(text)
        stem_slug(file_stem(f"{text}.txt", "en"))
        return process_time() - start

    small = min(spent(NAMES[name](2_000)) for _ in range(3))
    large = min(spent(NAMES[name](2_000 * TIMES)) for _ in range(3))
    assert large <= TIMES * SLACK * max(small, SHORT)
