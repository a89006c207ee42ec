"""The baseline: findings that are known and left alone for now.

It holds a count for each source and rule, so that moved lines do not matter. What goes beyond a
count is new; what stays below is mended, and the entry is no longer needed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skillprofiles.findings import Finding

Counts = Mapping[tuple[str, str], int]

_VERSION = 1


class BaselineError(Exception):
    """The baseline file cannot be used; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings held against a baseline.

    Attributes:
        new: the findings of every source and rule that has more than the baseline knows.
        hidden: number of findings that are known.
        notes: a sentence for each entry that is no longer needed, or needed less.
    """

    new: list[Finding]
    hidden: int
    notes: tuple[str, ...]


def count(findings: Sequence[Finding]) -> Counts:
    """Count findings by source and rule."""
    return Counter((finding.source, finding.rule.code) for finding in findings)


def compare(
    findings: Sequence[Finding],
    known: Counts,
    concerns: Callable[[str], bool] = lambda source: True,
) -> Compared:
    """Hold findings against a baseline.

    Args:
        findings: what was found.
        known: the baseline.
        concerns: tells of a source whether its entries can be judged: not where it was left out.
    """
    found = count(findings)
    new = [
        finding
        for finding in findings
        if found[key := (finding.source, finding.rule.code)] > known.get(key, 0)
    ]
    notes = []
    for (source, code), before in sorted(known.items()):
        now = found.get((source, code), 0)
        if now < before and concerns(source):
            rest = "no longer needed" if not now else f"needed for {now} only"
            notes.append(f"baseline: {source} knows {before} {code}, {rest}; update it")
    return Compared(new, len(findings) - len(new), tuple(notes))


def renewed(findings: Sequence[Finding], known: Counts, concerns: Callable[[str], bool]) -> Counts:
    """Return a baseline of what was found; entries that cannot be judged stay as they are."""
    kept = {key: number for key, number in known.items() if not concerns(key[0])}
    return {**kept, **count(findings)}


def dumps(counts: Counts) -> str:
    """Return a baseline as the text of its file, the same for the same counts."""
    sources: dict[str, dict[str, int]] = {}
    for (source, code), number in sorted(counts.items()):
        sources.setdefault(source, {})[code] = number
    return (
        json.dumps({"version": _VERSION, "findings": sources}, indent=2, ensure_ascii=False) + "\n"
    )


def loads(path: Path) -> Counts:
    """Read a baseline file.

    Raises:
        BaselineError: if it cannot be read or is none.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise BaselineError(f"{path}: version {data['version']} of the baseline is not known")
        return {
            (str(source), str(code)): int(number)
            for source, codes in data["findings"].items()
            for code, number in codes.items()
        }
    except FileNotFoundError:
        raise BaselineError(f"{path}: no such baseline; write it with --update-baseline") from None
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BaselineError(
            f"{path}: not a baseline; move it away and use --update-baseline"
        ) from None
