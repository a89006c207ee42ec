"""Rows of flat text that begin alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """A row as words, and where the flag may stand in it (indices of words)."""

    table: int
    number: int
    words: tuple[str, ...]
    flags: tuple[int, ...]


def ends_role(words: tuple[str, ...], length: int, endings: set[str]) -> bool:
    """Whether a role can end here: with a word that roles end with, and any brackets after it."""
    last = words[length - 1]
    if last in endings:
        return True
    if not last.endswith(")"):
        return False
    opening = max((i for i in range(length) if words[i].startswith("(")), default=0)
    return 0 < opening < length


def groups(lines: list[Line]) -> Iterable[list[Line]]:
    """Split rows by their first words until no group holds two rows of one table.

    This is the coarsest grouping there is: any other one has more groups.
    """
    pending = [(lines, 0)]
    while pending:
        group, at = pending.pop()
        if not group:
            continue
        if at and len({line.table for line in group}) == len(group):
            yield group
            continue
        branches: defaultdict[str, list[Line]] = defaultdict(list)
        for line in group:
            branches[line.words[at] if at < len(line.words) else ""].append(line)
        if len(branches) == 1 and "" in branches:
            yield from ([line] for line in group)
            continue
        pending += [(branch, at + 1) for branch in branches.values()]


def common_length(group: list[Line], most: int) -> int:
    """Return how many words, at most ``most``, all rows of a group share; some are left to describe."""
    shortest = min(len(line.words) for line in group) - 1
    first = group[0].words
    length = 0
    while length < shortest and all(line.words[length] == first[length] for line in group):
        length += 1
    return min(length, most)
