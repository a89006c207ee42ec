"""The rules of a table that are told in words."""

from __future__ import annotations

from skillprofiles.contracts import BATCH_TABLES, batch_schema, schema
from skillprofiles.schema._express import Rule, rules


def table_rules(table: str) -> list[Rule]:
    """Return the rules of a table, including those that hold it against the rows of another.

    Raises:
        KeyError: if there is no such table.
    """
    told = list(rules(schema(table)))
    if table in BATCH_TABLES:
        told += [rule for rule in rules(batch_schema(table)) if rule not in told]
    return told
