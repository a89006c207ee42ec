"""Holding a frame of one's own against a contract, whatever types it comes in."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.contracts._tables import arrow_schema, schema
from skillprofiles.model import LEVEL_LABELS


def validate(table: str, frame: Any) -> pd.DataFrame:
    """Hold a frame against the contract of a table.

    Types may differ from the contract's where nothing is lost by converting: numpy or Arrow-backed,
    ``level`` as text or category, dates as timestamps at midnight. What cannot be converted is
    reported as it is.

    Args:
        table: name of the contract: ``requirements``, ``profiles``, ``findings``, ``sources``,
            ``changes``, or ``released_sources`` for the sources of a release.
        frame: a frame of pandas or polars, or an Arrow table.

    Returns:
        The frame in the contract's types, Arrow-backed, ``level`` an ordered category.

    Raises:
        KeyError: if there is no such contract.
        pandera.errors.SchemaErrors: if the frame breaks it; ``failure_cases`` lists every case.

    Example:
        >>> import skillprofiles as sp
        >>> mine = sp.load("normalized").requirements
        >>> len(sp.contracts.validate("requirements", mine))
        503
    """
    fields = arrow_schema(table)
    given = _as_pandas(frame)
    if not given.columns.is_unique:
        return schema(table).validate(given, lazy=True)
    typed = pd.DataFrame(
        {
            name: _typed(values, fields.field(name)) if name in fields.names else values
            for name, values in given.items()
        },
        index=given.index,
    )
    valid = schema(table).validate(typed, lazy=True)
    for field in fields:
        if pa.types.is_dictionary(field.type):
            labels = valid[field.name].astype(object)
            valid[field.name] = pd.Categorical(labels, list(LEVEL_LABELS), ordered=True)
    return valid


def _as_pandas(frame: Any) -> pd.DataFrame:
    if isinstance(frame, pd.DataFrame):
        return frame
    arrow = frame if isinstance(frame, pa.Table) else frame.to_arrow()
    converted: pd.DataFrame = arrow.to_pandas(types_mapper=pd.ArrowDtype)
    return converted


def _typed(values: pd.Series[Any], field: pa.Field) -> pd.Series[Any]:
    """Return a column in the contract's type; as it is where it does not fit into it."""
    is_level = pa.types.is_dictionary(field.type)
    wanted = pa.string() if is_level else field.type
    try:
        plain = values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values
        array = pa.array(plain, from_pandas=True)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        array = array.cast(wanted)
        if is_level:
            array = _levels(array, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return values
    return pd.Series(array, index=values.index, dtype=pd.ArrowDtype(field.type))


def _levels(labels: pa.Array, kind: pa.DictionaryType) -> pa.DictionaryArray:
    """Return names of levels as a dictionary, with those that are none behind the five."""
    names = labels.combine_chunks() if isinstance(labels, pa.ChunkedArray) else labels
    known = list(LEVEL_LABELS)
    strange = [name for name in names.unique().to_pylist() if name not in (*known, None)]
    values = pa.array([*known, *strange], pa.string())
    indices = pc.index_in(names, value_set=values).cast(kind.index_type)
    return pa.DictionaryArray.from_arrays(indices, values, ordered=kind.ordered)
