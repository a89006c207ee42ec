"""Parsing on one core: against the floor, and against general-purpose parsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

from benchmarks import corpus
from benchmarks.results import Goal, Row
from benchmarks.timing import Timings, over
from skillprofiles.findings import Report
from skillprofiles.model import Profile, Source
from skillprofiles.parser import parse_document
from skillprofiles.read import read_document

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SOURCE = Source("kafka-streams.en.txt")
_SLOW_PAGES = 100
_HTML_PAGES = 1_000


def lines(data: bytes) -> list[str]:
    """Decode a page and take it apart into lines."""
    return data.decode().splitlines()


def floor(data: bytes) -> list[list[str]]:
    """Do the least that any parser has to: lines, and the cells of those that are rows."""
    return [line.split("|") for line in data.decode().splitlines() if line[:1] == "|"]


def parse(data: bytes) -> Profile:
    """Do what the program does with a page, up to the contracts.

    Raises:
        ValueError: if the page is rejected.
    """
    report = Report(_SOURCE.name)
    document = read_document(data, report)
    profile = parse_document(document, _SOURCE, "", report) if document else None
    if profile is None:
        raise ValueError(f"a page is rejected: {report.findings}")
    return profile


def measure(count: int, repetitions: int) -> list[Row]:
    """Measure both comparisons."""
    pages = [page.text.encode() for page in corpus.pages(count, corpus.MD_ONLY)]
    rows = _against_floor(pages, repetitions)
    del pages
    return rows + _against_others(min(count, _HTML_PAGES), repetitions)


def _against_floor(pages: list[bytes], repetitions: int) -> list[Row]:
    topic = "parsing one md page, one core"
    timings = over(pages, {"lines": lines, "floor": floor, "parse": parse}, repetitions)
    count = len(pages)
    return [
        _row(topic, "decode, splitlines", timings, "lines", count),
        _row(topic, "floor: decode, splitlines, split rows", timings, "floor", count),
        _row(topic, "read_document, parse_document", timings, "parse", count, "floor", Goal(6)),
        Row(
            topic,
            "the same, against decode and splitlines alone",
            "",
            timings.ratio("parse", "lines"),
            "lines",
        ),
    ]


def _against_others(count: int, repetitions: int) -> list[Row]:
    import lxml.html

    pairs = [
        (page.text.encode(), page.as_layout("html")) for page in corpus.pages(count, corpus.MD_ONLY)
    ]
    htmls: dict[str, Callable[[tuple[bytes, bytes]], object]] = {
        "lxml": lambda pair: lxml.html.fromstring(pair[1]),
        "parse html": lambda pair: parse(pair[1]),
        "parse": lambda pair: parse(pair[0]),
    }
    html = over(pairs, htmls, repetitions, chunk=50)
    sample = pairs[:: max(count // _SLOW_PAGES, 1)]
    slow = over(
        sample,
        {
            "parse": htmls["parse"],
            "parse html": htmls["parse html"],
            "markdown-it-py": lambda pair: _markdown_it(pair[0]),
            "BeautifulSoup": lambda pair: _beautiful_soup(pair[1]),
            "trafilatura": lambda pair: _trafilatura(pair[1]),
            "pandas.read_html": lambda pair: _read_html(pair[1]),
        },
        repetitions,
        chunk=10,
    )
    topic = "parsing the same page otherwise, one core"
    return [
        _row(topic, "skillprofiles, the page as md", html, "parse", count),
        _row(topic, "lxml.html.fromstring, as HTML", html, "lxml", count),
        _row(topic, "skillprofiles, as HTML", html, "parse html", count, "lxml", Goal(2)),
        *(
            _row(topic, what, slow, name, len(sample), "parse", goal)
            for what, name, goal in (
                ("markdown-it-py, as md", "markdown-it-py", Goal(30, at_least=True)),
                ("BeautifulSoup (lxml), as HTML", "BeautifulSoup", None),
                ("trafilatura, with tables, as HTML", "trafilatura", None),
                ("pandas.read_html, as HTML", "pandas.read_html", Goal(100, at_least=True)),
            )
        ),
        Row(
            topic,
            "the last, against skillprofiles as HTML",
            "",
            slow.ratio("pandas.read_html", "parse html"),
            "skillprofiles as HTML",
        ),
    ]


def _row(
    topic: str,
    what: str,
    timings: Timings,
    name: str,
    count: int,
    basis: str = "",
    goal: Goal | None = None,
) -> Row:
    value = f"{count / timings.median(name):,.0f} pages/s"
    ratio = timings.ratio(name, basis) if basis else None
    basis = "skillprofiles as md" if basis == "parse" else basis
    return Row(topic, what, value, ratio, basis, goal, timings.samples(name))


def _markdown_it(data: bytes) -> object:
    """Take the page apart into tokens; that is less than its tables."""
    return _markdown_parser().parse(data.decode())


@cache
def _markdown_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def _beautiful_soup(data: bytes) -> list[list[str]]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(data, "lxml")
    return [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]
        for row in soup.find_all("tr")
    ]


def _trafilatura(data: bytes) -> object:
    """Extract the main content with its tables, as text."""
    import trafilatura

    return trafilatura.extract(data, include_tables=True, include_comments=False)


def _read_html(data: bytes) -> object:
    import pandas as pd

    return pd.read_html(StringIO(data.decode()), flavor="lxml")
