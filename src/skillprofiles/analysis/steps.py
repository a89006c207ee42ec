"""What changes from one set of expectations to another: level to level, or role to role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from skillprofiles.analysis.files import Mask
from skillprofiles.analysis.lookup import Lookup, as_level
from skillprofiles.analysis.rows import FLAG, TEXT, expectations, level_column, with_names
from skillprofiles.model import Level

CHANGES: Final = (
    "new",
    "becomes mandatory",
    "becomes optional",
    "text changes",
    "carried on",
    "ends",
)
"""What can become of an expectation, in the order it concerns whoever makes the step.

- ``new``: something is expected where nothing was.
- ``becomes mandatory``, ``becomes optional``: the flag changes; the text may change as well.
- ``text changes``: the flag stays, the text is another.
- ``carried on``: flag and text stay.
- ``ends``: nothing is expected any more.
"""

_SIDES: Final = ["mandatory", "description", "source", "line", "language"]
_TOLD: Final = (
    *("change", "mandatory_before", "mandatory", "text_changed"),
    *("description_before", "description", "source", "line"),
)
_KIND: Final = pd.CategoricalDtype(list(CHANGES), ordered=True)


def compare(
    lookup: Lookup,
    skill: str | None,
    role: str | None,
    have: str | int | Level,
    want: str | int | Level,
    language: str | None,
) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.compare`."""
    low, high = as_level(have), as_level(want)
    if low >= high:
        raise ValueError(f"{high.label} is not above {low.label}: compare from a lower level")
    rank = lookup.keys.rank
    rows = lookup.rows(skill, role, language) & (rank >= low) & (rank <= high)
    frame = expectations(lookup, rows)
    below = frame[frame["level_rank"] < high]
    below = below.assign(level_rank=below["level_rank"] + 1)
    above = frame[frame["level_rank"] > low]
    found = transitions(below, above, ["skill", "language", "role", "level_rank"])
    ranks = found["level_rank"].to_numpy(np.int8)
    found["from_level"], found["level"] = level_column(ranks - 1), level_column(ranks)
    columns = ["domain", "skill", "skill_name", "language", "role", "from_level", "level"]
    return _arranged(with_names(lookup, found), [*columns, *_TOLD], ["role"])


def gaps(
    lookup: Lookup, role_a: str, role_b: str, level: str | int | Level, language: str | None
) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.gaps`."""
    here, there = lookup.roles(role_a), lookup.roles(role_b)
    at_level = lookup.keys.rank == as_level(level)
    before, after = (
        expectations(lookup, rows & at_level)
        for rows in _editions_of_both(lookup, here, there, language)
    )
    found = transitions(before, after, ["skill", "level"])
    found["from_role"] = pd.Series(here[0], found.index, TEXT)
    found["role"] = pd.Series(there[0], found.index, TEXT)
    columns = ["domain", "group", "skill", "skill_name", "language", "level", "from_role", "role"]
    return _arranged(with_names(lookup, found), [*columns, *_TOLD], [])


def _editions_of_both(
    lookup: Lookup, here: Sequence[str], there: Sequence[str], language: str | None
) -> tuple[Mask, Mask]:
    """Return the rows of each role: in an edition that names both, else for each in one that does."""
    keys = lookup.keys
    ours, theirs = keys.role.among(here), keys.role.among(there)
    if language is not None:
        chosen = lookup.edition(ours | theirs, language, f"of {here[0]} or {there[0]}")
        return ours & chosen, theirs & chosen
    pages = keys.skill.codes.astype(np.int64) * len(keys.language.values) + keys.language.codes
    shared = np.isin(pages, np.intersect1d(pages[ours], pages[theirs]))
    both = lookup.edition((ours | theirs) & shared)
    apart = ~np.isin(keys.skill.codes, keys.skill.codes[both])
    return (
        ours & both | lookup.edition(ours & apart),
        theirs & both | lookup.edition(theirs & apart),
    )


def transitions(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return what becomes of each expectation.

    Args:
        before: rows of ``requirements``, of which at most one has any key.
        after: likewise.
        key: the columns that say which rows belong together.

    Returns:
        A row for each key on either side, with the key and change, mandatory_before, mandatory,
        text_changed, description_before, description, source, line, language: see
        `skillprofiles.analysis.Dataset.compare`.
    """
    sides = [column for column in _SIDES if column not in key]
    columns = [*key, *sides]
    both = before[columns].merge(
        after[columns], on=list(key), how="outer", suffixes=("_before", ""), indicator="_side"
    )
    new, ends = both["_side"] == "right_only", both["_side"] == "left_only"
    apart = new | ends
    raised = (both["mandatory"] > both["mandatory_before"]).fillna(False).astype(bool)
    dropped = (both["mandatory"] < both["mandatory_before"]).fillna(False).astype(bool)
    texts = (both["description"] != both["description_before"]).fillna(True).astype(bool)
    codes = np.select([new, raised, dropped, ends, texts], [0, 1, 2, 5, 3], 4)
    both["change"] = pd.Categorical.from_codes(codes.tolist(), dtype=_KIND)
    both["text_changed"] = texts.astype(FLAG).mask(apart, pd.NA)
    for place in {"source", "line", "language"}.intersection(sides):
        both[place] = both[place].fillna(both[f"{place}_before"])
    return both


def _arranged(frame: pd.DataFrame, columns: Sequence[str], further: Sequence[str]) -> pd.DataFrame:
    """Return rows level by level, and in each what concerns most first, what is mandatory first."""
    order = ["level", "change", "mandatory", "domain", "skill", *further]
    ascending = [column != "mandatory" for column in order]
    arranged = frame.sort_values(order, ascending=ascending, kind="stable")
    return arranged[list(columns)].reset_index(drop=True)
