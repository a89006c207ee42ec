"""What the models say, as other rooms need it: Arrow schemas, keys, documentation."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, cast

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera import typing as pandera_typing

from skillprofiles.contracts._changes import Changes
from skillprofiles.contracts._findings import Findings
from skillprofiles.contracts._profiles import Profiles
from skillprofiles.contracts._reconciliation import Reconciliation
from skillprofiles.contracts._released_sources import ReleasedSources
from skillprofiles.contracts._requirements import RequirementRows, Requirements
from skillprofiles.contracts._sources import Sources
from skillprofiles.contracts._words import About, Reference, Words

_MODELS: Final[dict[str, type[pandera.DataFrameModel]]] = {
    "requirements": Requirements,
    "profiles": Profiles,
    "findings": Findings,
    "sources": Sources,
    "released_sources": ReleasedSources,
    "changes": Changes,
}
_BATCH_MODELS: Final[dict[str, type[pandera.DataFrameModel]]] = {
    "requirements": RequirementRows,
    "profiles": Reconciliation,
}

CONTRACTS: Final[tuple[str, ...]] = tuple(_MODELS)
"""The contracts there are."""
TABLES: Final[tuple[str, ...]] = ("requirements", "profiles", "findings", "sources")
"""The tables that one run publishes; each has the contract of its name."""
RELEASE_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "requirements": "requirements",
        "profiles": "profiles",
        "findings": "findings",
        "sources": "released_sources",
        "changes": "changes",
    }
)
"""The tables of a release in order, each with the name of its contract."""
BATCH_TABLES: Final[tuple[str, ...]] = tuple(_BATCH_MODELS)
"""Those of them that are made from pages, batch by batch."""


@dataclass(frozen=True, slots=True)
class Described:
    """One column, for documentation.

    Attributes:
        name: its name.
        type: its Arrow type.
        nullable: whether it may be null.
        title: its name for people.
        description: what it holds, one or two sentences.
    """

    name: str
    type: pa.DataType
    nullable: bool
    title: Words
    description: Words


def model(table: str) -> type[pandera.DataFrameModel]:
    """Return the Pandera model of a contract.

    Raises:
        KeyError: if there is no such table.
    """
    return _MODELS[table]


@cache
def schema(table: str) -> pandera.DataFrameSchema:
    """Return the same model as the schema that Pandera validates with.

    Raises:
        KeyError: if there is no such table.
    """
    with _dask_out_of_sight():
        return model(table).to_schema()


@cache
def batch_schema(table: str) -> pandera.DataFrameSchema:
    """Return the schema for the rows of one batch of pages, before the corpus is whole.

    For ``requirements`` the rows carry a column ``page`` (int32, the page's position in the
    batch) that stands for skill and language in the key. For ``profiles`` they carry
    ``roles_found``, ``levels_found``, ``mandatory_found`` and ``optional_found`` (int32), which
    have to equal the declared figures, and the key is left out.

    Raises:
        KeyError: if the table does not come from pages.
    """
    with _dask_out_of_sight():
        return _BATCH_MODELS[table].to_schema()


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a published table: what its frames, parts and files have.

    Raises:
        KeyError: if there is no such table.
    """
    return pa.schema(
        pa.field(name, _arrow_type(column), column.nullable, metadata=_enum_metadata(column))
        for name, column in schema(table).columns.items()
    )


def primary_key(table: str) -> tuple[str, ...]:
    """Return the columns that identify a row; empty where a row may occur twice.

    Raises:
        KeyError: if there is no such table.
    """
    return tuple(schema(table).unique or ())


def foreign_keys(table: str) -> tuple[Reference, ...]:
    """Return the references of a table to others.

    Raises:
        KeyError: if there is no such table.
    """
    return about(table).references


def about(table: str) -> About:
    """Return what a table is, in words.

    Raises:
        KeyError: if there is no such table.
    """
    return cast(About, (model(table).Config.metadata or {})["about"])


def describe(table: str) -> tuple[Described, ...]:
    """Return the columns of a table in order, with title and description in each language.

    Raises:
        KeyError: if there is no such table.
    """
    return tuple(
        Described(
            name,
            _arrow_type(column),
            column.nullable,
            column.metadata["title"],
            column.metadata["description"],
        )
        for name, column in schema(table).columns.items()
    )


def _arrow_type(column: pandera.Column) -> pa.DataType:
    dtype = column.dtype.type
    assert isinstance(dtype, pd.ArrowDtype), f"{column.name} is {dtype!r}, not an Arrow type"
    return dtype.pyarrow_dtype


def _enum_metadata(column: pandera.Column) -> dict[bytes, bytes] | None:
    """Return what makes polars read a dictionary column as an Enum, in order.

    Polars writes the categories of an Enum as ``<length in bytes>;<category>``, one after the
    other, and reads a column without them as a Categorical, whose order is that of appearance.
    """
    if not pa.types.is_dictionary(_arrow_type(column)):
        return None
    allowed = next(check for check in column.checks if check.name == "isin")
    labels: list[str] = list(allowed.statistics["allowed_values"])
    values = "".join(f"{len(label.encode())};{label}" for label in labels)
    return {b"_PL_ENUM_VALUES2": values.encode()}


@contextmanager
def _dask_out_of_sight() -> Iterator[None]:
    """Keep Pandera from importing dask.dataframe, where it is installed but not in use.

    Building a schema from a model, Pandera looks for dask's types among the annotations. The
    import takes longer than everything else a small run does. What Pandera has learned while
    dask was out of sight is forgotten again, so that other code finds everything as usual.
    """
    if "dask" in sys.modules:
        yield
        return
    # Python's own mark for a module that is not there.
    sys.modules["dask"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["dask"]
        sys.modules.pop("pandera.typing.dask", None)
        vars(pandera_typing).pop("dask", None)
        pandera_typing.get_dataframe_types.cache_clear()
        pandera_typing.get_series_types.cache_clear()
        pandera_typing.get_index_types.cache_clear()
