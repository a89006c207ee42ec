"""Frictionless Table Schema, as of Data Package v2."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from skillprofiles.contracts import Described, about, describe, foreign_keys, primary_key, schema
from skillprofiles.schema._express import Inexpressible, Keywords, column_keywords
from skillprofiles.schema._rules import table_rules

PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
TAG_DELIMITER: Final = "|"

_CONSTRAINTS: Final = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "enum",
)
_FORMATS: Final = {"date": "date", "date-time": "datetime"}


def table_schema(table: str) -> dict[str, Any]:
    """Return the Table Schema of a table.

    Raises:
        Inexpressible: if the contract demands what a Table Schema cannot say.
    """
    columns = schema(table).columns
    words = about(table)
    document: dict[str, Any] = {
        "$schema": PROFILE,
        "title": words.title.en,
        "description": words.text.en,
        "fields": [
            _field(column, column_keywords(columns[column.name])) for column in describe(table)
        ],
        "missingValues": [""],
    }
    document |= _key(table)
    if references := foreign_keys(table):
        document["foreignKeys"] = [
            {
                "fields": list(columns),
                "reference": {"resource": other, "fields": list(key)},
            }
            for columns, other, key in references
        ]
    rules = [
        f"{rule.column} {rule.text.en}" if rule.column else rule.text.en
        for rule in table_rules(table)
    ]
    if "uniqueKeys" in document:
        rules.append(f"({', '.join(primary_key(table))}) occurs once, also where a part is null.")
    if rules:
        document["rules"] = rules
    return document


def _key(table: str) -> dict[str, Any]:
    key = primary_key(table)
    if not key:
        return {}
    # The standard has no null in a primary key, and leaves rows with a null in a unique key alone.
    if any(column.nullable for column in describe(table) if column.name in key):
        return {"uniqueKeys": [list(key)]}
    return {"primaryKey": list(key)}


def _field(column: Described, keywords: Keywords) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.title.en,
        "description": column.description.en,
        **_type(column, keywords),
    }
    constraints = {key: value for key, value in keywords.items() if key in _CONSTRAINTS}
    # The items of a list are judged by a rule in words: a Table Schema knows but their type.
    if unknown := keywords.keys() - {*_CONSTRAINTS, "type", "format", "items"}:
        raise Inexpressible(f"column {column.name}: a Table Schema has no {sorted(unknown)}")
    if "enum" in constraints:
        constraints["enum"] = [value for value in constraints["enum"] if value is not None]
    # In CSV an empty list is an empty cell, which reads as a missing value.
    if not column.nullable and field["type"] != "list":
        constraints = {"required": True, **constraints}
    if constraints:
        field["constraints"] = constraints
    if pa.types.is_dictionary(column.type):
        field |= {"categories": constraints["enum"], "categoriesOrdered": column.type.ordered}
    return field


def _type(column: Described, keywords: Keywords) -> dict[str, str]:
    json_type = keywords["type"][0] if column.nullable else keywords["type"]
    if json_type == "array":
        return {"type": "list", "itemType": keywords["items"]["type"], "delimiter": TAG_DELIMITER}
    return {"type": _FORMATS.get(keywords.get("format", ""), json_type)}
