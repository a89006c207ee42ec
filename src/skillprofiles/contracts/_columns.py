"""What the models are made of: column types, limits, and a field with its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa

from skillprofiles.contracts._words import Statement, Words

String: TypeAlias = Annotated[pd.ArrowDtype, pa.string()]
Bool: TypeAlias = Annotated[pd.ArrowDtype, pa.bool_()]
Int8: TypeAlias = Annotated[pd.ArrowDtype, pa.int8()]
Int16: TypeAlias = Annotated[pd.ArrowDtype, pa.int16()]
Int32: TypeAlias = Annotated[pd.ArrowDtype, pa.int32()]
Int64: TypeAlias = Annotated[pd.ArrowDtype, pa.int64()]
Date: TypeAlias = Annotated[pd.ArrowDtype, pa.date32()]
Moment: TypeAlias = Annotated[pd.ArrowDtype, pa.timestamp("us", "UTC")]
Strings: TypeAlias = Annotated[pd.ArrowDtype, pa.list_(pa.string())]
Levels: TypeAlias = Annotated[pd.ArrowDtype, pa.dictionary(pa.int8(), pa.string(), ordered=True)]

MAX_NAME: Final = 500
"""Longest name (of a role, a skill, a domain, a group), in characters."""
MAX_TEXT: Final = 20_000
"""Longest description or summary, in characters."""
MAX_FIGURE: Final = 10_000
"""Largest figure a page may declare."""

KINDS: Final = ("md", "flat", "html")
NAME_ORIGINS: Final = ("page", "address", "inferred")
SEVERITIES: Final = ("error", "warning", "advice")
STATUSES: Final = ("accepted", "rejected", "skipped")
SHA256: Final = "^[0-9a-f]{64}$"


def described(
    en: tuple[str, str], de: tuple[str, str], *checks: pandera.Check, **constraints: Any
) -> Any:
    """Return a Pandera field that carries its title and description in both languages.

    Args:
        en: title and description in English.
        de: title and description in German.
        checks: checks beside those that ``constraints`` name.
        constraints: what `pandera.pandas.Field` takes: ``ge``, ``isin``, ``nullable`` ...
    """
    field = pandera.Field(
        title=en[0],
        description=en[1],
        metadata={"title": Words(en[0], de[0]), "description": Words(en[1], de[1])},
        **constraints,
    )
    field.checks.extend(checks)
    return field


def stated(en: str, de: str, **keywords: Any) -> dict[str, Any]:
    """Return the arguments that make a Pandera check carry what it demands.

    Args:
        en: the demand in English, one sentence.
        de: the same in German.
        keywords: JSON Schema keywords that demand the same, or a part of it.
    """
    return {
        "error": en,
        "statistics": {"statement": Statement(Words(en, de), keywords)},
    }


def row_check(en: str, de: str, **keywords: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that makes a method of a model a check of whole rows.

    Args:
        en: what it demands in English, one sentence.
        de: the same in German.
        keywords: JSON Schema keywords that demand the same of a row, or a part of it.
    """

    def mark(check: Callable[..., Any]) -> Any:
        # Left to itself, Pandera lets a row pass that is null throughout.
        decorate = pandera.dataframe_check(ignore_na=False, **stated(en, de, **keywords))
        return decorate(classmethod(check))

    return mark
