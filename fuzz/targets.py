"""The targets: what is drawn, and what it is handed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from hypothesis import strategies as st

from fuzz import containers, grammar
from fuzz.archives import judge_archive
from fuzz.case import Case
from fuzz.oracle import judge_page
from skillprofiles.config import Config

_CONFIG: Final = Config()


class Target(NamedTuple):
    """One kind of input.

    Attributes:
        name: names its folders and its row of the table.
        draw: makes the strategy for inputs.
        judge: reads an input and raises where a promise is not kept; ``thorough`` leaves no promise out.
        raw: whether the fuzzer's bytes are the input, rather than the choices of the strategy.
    """

    name: str
    draw: Callable[[], st.SearchStrategy[Case]]
    judge: Callable[[Case, bool], None]
    raw: bool = False


def _page(case: Case, thorough: bool) -> None:
    # A name that tells nothing: the skill's slug then comes from the page.
    judge_page(case.data, f"1{case.ending}", _CONFIG, thorough=thorough)


def _archive(case: Case, thorough: bool) -> None:
    judge_archive(case, thorough=thorough)


TARGETS: Final = {
    target.name: target
    for target in (
        Target("bytes", grammar.any_bytes, _page, raw=True),
        Target("md", grammar.md_pages, _page),
        Target("html", grammar.html_pages, _page),
        Target("flat", grammar.flat_pages, _page),
        Target("archive", containers.archives, _archive),
        Target("warc", containers.warcs, _archive),
    )
}
