"""Matching names forgivingly: case, accents, slugs, spacing and small slips, but never a guess.

A name is compared in four ways, each only where the ones before find nothing: as written; by its
words, where case, accents and signs do not count (``C#`` and ``C++`` keep theirs); by its letters
alone, where word breaks do not count either; and with slips of the pen, where every word of six
letters and more may have one wrong, of twelve and more two. First letters and figures must be right:
those tell names apart. What fits several things fits none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_FIGURES: Final = re.compile(r"\d+")
_LETTERS_A_SLIP: Final = 6
_MOST_SLIPS: Final = 6
_CLOSE_ENOUGH: Final = 76
# As slugs have it: what tells C, C++ and C# apart is a word.
_SIGNS: Final = {"+": " plus ", "#": " sharp ", "ß": "ss"}
_UMLAUTS: Final = {"ä": "ae", "ö": "oe", "ü": "ue"}


class Match(NamedTuple):
    """What a name stands for.

    Attributes:
        things: one thing; several where the name is ambiguous; none where nothing fits.
        exact: False where the name had a slip.
    """

    things: tuple[str, ...]
    exact: bool = True


class Names:
    """Names and the things they stand for. A thing may have several names."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a name and what it stands for."""
        unique = list(dict.fromkeys(pairs))
        self._names = pa.array([name for name, _ in unique], pa.string())
        self._things = [thing for _, thing in unique]

    def find(self, query: str) -> Match:
        """Return what a name stands for."""
        asked = pa.array([query], pa.string())
        words = spellings(asked)
        for ours, theirs in (
            ([self._names], [asked]),
            (self._words, words),
            (map(_letters, self._words), map(_letters, words)),
        ):
            wanted = pa.array({text[0].as_py() for text in theirs} - {""}, pa.string())
            fits = [pc.is_in(names, value_set=wanted) for names in ours]
            found = pc.indices_nonzero(fits[0] if len(fits) == 1 else pc.or_(*fits))
            if things := dict.fromkeys(self._things[at] for at in found.to_pylist()):
                return Match(tuple(things))
        return Match(tuple(dict.fromkeys(self._slips(words[0][0].as_py()))), exact=False)

    def near(self, query: str, count: int = 3) -> list[str]:
        """Return the things whose names come closest to one that is not there."""
        from rapidfuzz import fuzz, process

        wanted = words_of(query)
        if not wanted:
            return []
        parts = set(wanted.split())
        choices = self._choices
        holding = [at for at, words in enumerate(choices) if parts <= set(words.split())]
        found = process.extract(
            wanted, choices, scorer=fuzz.WRatio, limit=20, score_cutoff=_CLOSE_ENOUGH
        )
        ranked = sorted(found, key=lambda hit: (-hit[1], -fuzz.ratio(wanted, hit[0]), hit[0]))
        close = [
            *sorted(holding, key=lambda at: (len(choices[at]), choices[at]))[:count],
            *(at for _, _, at in ranked),
        ]
        return list(dict.fromkeys(self._things[at] for at in close))[:count]

    @cached_property
    def _words(self) -> Sequence[pa.Array]:
        return spellings(self._names)

    @cached_property
    def _choices(self) -> list[str]:
        words: list[str] = self._words[0].to_pylist()
        return words

    def _slips(self, wanted: str) -> Iterator[str]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if not wanted:
            return
        close = process.extract(
            wanted, self._choices, scorer=OSA.distance, score_cutoff=_MOST_SLIPS, limit=None
        )
        for words, _, at in close:
            if _is_slip(wanted.split(), words.split()):
                yield self._things[at]


def words_of(name: str) -> str:
    """Return the words of a name as they are compared: ``C#/.NET`` as ``c sharp net``."""
    words: str = spellings(pa.array([name], pa.string()))[0][0].as_py()
    return words


def spellings(names: pa.Array) -> Sequence[pa.Array]:
    """Return the words of names as they are compared, without umlauts and with them spelled out."""
    lower = pc.utf8_lower(pc.utf8_normalize(names, "NFC"))
    for sign, spoken in _SIGNS.items():
        lower = pc.replace_substring(lower, sign, spoken)
    spelled = lower
    for umlaut, letters in _UMLAUTS.items():
        spelled = pc.replace_substring(spelled, umlaut, letters)
    return _plain(lower), _plain(spelled)


def _plain(names: pa.Array) -> pa.Array:
    apart = pc.replace_substring_regex(pc.utf8_normalize(names, "NFKD"), r"\p{M}", "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(apart, r"[^\p{L}\p{N}]+", " "))


def _letters(words: pa.Array) -> pa.Array:
    return pc.replace_substring(words, " ", "")


def _is_slip(wanted: list[str], words: list[str]) -> bool:
    """Whether two names differ by slips of the pen alone, word by word."""
    return len(wanted) == len(words) and all(map(_is_slip_of_word, wanted, words))


def _is_slip_of_word(one: str, two: str) -> bool:
    from rapidfuzz.distance import OSA

    if one == two:
        return True
    slips = min(min(len(one), len(two)) // _LETTERS_A_SLIP, 2)
    if one[0] != two[0] or _FIGURES.findall(one) != _FIGURES.findall(two):
        return False
    return OSA.distance(one, two, score_cutoff=slips) <= slips
