"""Holding a frame against a schema: what is broken, by which rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pandas as pd
import pandera.pandas as pandera
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

UNIQUE: Final = "unique"
"""Name of the check that the key of a frame occurs once."""


class Broken(NamedTuple):
    """A check that some rows of a frame break.

    Attributes:
        check: the check's name: that of a Pandera check, `UNIQUE` or ``not_nullable``.
        demand: what it demands, in English.
        column: the column it judges; None where it judges whole rows.
        limits: the check's parameters, by name.
        rows: positions of the rows that break it, ascending. A key that occurs twice is broken
            by every row that has it.
        values: the values in the column, one for each of ``rows``; empty for whole rows.
    """

    check: str
    demand: str
    column: str | None
    limits: Mapping[str, Any]
    rows: list[int]
    values: list[Any]


def judge(schema: pandera.DataFrameSchema, frame: pd.DataFrame) -> list[Broken]:
    """Return what a frame breaks of a schema: everything, at once.

    Args:
        schema: a schema of this package.
        frame: Arrow-backed columns on an index that counts from 0. It is not changed.

    Raises:
        SchemaErrors: if the frame as such is wrong: a column is missing, or of another type.
            That is a fault of the program that made it, not of a row.
    """
    try:
        # Whoever switches validation off in the environment, for frames of their own, does not
        # mean the contract.
        with config_context(
            validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA
        ):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        if not all(_is_about_rows(error) for error in errors.schema_errors):
            raise
        return [_broken(error) for error in errors.schema_errors]
    return []


def _is_about_rows(error: SchemaError) -> bool:
    cases = error.failure_cases
    return (
        error.reason_code is not SchemaErrorReason.CHECK_ERROR
        and isinstance(cases, pd.DataFrame)
        and "index" in cases
        and bool(cases["index"].notna().all())
    )


def _broken(error: SchemaError) -> Broken:
    cases = error.failure_cases.drop_duplicates("index").sort_values("index")
    rows = [int(row) for row in cases["index"]]
    if error.reason_code is SchemaErrorReason.DUPLICATES:
        key = ", ".join(error.schema.unique)
        return Broken(UNIQUE, f"({key}) occurs once", None, {}, rows, [])
    if isinstance(error.check, str):
        return Broken(error.check, error.check, error.schema.name, {}, rows, [None] * len(rows))
    check: pandera.Check = error.check
    name = check.name or ""
    demand = check.error or name
    limits = check.statistics or {}
    if isinstance(error.schema, pandera.DataFrameSchema):
        return Broken(name, demand, None, limits, rows, [])
    values = cases["failure_case"].tolist()
    return Broken(name, demand, error.schema.name, limits, rows, values)
