"""Recognizing a level's name, where a page does name its levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from skillprofiles.model import Level
from skillprofiles.vocabulary import Lexicon
from skillprofiles.vocabulary.fold import fold

_WORDS = re.compile(r"[^\W\d_]+(?:[.](?=\W|$))?")
# "Level 4: Lead / Staff" is the longest form; a sentence that mentions a level is not its name.
_LONGEST = 40
_NUMBERED = re.compile(r"([^\W\d_]+)[\s.:#-]{0,3}([1-5])(?!\d)")


def level_named(text: str, lexicon: Lexicon) -> Level | None:
    """Return the level that a text names, and nothing else besides, or None.

    ``Senior``, ``## Senior``, ``Level 3: Senior`` and ``Lead / Staff`` name one.
    """
    return _level_named(text, lexicon) if len(text) <= _LONGEST else None


# The same few texts stand on all pages of a language.
@lru_cache(maxsize=4096)
def _level_named(text: str, lexicon: Lexicon) -> Level | None:
    words = frozenset(word.rstrip(".") for word in _WORDS.findall(fold(text)))
    name = lexicon.levels.get(words) or lexicon.levels.get(words - lexicon.level_words)
    return Level.from_label(name) if name else None


@lru_cache(maxsize=1024)
def levels_meant(text: str, lexicon: Lexicon) -> Sequence[Level]:
    """Return the levels that a heading speaks of, among other words, in the order it does.

    ``Principal (10+ years)``, ``Expected of a Principal``, ``Level 5`` and ``L5`` mean one.
    """
    folded = fold(text)
    words = [word.rstrip(".") for word in _WORDS.findall(folded)]
    meant = [
        Level.from_label(name)
        for at in range(len(words))
        for size in (1, 2)
        if (name := lexicon.levels.get(frozenset(words[at : at + size])))
    ]
    if not meant and (number := _NUMBERED.search(folded)):
        known = number[1] == "l" or number[1] in lexicon.level_words
        return (Level(int(number[2])),) if known else ()
    return tuple(dict.fromkeys(meant))


def names_a_level(text: str, lexicon: Lexicon) -> bool:
    """Whether a text is a level's name."""
    return level_named(text, lexicon) is not None
