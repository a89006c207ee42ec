"""The data dictionary: what the tables hold, for those who work with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import pyarrow as pa

from skillprofiles.contracts import (
    RELEASE_TABLES,
    TABLES,
    Described,
    Words,
    about,
    describe,
    foreign_keys,
    primary_key,
    schema,
)
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.schema import _phrases as say
from skillprofiles.schema._examples import EXAMPLES
from skillprofiles.schema._express import Keywords, Rule, column_keywords
from skillprofiles.schema._rules import table_rules

Tongue = Literal["en", "de"]


def data_dictionary(tongue: Tongue) -> str:
    """Return the data dictionary in one language, as Markdown.

    Raises:
        Inexpressible: if the contracts demand what it cannot say.
    """
    lines = [
        f"# {_in(say.TITLE, tongue)}",
        "",
        f"<!-- {_in(say.GENERATED, tongue)} -->",
        "",
        _in(say.INTRODUCTION, tongue),
        "",
        _in(say.RELEASES, tongue),
        "",
        *_overview(tongue),
        "",
        _in(say.START, tongue),
        "",
        "```python",
        "import duckdb, pandas as pd, polars as pl",
        "```",
        "",
        f"## {_in(say.LEVELS_TITLE, tongue)}",
        "",
        _in(say.LEVELS, tongue).format(levels=" < ".join(f"`{label}`" for label in LEVEL_LABELS)),
        "",
        f"## {_in(say.CSV_TITLE, tongue)}",
        "",
        _in(say.CSV, tongue),
    ]
    for table in RELEASE_TABLES:
        lines += ["", *_table(table, tongue)]
    return "\n".join(lines) + "\n"


def _overview(tongue: Tongue) -> Iterator[str]:
    yield from _header(say.TABLE, say.ONE_ROW, say.KEY, tongue=tongue)
    for table in RELEASE_TABLES:
        row = _in(about(table).row, tongue)
        yield f"| [{table}](#{table}) | {row} | {_key(table, tongue)} |"


def _table(table: str, tongue: Tongue) -> Iterator[str]:
    words = about(table)
    yield from (f"## {table}", "")
    yield from (f"**{_in(words.title, tongue)}.** {_in(words.text, tongue)}", "")
    if table not in TABLES:
        yield f"- {_in(say.RELEASES_ONLY, tongue)}."
    yield f"- {_in(say.ONE_ROW, tongue)} {_in(words.row, tongue)}."
    yield f"- {_in(say.KEY, tongue)}: {_key(table, tongue)}"
    for columns, other, key in foreign_keys(table):
        target = f"[{other}](#{other})" + (f" ({_names(key)})" if key != columns else "")
        yield f"- {_in(say.REFERENCES, tongue)} {target}: {_names(columns)}"
    yield ""
    yield from _columns(table, describe(table), tongue)
    yield from _rules(table_rules(table), tongue)
    if table in TABLES and RELEASE_TABLES[table] != table:
        yield from _released(table, RELEASE_TABLES[table], tongue)
    yield ""
    yield from _example(table, tongue)


def _released(table: str, contract: str, tongue: Tongue) -> Iterator[str]:
    """Yield what the contract of a table in releases has beside its own."""
    known, told = describe(table), table_rules(table)
    yield from ("", f"**{_in(say.RELEASES_ONLY, tongue)}**", "")
    columns = [column for column in describe(contract) if column not in known]
    yield from _columns(contract, columns, tongue)
    yield from _rules([rule for rule in table_rules(contract) if rule not in told], tongue)


def _columns(contract: str, columns: Iterable[Described], tongue: Tongue) -> Iterator[str]:
    yield from _header(say.COLUMN, say.TYPE, say.NULL, say.CONTENT, tongue=tongue)
    for column in columns:
        yield _column(column, column_keywords(schema(contract).columns[column.name]), tongue)


def _column(column: Described, keywords: Keywords, tongue: Tongue) -> str:
    null = _in(say.YES if column.nullable else say.NO, tongue)
    kind = _in(say.TYPES[_kind(column, keywords)], tongue)
    if pa.types.is_integer(column.type):
        kind += f" ({column.type})"
    content = [f"**{_in(column.title, tongue)}.** {_in(column.description, tongue)}"]
    content += [f"{text}." for text in _limits(keywords, tongue)]
    return f"| `{column.name}` | {kind} | {null} | {_cell(' '.join(content))} |"


def _kind(column: Described, keywords: Keywords) -> str:
    if pa.types.is_dictionary(column.type):
        return "category"
    json_type: str = keywords["type"][0] if column.nullable else keywords["type"]
    return str(keywords.get("format", json_type))


def _limits(keywords: Keywords, tongue: Tongue) -> Iterator[str]:
    if "enum" in keywords:
        allowed = ", ".join(f"`{value}`" for value in keywords["enum"] if value is not None)
        yield f"{_in(say.VALUES, tongue)}: {allowed}"
    low, high = keywords.get("minimum"), keywords.get("maximum")
    if high is not None:
        yield _in(say.FROM_TO, tongue).format(low, _number(high, tongue))
    elif low is not None:
        yield _in(say.AT_LEAST, tongue).format(_number(low, tongue))
    if "maxLength" in keywords:
        yield _in(say.CHARACTERS, tongue).format(_number(keywords["maxLength"], tongue))


def _number(value: int, tongue: Tongue) -> str:
    return f"{value:,}".replace(",", _in(say.THOUSANDS, tongue))


def _rules(rules: list[Rule], tongue: Tongue) -> Iterator[str]:
    if rules:
        yield from ("", f"**{_in(say.RULES, tongue)}**", "")
    for rule in rules:
        text = _in(rule.text, tongue)
        yield f"- `{rule.column}` {text}." if rule.column else f"- {text}"


def _example(table: str, tongue: Tongue) -> Iterator[str]:
    example = EXAMPLES[table]
    yield f"**{_in(example.question, tongue)}**"
    yield ""
    yield "```python"
    yield example.pandas
    yield example.polars
    yield f'duckdb.sql("{example.duckdb}")'
    yield "```"


def _header(*titles: Words, tongue: Tongue) -> Iterator[str]:
    yield "| " + " | ".join(_in(title, tongue) for title in titles) + " |"
    yield "|" + "---|" * len(titles)


def _key(table: str, tongue: Tongue) -> str:
    return _names(primary_key(table)) or _in(say.NO_KEY, tongue)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _in(words: Words, tongue: Tongue) -> str:
    return words.en if tongue == "en" else words.de
