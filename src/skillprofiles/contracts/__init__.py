"""The contracts: the only place where columns, types and frame rules stand.

Every published table has a Pandera model: Arrow types, strict about columns and their order,
validated lazily, nothing coerced. The ``sources`` of a release have a model of their own. Arrow schemas, JSON
Schemas, Table Schemas and the data dictionary are derived from the models.

Importing this package imports pandas and Pandera.
"""

from skillprofiles.contracts._columns import MAX_FIGURE, MAX_NAME, MAX_TEXT
from skillprofiles.contracts._judge import UNIQUE, Broken, judge
from skillprofiles.contracts._own import validate
from skillprofiles.contracts._tables import (
    BATCH_TABLES,
    CONTRACTS,
    RELEASE_TABLES,
    TABLES,
    Described,
    about,
    arrow_schema,
    batch_schema,
    describe,
    foreign_keys,
    model,
    primary_key,
    schema,
)
from skillprofiles.contracts._version import VERSION
from skillprofiles.contracts._words import About, Reference, Statement, Words

__all__ = [
    "BATCH_TABLES",
    "CONTRACTS",
    "MAX_FIGURE",
    "MAX_NAME",
    "MAX_TEXT",
    "RELEASE_TABLES",
    "TABLES",
    "UNIQUE",
    "VERSION",
    "About",
    "Broken",
    "Described",
    "Reference",
    "Statement",
    "Words",
    "about",
    "arrow_schema",
    "batch_schema",
    "describe",
    "foreign_keys",
    "judge",
    "model",
    "primary_key",
    "schema",
    "validate",
]
