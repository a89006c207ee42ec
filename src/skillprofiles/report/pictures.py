"""Pictures as the numbers that templates draw SVG from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from skillprofiles.report.matrix import State

CELL: Final = 60
_FLOOR: Final = 29
_STEP: Final = 5
_GAP: Final = 5
_SHADES: Final = 5
_LETTERS: Final = "-om"


class Stairs(NamedTuple):
    """How what is expected of a role grows from level to level.

    Attributes:
        pattern: a letter a level: ``m`` mandatory, ``o`` optional, ``-`` nothing.
        mandatory: path of the bars to fill; empty where there is none.
        optional: path of the bars to outline; likewise.
    """

    pattern: str
    mandatory: str
    optional: str


class Tile(NamedTuple):
    """A share of mandatory requirements.

    Attributes:
        mandatory: how many are mandatory.
        total: of how many.
        percent: the share, rounded, but 0 only of none and 100 only of all; None of nothing.
        shade: 0 (none) to 5 (all).
    """

    mandatory: int
    total: int
    percent: int | None
    shade: int


@cache
def stairs(states: bytes, depth: bytes) -> Stairs:
    """Return the picture of a line of the matrix.

    Args:
        states: a `State` for each level.
        depth: for each level, how often what is expected has grown up to there.
    """
    paths = {State.MANDATORY: "", State.OPTIONAL: ""}
    for at, (state, height) in enumerate(zip(states, depth, strict=True)):
        if state:
            # An outline takes half a unit on each side, so that both kinds have one size.
            inset = 0.0 if state == State.MANDATORY else 0.75
            left, tall = at * CELL + _GAP + inset, height * _STEP - inset * 2
            width = CELL - 2 * (_GAP + inset)
            paths[State(state)] += f"M{left:g} {_FLOOR - inset:g}v-{tall:g}h{width:g}v{tall:g}z"
    pattern = "".join(_LETTERS[state] for state in states)
    return Stairs(pattern, paths[State.MANDATORY], paths[State.OPTIONAL])


def tiles(shares: Sequence[tuple[int, int]]) -> list[Tile]:
    """Return a tile for each share: (mandatory, total)."""
    return [_tile(mandatory, total) for mandatory, total in shares]


@lru_cache(maxsize=4096)
def _tile(mandatory: int, total: int) -> Tile:
    if not total:
        return Tile(0, 0, None, 0)
    shade = -(-mandatory * _SHADES // total)
    percent = round(100 * mandatory / total)
    if 0 < mandatory < total:
        percent = min(max(percent, 1), 99)
    return Tile(mandatory, total, percent, shade)
