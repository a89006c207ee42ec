"""Who has to know what: all requirements as rows of five cells, and what changes from cell to cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.model import Level
from skillprofiles.report.tables import coded

Ints: TypeAlias = np.ndarray[Any, np.dtype[Any]]
LEVELS: Final = len(Level)


class State(IntEnum):
    """What a cell says."""

    NOTHING = 0
    OPTIONAL = 1
    MANDATORY = 2


class Step(IntEnum):
    """What becomes of the expectation at the level below, see `skillprofiles.analysis.CHANGES`.

    NONE stands where nothing is expected at either level, and at the first level, which has none
    below.
    """

    NONE = 0
    NEW = 1
    MANDATORY = 2
    OPTIONAL = 3
    TEXT = 4
    SAME = 5
    ENDS = 6


@dataclass(frozen=True, slots=True)
class Matrix:
    """One line for each edition and role, in the order of editions and, inside, of the page.

    Attributes:
        edition: position of the edition: int32, ascending.
        role: code of the role as written.
        roles: roles as written, by code.
        cells: row of each cell in the columns below, -1 where nothing is expected: lines x 5.
        states: a `State` for each cell.
        steps: a `Step` for each cell.
        depth: for each cell, how often what is expected has grown up to there: 0 to 5.
        texts: descriptions, row by row; those of a line of the matrix stand together.
        places: int32, the line of each row in its source.
    """

    edition: Ints
    role: Ints
    roles: list[str]
    cells: Ints
    states: Ints
    steps: Ints
    depth: Ints
    texts: pa.Array
    places: Ints

    def lines_of(self, edition: int) -> range:
        """Return the lines of an edition."""
        start, end = np.searchsorted(self.edition, [edition, edition + 1])
        return range(int(start), int(end))


def matrix(requirements: pa.Table, editions: Mapping[tuple[str, str], int]) -> Matrix:
    """Arrange requirements.

    Args:
        requirements: the table, see `skillprofiles.report.tables.Tables`.
        editions: position of each edition, by skill and language.
    """
    role = coded(requirements["role"])
    edition = _editions(requirements, editions)
    known = np.flatnonzero(edition >= 0)
    count = max(len(role.values), 1)
    keys = edition[known].astype(np.int64) * count + role.codes[known]
    found, first, line = np.unique(keys, return_index=True, return_inverse=True)
    order = np.lexsort((first, found // count))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    line = place[line]
    rank = requirements["level_rank"].to_numpy()[known].astype(np.int64)
    sorting = np.lexsort((rank, line))
    rows = known[sorting]
    cells = np.full((len(found), LEVELS), -1, dtype=np.int64)
    cells[line[sorting], rank[sorting] - 1] = np.arange(len(rows))
    texts = _large(requirements["description"]).take(pa.array(rows))
    mandatory = requirements["mandatory"].to_numpy()[rows]
    states = np.where(cells >= 0, np.append(mandatory, False)[cells] + 1, 0).astype(np.int8)
    steps, depth = _growth(states, np.append(_said_before(texts), False)[cells])
    return Matrix(
        edition=(found[order] // count).astype(np.int32),
        role=(found[order] % count).astype(np.int32),
        roles=role.values,
        cells=cells,
        states=states,
        steps=steps,
        depth=depth,
        texts=texts,
        places=requirements["line"].to_numpy()[rows],
    )


def _editions(requirements: pa.Table, editions: Mapping[tuple[str, str], int]) -> Ints:
    """Return for each row the position of its edition, -1 where there is no such profile."""
    skill, language = coded(requirements["skill"]), coded(requirements["language"])
    places = np.full((len(skill.values), max(len(language.values), 1)), -1, dtype=np.int32)
    languages = {code: at for at, code in enumerate(language.values)}
    skills = {slug: at for at, slug in enumerate(skill.values)}
    for (slug, code), position in editions.items():
        if slug in skills and code in languages:
            places[skills[slug], languages[code]] = position
    found: Ints = places[skill.codes, language.codes]
    return found


def _large(column: pa.ChunkedArray) -> pa.Array:
    """Return texts as one array, which may be larger than 2 GiB."""
    array = column.cast(pa.large_string()).combine_chunks()
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _said_before(texts: pa.Array) -> Ints:
    """Return for each row whether it says what the row before it says."""
    if len(texts) < 2:
        return np.zeros(len(texts), dtype=np.bool_)
    same = pc.equal(texts.slice(1), texts.slice(0, len(texts) - 1))
    return np.concatenate([[False], same.to_numpy(zero_copy_only=False)])


def _growth(states: Ints, said_before: Ints) -> tuple[Ints, Ints]:
    """Return what each cell is to the one before, and how often there was growth up to it.

    Args:
        states: a `State` for each cell.
        said_before: for each cell, whether the filled cell before it has the same text.
    """
    steps = np.zeros(states.shape, dtype=np.int8)
    grown = np.zeros(states.shape, dtype=np.int8)
    grown[:, 0] = states[:, 0] > 0
    for at in range(1, LEVELS):
        before, here = states[:, at - 1], states[:, at]
        both, other = (before > 0) & (here > 0), ~said_before[:, at]
        cases = {
            Step.NEW: (before == 0) & (here > 0),
            Step.ENDS: (before > 0) & (here == 0),
            Step.MANDATORY: both & (here > before),
            Step.OPTIONAL: both & (here < before),
            Step.TEXT: both & other,
            Step.SAME: both,
        }
        steps[:, at] = np.select(list(cases.values()), list(cases), 0)
        grown[:, at] = (cases[Step.NEW] | cases[Step.MANDATORY]) | (both & other)
    return steps, np.cumsum(grown, axis=1, dtype=np.int8)
