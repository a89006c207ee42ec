"""Validation: the contracts on a batch of pages, and the same contracts page by page."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from benchmarks import corpus
from benchmarks.parsing import parse
from benchmarks.results import Goal, Row
from benchmarks.timing import in_turns
from skillprofiles.model import Profile, Source

_PAGES = 200


def measure(repetitions: int) -> list[Row]:
    """Measure how much a batch saves: a call of Pandera costs the same whatever it is given."""
    profiles = [_named(page.name, page.text) for page in corpus.pages(_PAGES, corpus.MD_ONLY)]
    timings = in_turns(
        {
            "batch": lambda: _accepted([profiles]),
            "pages": lambda: _accepted([[profile] for profile in profiles]),
        },
        repetitions,
    )
    topic = f"validating {_PAGES} pages that are parsed"
    return [
        Row(
            topic, what, f"{timings.median(name) / _PAGES * 1000:.2f} ms a page", ratio, basis, goal
        )
        for what, name, ratio, basis, goal in (
            ("skillprofiles, in one batch", "batch", None, "", None),
            (
                "a loop that calls the same contracts page by page",
                "pages",
                timings.ratio("pages", "batch"),
                "one batch",
                Goal(5, at_least=True),
            ),
        )
    ]


def _named(name: str, text: str) -> Profile:
    data = text.encode()
    profile = parse(data)
    lineage = replace(profile.lineage, source=Source(name), sha256=hashlib.sha256(data).hexdigest())
    return replace(profile, lineage=lineage)


def _accepted(batches: list[list[Profile]]) -> None:
    from skillprofiles.validate import validate

    count = sum(len(validate(batch)[0].profiles) for batch in batches)
    if count != _PAGES:
        raise ValueError(f"{count} of {_PAGES} pages were accepted")
