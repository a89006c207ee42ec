"""All languages seen from the page: what can this text be?

Pages mix languages, so every look-up asks all vocabularies at once; which language a page is in
is decided afterwards, from the labels that were found.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from skillprofiles.vocabulary._language import Language, Spellings
from skillprofiles.vocabulary._load import LANGUAGES, common, language
from skillprofiles.vocabulary.fold import fold

# What pages are asked for is shorter, folded: labels, footers, headings, help lines.
_LONGEST = 80
_FULL_STOPS = " .。．"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


# There is one, so what is looked up in it can be remembered by its identity.
@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Merged look-ups over all languages; keys are folded with `fold`.

    Attributes:
        labels: folded label -> field.
        label_languages: folded label -> codes of the languages that have it.
        captions: folded captions of figures that carry no figure themselves.
        optional: matches the caption that holds the number of optional requirements.
        columns: folded column header -> ``role``, ``flag`` or ``description``.
        flags: flag as written or folded -> whether it means mandatory.
        levels: set of a level name's words -> name of the level.
        level_words: words that may stand beside a level name.
        stock_summaries: folded summaries that say nothing.
        boilerplate: folded headings and help lines.
        boilerplate_starts: folded beginnings of help lines.
        footers: folded texts that only stand below the last table.
        footer_starts: folded beginnings of such texts.
        header_lines: folded header rows of tables in flat text -> its language codes.
        function_words: language code -> its function words.
        templates: what stands before and after the skill's name in descriptions made from a pattern.
        template_starts: what such descriptions start with.
        role_heads: words that role names end with.
        opening_heads: those of them that a description may open with.
        generic_names: file names that say nothing.
    """

    labels: dict[str, str]
    label_languages: dict[str, frozenset[str]]
    captions: frozenset[str]
    optional: re.Pattern[str]
    columns: dict[str, str]
    flags: dict[str, bool]
    levels: dict[frozenset[str], str]
    level_words: frozenset[str]
    stock_summaries: frozenset[str]
    boilerplate: frozenset[str]
    boilerplate_starts: tuple[str, ...]
    footers: frozenset[str]
    footer_starts: tuple[str, ...]
    header_lines: dict[str, frozenset[str]]
    function_words: dict[str, frozenset[str]]
    templates: tuple[tuple[str, str], ...]
    template_starts: tuple[str, ...]
    role_heads: frozenset[str]
    opening_heads: frozenset[str]
    generic_names: frozenset[str]

    def is_footer(self, text: str) -> bool:
        """Whether a text belongs to the footer of a page, also with umlauts written as two letters."""
        return self._is_footer(_folded_start(text))

    def ends_tables(self, text: str) -> bool:
        """Whether the tables of a page end with a text: a footer, or a label of another page."""
        folded = _folded_start(text)
        return folded in self.labels or self._is_footer(folded)

    def _is_footer(self, folded: str) -> bool:
        if folded in self.footers or folded.startswith(self.footer_starts):
            return True
        if folded.isascii():
            return False
        plain = folded.translate(_UMLAUTS)
        return plain in self.footers or plain.startswith(self.footer_starts)

    def begins_footer(self, text: str) -> bool:
        """Whether a text may be the beginning of one that belongs to the footer."""
        folded = fold(text)
        return any(known.startswith(folded) for known in (*self.footers, *self.footer_starts))

    def is_stock_summary(self, text: str) -> bool:
        """Whether a summary is the sentence of skills that have none; its full stop may be lost."""
        return fold(text.rstrip(_FULL_STOPS)) in self.stock_summaries

    def is_boilerplate(self, text: str) -> bool:
        """Whether a text is a heading or help line that every page carries."""
        folded = _folded_start(text)
        return folded in self.boilerplate or folded.startswith(self.boilerplate_starts)


def _folded_start(text: str) -> str:
    """Return a text folded; of one longer than all that is known only the beginning, which is quicker."""
    if len(text) > 2 * _LONGEST:
        start = " ".join(text[: 2 * _LONGEST].split()).casefold()
        if len(start.rstrip(":： ")) > _LONGEST:
            return start
    return fold(text)


def _merged(languages: Iterable[Language], part: str, *keys: str) -> Iterator[tuple[str, str, str]]:
    """Yield (folded text, key, language code) over one part of every language."""
    for item in languages:
        spellings: Spellings = getattr(item, part)
        for key in keys or spellings:
            for text in spellings.get(key, ()):
                yield fold(text), key, item.code


def _codes(entries: Iterable[tuple[str, str, str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text, _, code in entries:
        found[text].add(code)
    return {text: frozenset(codes) for text, codes in found.items()}


def _with_umlauts(texts: Iterable[str]) -> frozenset[str]:
    known = set(texts)
    return frozenset(known | {text.translate(_UMLAUTS) for text in known})


def _optional_pattern(languages: Iterable[Language]) -> re.Pattern[str]:
    forms = [
        r"\s*".join(re.escape(part.strip()) for part in caption.split("{n}"))
        for item in languages
        for caption in item.captions["optional"]
    ]
    slots = [form.replace(r"\s*", r"\s*(\S+?)\s*", 1) for form in forms]
    return re.compile("|".join(slots), re.IGNORECASE)


def _level_names(languages: Iterable[Language]) -> dict[frozenset[str], str]:
    return {
        frozenset(re.findall(r"\w+", name.casefold())): level
        for item in languages
        for level, names in item.level_names.items()
        for name in names
    }


def _flags(languages: Iterable[Language]) -> dict[str, bool]:
    flags: dict[str, bool] = {}
    for item in languages:
        for kind, spellings in item.flags.items():
            for text in spellings:
                flags[text] = flags[fold(text)] = kind == "mandatory"
    return flags


@cache
def lexicon() -> Lexicon:
    """Return the merged vocabulary of all languages."""
    languages = [language(code) for code in LANGUAGES]
    labels = list(_merged(languages, "labels"))
    stock = {
        key: [text for text, _, _ in _merged(languages, "stock", key)]
        for key in ("summary", "headings", "help", "help_starts", "footer", "footer_starts")
    }
    return Lexicon(
        labels={text: field for text, field, _ in labels},
        label_languages=_codes(labels),
        captions=frozenset(
            text for text, _, _ in _merged(languages, "captions", "roles", "levels")
        ),
        optional=_optional_pattern(languages),
        columns={text: column for text, column, _ in _merged(languages, "columns")},
        flags=_flags(languages),
        levels=_level_names(languages),
        level_words=frozenset(fold(word) for item in languages for word in item.level_words),
        stock_summaries=frozenset(text.rstrip(_FULL_STOPS) for text in stock["summary"]),
        boilerplate=frozenset(stock["headings"] + stock["help"]),
        boilerplate_starts=tuple(stock["help_starts"]),
        footers=_with_umlauts(stock["footer"]),
        footer_starts=tuple(_with_umlauts(stock["footer_starts"])),
        header_lines=_header_lines(languages),
        function_words={item.code: item.function_words for item in languages},
        templates=tuple(
            (start, end)
            for item in languages
            for start, end in (text.split("{skill}") for text in item.templates)
        ),
        template_starts=tuple(
            {text.split("{skill}")[0] for item in languages for text in item.templates}
        ),
        role_heads=frozenset(common()["role_heads"]),
        opening_heads=frozenset(common()["opening_heads"]),
        generic_names=frozenset(common()["generic_names"]),
    )


def _header_lines(languages: Iterable[Language]) -> dict[str, frozenset[str]]:
    lines = [
        (fold(" ".join((role, flag, description))), "", item.code)
        for item in languages
        for role in item.columns["role"]
        for flag in item.columns["flag"]
        for description in item.columns["description"]
    ]
    return _codes(lines)
