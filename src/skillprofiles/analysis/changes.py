"""What two datasets say differently: rows as in the table ``changes``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.analysis.files import Files
from skillprofiles.analysis.rows import LEVELS, TEXT
from skillprofiles.export.csv import as_cells
from skillprofiles.export.parquet import CONTENT_KEY
from skillprofiles.model import PROVENANCE

COLUMNS: Final = (
    *("release", "skill", "language", "role", "level"),
    *("change", "field", "before", "after"),
)

_PROFILE: Final = ("skill", "language")
_CELL: Final = ("skill", "language", "role", "level")
_CONTENT: Final = CONTENT_KEY.encode()


def diff(before: Files, after: Files) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.diff`."""
    cells = _differences("requirements", _CELL, "description", before, after)
    profiles = _differences("profiles", _PROFILE, "skill_name", before, after)
    found = pd.concat([profiles.assign(role=None, level=None), cells], ignore_index=True)
    found["level"] = pd.Categorical(found["level"], dtype=LEVELS)
    found["release"] = after.manifest.release if after.manifest else None
    texts = {name: TEXT for name in COLUMNS if name != "level"}
    order = ["skill", "language", "role", "level", "field"]
    found = found.astype(texts).sort_values(order, na_position="first", kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


def _differences(
    table: str, key: Sequence[str], told_by: str, before: Files, after: Files
) -> pd.DataFrame:
    """Return the differences of one table: its key, change, field, before and after, as text."""
    fields = [
        name
        for name in after.columns(table)
        if name in before.columns(table) and name not in (*key, *PROVENANCE)
    ]
    pairs = _apart(table, key, fields, before, after)
    pieces = []
    for name in fields:
        old, new = pairs[f"{name}_before"], pairs[f"{name}_after"]
        both = pairs["here_before"].notna() & pairs["here_after"].notna()
        other = both & (old.fillna("") != new.fillna(""))
        pieces.append(_told(pairs[other], key, "changed", name, name))
    gone, came = pairs["here_after"].isna(), pairs["here_before"].isna()
    pieces.append(_told(pairs[gone], key, "removed", None, told_by))
    pieces.append(_told(pairs[came], key, "added", None, told_by))
    return pd.concat(pieces, ignore_index=True)


def _told(
    pairs: pd.DataFrame, key: Sequence[str], change: str, field: str | None, shown: str
) -> pd.DataFrame:
    told = pairs[[*key, f"{shown}_before", f"{shown}_after"]]
    told = told.set_axis([*key, "before", "after"], axis="columns")
    return told.assign(change=change, field=pd.Series(field, told.index, TEXT))


def _apart(
    table: str, key: Sequence[str], fields: Sequence[str], before: Files, after: Files
) -> pd.DataFrame:
    """Return the rows of both sides that are not the same on both, side by side, as texts."""
    same = before.metadata(table).get(_CONTENT) == after.metadata(table).get(_CONTENT) is not None
    old, new = (
        _texts(files.schema(table).empty_table() if same else files.read(table), [*key, *fields])
        for files in (before, after)
    )
    joined = old.join(
        new, list(key), join_type="full outer", left_suffix="_before", right_suffix="_after"
    )
    differs = np.zeros(joined.num_rows, dtype=np.bool_)
    for name in ("here", *fields):
        one, two = (pc.fill_null(joined[f"{name}_{side}"], "") for side in ("before", "after"))
        differs |= pc.not_equal(one, two).to_numpy()
    frame: pd.DataFrame = joined.filter(pa.array(differs)).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _texts(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    cells = as_cells(rows.select(columns))
    texts = {name: cells[name].cast(pa.string()) for name in columns}
    return pa.table({**texts, "here": pa.repeat("yes", cells.num_rows)})
