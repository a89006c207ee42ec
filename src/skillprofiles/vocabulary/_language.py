"""One language's vocabulary, as its file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Spellings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    Attributes:
        code: two-letter code, also the name of the file.
        name: the language's own name.
        date: how its pages write a date, with ``{day}``, ``{month}`` and ``{year}``.
        function_words: small frequent words by which a text of the language is recognized.
        labels: spellings of the label of each field; the first is the one written.
        captions: the text beside each figure; that of ``optional`` holds ``{n}``.
        columns: headers of the table columns role, flag and description.
        flags: what stands in the flag column, for mandatory and for optional.
        level_names: names of each level.
        level_words: words that may stand beside a level's name ("Level 3: Senior").
        stock: sentences every page carries: summary, headings, help, footer, and their beginnings.
        templates: patterns that some descriptions are made from, with ``{skill}``.
    """

    code: str
    name: str
    date: str
    function_words: frozenset[str]
    labels: Spellings
    captions: Spellings
    columns: Spellings
    flags: Spellings
    level_names: Spellings
    level_words: tuple[str, ...]
    stock: Spellings
    templates: tuple[str, ...]
