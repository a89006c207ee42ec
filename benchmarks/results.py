"""What was measured, and the one table that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be: at most, or at least, a number."""

    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        """The goal as the table shows it."""
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"

    def verdict(self, ratio: float) -> str:
        """Return whether a ratio reaches the goal, and by how much it misses it."""
        missed = 1 - ratio / self.bound if self.at_least else ratio / self.bound - 1
        return f"missed by {missed:.0%}" if missed > 0 else "reached"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        topic: what the line belongs to.
        what: what was measured.
        value: the figure, with its unit.
        ratio: the figure as a multiple of another one, where it has one.
        basis: the other one.
        goal: what the ratio should be.
        samples: the single measurements behind the figure.
    """

    topic: str
    what: str
    value: str
    ratio: float | None = None
    basis: str = ""
    goal: Goal | None = None
    samples: tuple[float, ...] = ()


_COLUMNS: Final = ("measured", "result", "ratio", "goal", "verdict")
_LEFT: Final = (True, False, True, False, True)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = f"{row.ratio:.3g} x {row.basis}" if row.ratio is not None else ""
    goal = str(row.goal) if row.goal else ""
    verdict = row.goal.verdict(row.ratio) if row.goal and row.ratio is not None else ""
    return row.what, row.value, ratio, goal, verdict


def _topics(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    topics: dict[str, list[Row]] = {}
    for row in rows:
        topics.setdefault(row.topic, []).append(row)
    return list(topics.items())


def as_text(rows: Sequence[Row]) -> str:
    """Return the table as it is printed."""
    cells = [_COLUMNS, *map(_cells, rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(_COLUMNS))]

    def line(values: tuple[str, ...]) -> str:
        parts = [
            value.ljust(width) if left else value.rjust(width)
            for value, width, left in zip(values, widths, _LEFT, strict=True)
        ]
        return "  ".join(parts).rstrip()

    lines = [line(_COLUMNS)]
    for topic, members in _topics(rows):
        lines += ["", topic, *(line(_cells(row)) for row in members)]
    return "\n".join(lines)


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table for a page of the documentation."""
    lines = []
    for topic, members in _topics(rows):
        lines += [f"### {topic[:1].upper()}{topic[1:]}", ""]
        lines.append(f"| {' | '.join(_COLUMNS)} |")
        lines.append("|---|---:|---|---|---|")
        lines += [f"| {' | '.join(_cells(row))} |" for row in members] + [""]
    return "\n".join(lines).rstrip()


def as_json(rows: Sequence[Row], about: dict[str, object]) -> str:
    """Return everything that was measured as JSON."""
    records = [
        asdict(row)
        | {"goal": str(row.goal) if row.goal else None}
        | {"verdict": _cells(row)[-1] or None}
        for row in rows
    ]
    return json.dumps({"about": about, "rows": records}, indent=2, ensure_ascii=False) + "\n"
