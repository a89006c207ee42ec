"""From Pandera's checks to JSON Schema keywords, or a refusal: nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import pandera.pandas as pandera
import pyarrow as pa

from skillprofiles.contracts import Statement, Words

Keywords = dict[str, Any]


class Inexpressible(Exception):
    """A contract demands what the generated schemas could not say.

    Give the check a statement (`skillprofiles.contracts.Statement`), or teach `_express` its
    keywords.
    """


class Rule(NamedTuple):
    """A demand that is told in words, beside the keywords that cover it or a part of it.

    Attributes:
        name: name of the check.
        column: the column it is about; None where it is about whole rows.
        text: the demand.
    """

    name: str
    column: str | None
    text: Words


def column_keywords(column: pandera.Column) -> Keywords:
    """Return the JSON Schema keywords of a column: its type, and all that its checks demand.

    Raises:
        Inexpressible: if the column demands what keywords and statements do not say.
    """
    _refuse_settings(column, f"column {column.name}", ("unique", "regex", "coerce", "parsers"))
    keywords = _type_keywords(column.dtype.type.pyarrow_dtype)
    for check in column.checks:
        for key, value in check_keywords(check).items():
            _merge(keywords, key, value)
    if column.nullable:
        keywords["type"] = [keywords["type"], "null"]
        if "enum" in keywords:
            keywords["enum"] = [*keywords["enum"], None]
    return keywords


def check_keywords(check: pandera.Check) -> Keywords:
    """Return the JSON Schema keywords of a check; empty where it has only words.

    Raises:
        Inexpressible: if the check has neither keywords nor words.
    """
    limits = check.statistics or {}
    if (statement := _statement(check)) is not None:
        return dict(statement.keywords)
    express = _BUILT_IN.get(check.name or "")
    if express is None or check.element_wise or check.groupby or check.raise_warning:
        raise Inexpressible(f"check {check.name!r} ({check.error}) has neither keywords nor words")
    return express(limits)


def frame_keywords(schema: pandera.DataFrameSchema) -> list[Keywords]:
    """Return for each check on whole rows the keywords that cover it, where it has any.

    Raises:
        Inexpressible: if the frame demands what keywords and statements do not say.
    """
    _refuse_settings(schema, f"table {schema.name}", ("index", "dtype", "coerce", "parsers"))
    if schema.strict is not True or schema.ordered is not True:
        raise Inexpressible(f"table {schema.name} is not strict about its columns and their order")
    return [keywords for check in schema.checks if (keywords := check_keywords(check))]


def rules(schema: pandera.DataFrameSchema) -> Iterator[Rule]:
    """Yield what the checks of a schema demand in words: those on columns, then those on rows."""
    for name, column in schema.columns.items():
        for check in column.checks:
            if (statement := _statement(check)) is not None:
                yield Rule(check.name or "", name, statement.text)
    for check in schema.checks:
        if (statement := _statement(check)) is not None:
            yield Rule(check.name or "", None, statement.text)


def _statement(check: pandera.Check) -> Statement | None:
    statement = (check.statistics or {}).get("statement")
    return statement if isinstance(statement, Statement) else None


def _refuse_settings(part: Any, name: str, settings: tuple[str, ...]) -> None:
    for setting in settings:
        if getattr(part, setting):
            raise Inexpressible(f"{name} sets {setting!r}, which no generated schema says")


def _merge(keywords: Keywords, key: str, value: Any) -> None:
    """Add a keyword; where it is there already, both have to hold."""
    if key == "items" or keywords.get(key, value) == value:
        keywords[key] = value
    else:
        keywords.setdefault("allOf", []).append({key: value})


def _pattern(limits: Mapping[str, Any]) -> Keywords:
    pattern: str = getattr(limits["pattern"], "pattern", limits["pattern"])
    # Pandera looks for a match at the start, JSON Schema anywhere.
    return {"pattern": pattern if pattern.startswith("^") else f"^(?:{pattern})"}


def _length(limits: Mapping[str, Any]) -> Keywords:
    exact = limits.get("exact_value")
    bounds = {
        "minLength": limits.get("min_value") if exact is None else exact,
        "maxLength": limits.get("max_value") if exact is None else exact,
    }
    return {key: bound for key, bound in bounds.items() if bound is not None}


def _range(limits: Mapping[str, Any]) -> Keywords:
    low = "minimum" if limits.get("include_min", True) else "exclusiveMinimum"
    high = "maximum" if limits.get("include_max", True) else "exclusiveMaximum"
    return {low: limits["min_value"], high: limits["max_value"]}


_BUILT_IN: Final[Mapping[str, Callable[[Mapping[str, Any]], Keywords]]] = {
    "equal_to": lambda limits: {"const": limits["value"]},
    "greater_than": lambda limits: {"exclusiveMinimum": limits["min_value"]},
    "greater_than_or_equal_to": lambda limits: {"minimum": limits["min_value"]},
    "less_than": lambda limits: {"exclusiveMaximum": limits["max_value"]},
    "less_than_or_equal_to": lambda limits: {"maximum": limits["max_value"]},
    "in_range": _range,
    "isin": lambda limits: {"enum": list(limits["allowed_values"])},
    "str_matches": _pattern,
    "str_length": _length,
}


def _type_keywords(dtype: pa.DataType) -> Keywords:
    for is_type, keywords in _TYPES:
        if is_type(dtype):
            return dict(keywords)
    raise Inexpressible(f"no JSON Schema type is known for Arrow's {dtype}")


_TYPES: Final[tuple[tuple[Callable[[pa.DataType], bool], Keywords], ...]] = (
    (pa.types.is_string, {"type": "string"}),
    (pa.types.is_dictionary, {"type": "string"}),
    (pa.types.is_boolean, {"type": "boolean"}),
    (pa.types.is_integer, {"type": "integer"}),
    (pa.types.is_date, {"type": "string", "format": "date"}),
    (pa.types.is_timestamp, {"type": "string", "format": "date-time"}),
    (pa.types.is_list, {"type": "array", "items": {"type": "string"}}),
)
