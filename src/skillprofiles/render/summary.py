"""The job summary of GitHub: a table in markdown."""

from __future__ import annotations

import re
from typing import Final

from skillprofiles.findings import Finding
from skillprofiles.printable import printable
from skillprofiles.render._results import Results
from skillprofiles.render._wording import by_weight, place, total

# GitHub takes one mebibyte a step, and nothing at all of what is longer.
LIMIT: Final = 900_000
_MARKUP: Final = re.compile(r"[^\w\s.,;/'\"()=+?%-]|[_]")


def github_summary(results: Results) -> str:
    """Return the page: a count, and a table of all findings that fit, errors first."""
    parts = ["## skillprofiles check\n", f"{_plain(total(results))}\n"]
    if results.findings:
        parts += ["| Severity | Rule | Place | Message |", "|---|---|---|---|"]
        rows = [_row(finding) for finding in by_weight(results)]
        fitting = _fitting(rows)
        parts += rows[:fitting]
        if fitting < len(rows):
            parts.append(f"\nand {len(rows) - fitting:,} more: see the log")
        parts.append("")
    parts += [f"- {_plain(note)}" for note in results.notes]
    return "\n".join(parts).rstrip("\n") + "\n\n"


def _row(finding: Finding) -> str:
    rule = f"{finding.rule.code} {_plain(finding.rule.name)}"
    cells = [finding.rule.severity.value, rule, _plain(place(finding)), _plain(finding.message)]
    return f"| {' | '.join(cells)} |"


def _fitting(rows: list[str]) -> int:
    """Return how many rows fit."""
    size = 0
    for count, row in enumerate(rows):
        size += len(row.encode()) + 1
        if size > LIMIT:
            return count
    return len(rows)


def _plain(words: str) -> str:
    """Return a text in which nothing is markup, a link, a mention or the end of a cell."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", printable(words))
