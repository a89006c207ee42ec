"""Rows of ``requirements`` as the frames that questions are answered from."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from skillprofiles.analysis.files import Mask
from skillprofiles.analysis.lookup import Lookup, as_level
from skillprofiles.frames import to_pandas
from skillprofiles.model import LEVEL_LABELS, Level

TEXT: Final = pd.ArrowDtype(pa.string())
FLAG: Final = pd.ArrowDtype(pa.bool_())
LEVELS: Final = pd.CategoricalDtype(list(LEVEL_LABELS), ordered=True)

_COLUMNS: Final = (
    *("skill", "language", "role", "level", "level_rank"),
    *("mandatory", "description", "source", "line"),
)
_ROLE: Final = (
    *("domain", "group", "skill", "skill_name", "language", "role", "level"),
    *("mandatory", "description", "source", "line"),
)


def expectations(lookup: Lookup, rows: Mask) -> pd.DataFrame:
    """Return some rows of ``requirements`` as a frame with the columns of the table."""
    return to_pandas(lookup.files.read_where("requirements", rows, _COLUMNS))


def with_names(lookup: Lookup, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with what is known of each row's profile: skill_name, domain and group.

    Args:
        lookup: where that is known.
        frame: has the columns ``skill`` and ``language``.
    """
    return frame.merge(lookup.about(frame["skill"]), on=["skill", "language"], how="left")


def level_column(ranks: np.ndarray[Any, np.dtype[np.int8]]) -> pd.Categorical:
    """Return ranks (1 to 5) as an ordered category of levels."""
    return pd.Categorical.from_codes((ranks - 1).tolist(), dtype=LEVELS)


def matrix(lookup: Lookup, skill: str, values: str, language: str | None) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.matrix`."""
    if values not in ("mandatory", "description", "line"):
        raise ValueError(f"values is '{values}', not mandatory, description or line")
    frame = expectations(lookup, lookup.rows(skill, language=language))
    wide = frame.pivot(index="role", columns="level", values=values)
    roles = list(dict.fromkeys(frame["role"]))
    wide = wide.set_axis(wide.columns.astype(str), axis="columns")
    wide = wide.reindex(index=roles, columns=list(LEVEL_LABELS))
    wide.index.name, wide.columns.name = "role", "level"
    wide.attrs.update(skill=frame["skill"].iat[0], language=frame["language"].iat[0])
    return wide.astype(frame[values].dtype)


def skill(lookup: Lookup, name: str, role: str | None, language: str | None) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.skill`."""
    frame = with_names(lookup, expectations(lookup, lookup.rows(name, role, language)))
    place = frame["role"].map({name: at for at, name in enumerate(dict.fromkeys(frame["role"]))})
    order = frame.assign(place=place).sort_values(["place", "level"], kind="stable")
    return order[list(_ROLE)].reset_index(drop=True)


def role(
    lookup: Lookup, name: str, level: str | int | Level | None, language: str | None
) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.role`."""
    rows = lookup.rows(role=name, language=language)
    if level is not None:
        rows = rows & (lookup.keys.rank == as_level(level))
    frame = with_names(lookup, expectations(lookup, rows))
    order = ["domain", "mandatory", "group", "skill", "level"]
    ascending = [column != "mandatory" for column in order]
    found = frame.sort_values(order, ascending=ascending, kind="stable")
    return found[list(_ROLE)].reset_index(drop=True)
