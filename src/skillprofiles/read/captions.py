"""Recognizing a level's name, where a page does name its levels."""

from __future__ import annotations

import re

from skillprofiles.model import Level
from skillprofiles.vocabulary import Lexicon
from skillprofiles.vocabulary.fold import fold

_WORDS = re.compile(r"[^\W\d_]+(?:[.](?=\W|$))?")
# "Level 4: Lead / Staff" is the longest form; a sentence that mentions a level is not its name.
_LONGEST = 40


def level_named(text: str, lexicon: Lexicon) -> Level | None:
    """Return the level that a text names, and nothing else besides, or None.

    ``Senior``, ``## Senior``, ``Level 3: Senior`` and ``Lead / Staff`` name one.
    """
    if len(text) > _LONGEST:
        return None
    words = frozenset(word.rstrip(".") for word in _WORDS.findall(fold(text)))
    name = lexicon.levels.get(words) or lexicon.levels.get(words - lexicon.level_words)
    return Level.from_label(name) if name else None


def names_a_level(text: str, lexicon: Lexicon) -> bool:
    """Whether a text is a level's name."""
    return level_named(text, lexicon) is not None
