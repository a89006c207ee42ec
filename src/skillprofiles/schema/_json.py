"""JSON Schema 2020-12: one row of a table as an object."""

from __future__ import annotations

from typing import Any, Final

from skillprofiles.contracts import about, describe, foreign_keys, primary_key, schema
from skillprofiles.schema._express import column_keywords, frame_keywords
from skillprofiles.schema._rules import table_rules

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema(table: str) -> dict[str, Any]:
    """Return the JSON Schema of one row of a table.

    What holds between rows, and what keywords do not reach, stands in ``x-primary-key``,
    ``x-foreign-keys`` and ``x-rules``.

    Raises:
        Inexpressible: if the contract demands what none of these can say.
    """
    columns = schema(table).columns
    words = about(table)
    document: dict[str, Any] = {
        "$schema": DIALECT,
        "title": words.title.en,
        "description": f"One row is {words.row.en}.",
        "type": "object",
        "properties": {
            column.name: {
                "title": column.title.en,
                "description": column.description.en,
                **column_keywords(columns[column.name]),
            }
            for column in describe(table)
        },
        "required": list(columns),
        "additionalProperties": False,
    }
    if conditions := frame_keywords(schema(table)):
        document["allOf"] = conditions
    if key := primary_key(table):
        document["x-primary-key"] = list(key)
    if references := foreign_keys(table):
        document["x-foreign-keys"] = [
            {"columns": list(columns), "table": other, "key": list(key)}
            for columns, other, key in references
        ]
    if rules := table_rules(table):
        document["x-rules"] = [
            {"name": rule.name, "column": rule.column, **rule.text._asdict()} for rule in rules
        ]
    return document
