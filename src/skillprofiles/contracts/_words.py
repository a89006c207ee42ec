"""What is said about a table, a column or a check, in English and German."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Words(NamedTuple):
    """One text in the two languages of the data dictionary."""

    en: str
    de: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a check demands, in words and, as far as they reach, in JSON Schema keywords.

    Attributes:
        text: the demand, as one sentence.
        keywords: JSON Schema keywords that demand the same, or a part of it. Those of a column's
            check apply to the column's value, those of a frame's check to the whole row.
    """

    text: Words
    keywords: Mapping[str, Any] = field(default_factory=dict)


class Reference(NamedTuple):
    """A foreign key: ``columns`` of the one table name a row of another by its ``key``."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a table is.

    Attributes:
        title: its name for people.
        row: what one row is, to follow "One row is".
        text: what it is good for, a short paragraph.
        references: its foreign keys.
    """

    title: Words
    row: Words
    text: Words
    references: tuple[Reference, ...] = ()
